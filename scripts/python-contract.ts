// The contract in Python: constants in src/agent/contract.py, shapes in src/agent/contract_types.py. The second is for mypy and for
// readers; no program imports it when it runs, so it is never sent to a host.
import { z } from 'zod'
import { READER_TABLES } from '../src/contract/entities.ts'
import { ERRORS } from '../src/contract/errors.ts'
import * as forms from '../src/contract/forms.ts'
import { BESIDE, BOUNDS } from '../src/contract/limits.ts'
import * as litellm from '../src/contract/litellm.ts'
import * as names from '../src/contract/names.ts'
import * as places from '../src/contract/places.ts'
import { PROTOCOL, QUESTION_FIELDS } from '../src/contract/programs/observe.ts'
import { PROGRAMS } from '../src/contract/programs.ts'
import { BOOTSTRAP, BOOTSTRAP_UNIT, hostEvent } from '../src/contract/wire.ts'
import type { Schema } from './schema.ts'

const WIDTH = 140
const HEAD = 'Made of src/contract by `npm run generate`: change it there.'

/** Names, places, forms and bounds; lists as tuples. */
export function pythonConstants(): string {
  const wire = { BOOTSTRAP, BOOTSTRAP_UNIT, PROTOCOL, QUESTION_FIELDS }
  const parts = [
    part('Names.', { ...names }),
    part("LiteLLM's versions.", { ...litellm }),
    part('What LiteLLM keeps in its database alone, by kind.', READER_TABLES),
    part('Places.', { ...places }),
    part('Forms.', { ...forms }),
    part('Bounds of a question.', BOUNDS),
    part('Bounds of what a release has beside its configuration.', BESIDE),
    part('The wire.', wire),
  ]
  return `"""What runner and host both know by name. ${HEAD}"""\n\nfrom typing import Final\n\n${parts.join('\n')}`
}

function part(title: string, constants: object): string {
  return `# ${title}\n${Object.entries(constants).flatMap(constant).join('\n')}\n`
}

function constant([name, value]: [string, unknown]): string[] {
  // What else is no plain value has its parts as constants of their own.
  if (name in TABLES) return [table(name, TABLES[name] ?? {})]
  if (typeof value === 'object' && !Array.isArray(value)) return []
  if (typeof value === 'string') return [assigned(`${name}: Final`, value)]
  if (!Array.isArray(value)) return [`${name}: Final = ${JSON.stringify(value)}`]
  const one = `${name}: Final = (${value.map(literal).join(', ')}${value.length === 1 ? ',' : ''})`
  return [
    one.length <= WIDTH
      ? one
      : `${name}: Final = (\n${value.map((item) => `    ${literal(item)},\n`).join('')})`,
  ]
}

/** Texts by a name that is none of ours, so that they cannot be constants of their own. */
const TABLES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  KNOWN_BAD_LITELLM: litellm.KNOWN_BAD_LITELLM,
}

function table(name: string, texts: Readonly<Record<string, string>>): string {
  const rows = Object.entries(texts).map(([key, text]) => `    ${literal(key)}: ${literal(text)},\n`)
  return `${name}: Final = {\n${rows.join('')}}`
}

function assigned(target: string, text: string): string {
  const one = `${target} = ${literal(text)}`
  if (one.length <= WIDTH) return one
  const pieces = literal(text).length + 4 <= WIDTH ? [text] : (text.match(/.{1,110}(?:[|,;)]|$)/gs) ?? [])
  return `${target} = (\n${pieces.map((piece) => `    ${literal(piece)}\n`).join('')})`
}

/** As `ruff format` writes a text. */
function literal(value: unknown): string {
  const text = String(value)
  const raw = /\\/.test(text) && !text.endsWith('\\') && !/\n/.test(text)
  if (raw && !text.includes('"')) return `r"${text}"`
  if (text.includes('"') && !text.includes("'")) return `'${text.replaceAll('\\', '\\\\')}'`
  return JSON.stringify(text)
}

/** A TypedDict for each object, and for each program what it is asked and answers. */
export function pythonTypes(): string {
  const definitions = new Map<string, string>()
  const codes = Object.keys(ERRORS).sort()
  const schemas = Object.values(PROGRAMS).flatMap(({ question, answer }) => [question, answer])
  for (const schema of [...schemas, hostEvent]) {
    const whole = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' }) as Schema
    const types = new Types(whole.$defs ?? {}, definitions)
    types.of(whole, idOf(schema))
  }
  const programs = Object.keys(PROGRAMS).map((name) => `    ${JSON.stringify(name)},\n`)
  const shapes = Object.entries(PROGRAMS).map(
    ([name, { question, answer }]) => `    "${name}": ("${idOf(question)}", "${idOf(answer)}"),\n`,
  )
  return `"""Shapes of what the programs are asked and answer. ${HEAD}"""

from typing import Any, Final, Literal, NotRequired, TypedDict

# By program: what it is asked, and what it answers.
PROGRAMS: Final = {
${shapes.join('')}}

ErrorCode = Literal[
${codes.map((code) => `    ${JSON.stringify(code)},\n`).join('')}]

ProgramName = Literal[
${programs.join('')}]


${[...definitions.values()].join('\n\n')}`
}

function idOf(schema: z.ZodType): string {
  const id = schema.meta()?.id
  if (id === undefined) throw new Error('A question or an answer of a program has no name.')
  return id
}

class Types {
  readonly known: Readonly<Record<string, Schema>>
  readonly made: Map<string, string>

  constructor(known: Readonly<Record<string, Schema>>, made: Map<string, string>) {
    this.known = known
    this.made = made
  }

  /** The type as an annotation; what needs a name is defined, by `name` where it has none of its own. */
  of(schema: Schema, name: string): string {
    if (schema.$ref !== undefined) {
      const id = schema.$ref.replace(/^.*\//, '')
      return this.define(id, this.known[id] ?? {})
    }
    if (schema.id !== undefined) return this.define(schema.id, schema)
    return this.shape(schema, name)
  }

  define(id: string, schema: Schema): string {
    if (this.made.has(id)) return id
    // Its place, in case that it is a part of itself; the order is that in which they are complete.
    this.made.set(id, '')
    const shape = this.shape(schema, id)
    this.made.delete(id)
    this.made.set(id, shape === id ? (this.pending.get(id) ?? '') : assignedType(id, shape))
    return id
  }

  readonly pending = new Map<string, string>()

  shape(schema: Schema, name: string): string {
    const { anyOf, oneOf, prefixItems, items, properties, additionalProperties } = schema
    const choices = anyOf ?? oneOf
    if (choices !== undefined)
      return schema.tolerant === true
        ? this.shape(choices[0] ?? {}, name)
        : [...new Set(choices.map((one) => this.of(one, `${name}${choiceName(one)}`)))].join(' | ')
    if (schema.const !== undefined) return `Literal[${json(schema.const)}]`
    if (schema.enum !== undefined) return literals(schema.enum)
    if (prefixItems !== undefined)
      return `tuple[${prefixItems.map((one, at) => this.of(one, `${name}${at}`)).join(', ')}]`
    if (schema.type === 'array')
      return `list[${this.of(items === false ? {} : (items ?? {}), `${name}Item`)}]`
    if (properties !== undefined) return this.object(schema, name)
    if (schema.type === 'object') {
      const value = typeof additionalProperties === 'object' ? additionalProperties : {}
      return `dict[str, ${this.of(value, `${name}Value`)}]`
    }
    const types = schema.type === undefined ? [] : [schema.type].flat()
    if (types.length === 0) return 'Any'
    return types
      .map((type) => (schema.whole === true && type === 'number' ? 'int' : (PLAIN[type] ?? 'Any')))
      .join(' | ')
  }

  object({ properties = {}, required = [] }: Schema, name: string): string {
    const fields = Object.entries(properties).map(([key, schema]) => {
      const part = key.replace(/(?:^|_)(.)/g, (_, first: string) => first.toUpperCase())
      const type = this.of(schema, `${name}${part}`)
      const comment = schema.description === undefined ? '' : `${comments(schema.description)}\n`
      return `${comment}    ${key}: ${required.includes(key) ? type : `NotRequired[${type}]`}\n`
    })
    const body = fields.length === 0 ? '    pass\n' : fields.join('')
    const text = Object.keys(properties).some((key) => RESERVED.includes(key))
      ? `${name} = TypedDict(\n    "${name}",\n    {\n${body.replace(/^ {4}(\w+): (.*)$/gm, '        "$1": $2,')}    },\n)\n`
      : `class ${name}(TypedDict):\n${body}`
    if (this.made.has(name)) this.pending.set(name, text)
    else this.made.set(name, text)
    return name
  }
}

/** Words of Python that are keys of an answer. */
const RESERVED = ['class', 'from', 'import', 'in', 'is', 'not']

const PLAIN: Readonly<Record<string, string>> = {
  string: 'str',
  number: 'float',
  integer: 'int',
  boolean: 'bool',
  null: 'None',
}

/** `action: "begin"` names the choice among several. */
function choiceName({ properties = {} }: Schema): string {
  const said = Object.values(properties)
    .map((one) => one.const ?? one.enum?.[0])
    .find((one) => typeof one === 'string')
  return said === undefined ? '' : `${said[0]?.toUpperCase()}${said.slice(1)}`
}

function json(value: unknown): string {
  return value === null ? 'None' : value === true ? 'True' : value === false ? 'False' : JSON.stringify(value)
}

function comments(text: string): string {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || last.length + word.length + 1 > WIDTH) lines.push(`    # ${word}`)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines.join('\n')
}

function literals(values: readonly unknown[]): string {
  return `Literal[${values.map(json).join(', ')}]`
}

function assignedType(name: string, type: string): string {
  const one = `${name} = ${type}`
  if (one.length <= WIDTH) return `${one}\n`
  const [, items] = /^Literal\[(.*)\]$/.exec(type) ?? []
  return items === undefined
    ? `${name} = (\n    ${type.replaceAll(' | ', '\n    | ')}\n)\n`
    : `${name} = Literal[\n${items.replace(/[^,]+/g, (item) => `    ${item.trim()}`).replaceAll(',', ',\n')},\n]\n`
}

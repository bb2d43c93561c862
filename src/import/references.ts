import { isRecord } from '../config/record.ts'
import {
  type ForeignReference,
  foreignReference,
  foreignWithin,
} from '../config/secrets/foreign-reference.ts'
import { isKey } from '../config/secrets/key-form.ts'
import { isOwnPlace } from '../config/secrets/ownership.ts'
import { findSecrets } from '../config/secrets/secrets.ts'
import { shownPath } from '../config/secrets/shown-path.ts'
import { externalName, variableNames } from '../config/secrets/variable-names.ts'
import { ownerOf, setterOf, type VariableOwner } from '../config/secrets/variables.ts'
import { type Path, pathText } from '../config/yaml/path.ts'
import { HOST_OWNED } from '../contract/names.ts'
import type { ImportedField } from './field.ts'

type Document = Readonly<Record<string, unknown>>

/** A variable whose value a person has to set. */
export interface VariableToSet {
  readonly name: string
  /** Where its value is found. */
  readonly from: string
}

export interface Referring {
  readonly document: Document
  readonly fields: readonly ImportedField[]
  readonly variables: readonly VariableToSet[]
}

/** LiteLLM finds a reference within a header's value as well. */
const REFERENCES = /os\.environ\/([A-Za-z_]\w*)/g
/** A text that only a shell or a workflow would put a value in. */
const SHELL = /^\$/

/**
 * Puts `os.environ/NAME` in the place of every secret that is written out and of every `${NAME}`, and another name in the place of one that
 * means something else on the host or that GitHub refuses. Values are compared and never returned. Pure.
 */
export function withReferences(document: Document): Referring {
  const found = new Found()
  const result = rewritten(document, [], namesFor(document), found) as Document
  return { document: result, fields: found.fields, variables: found.variables() }
}

/** What each value becomes, by its path, and each name of before. */
interface Names {
  readonly literal: ReadonlyMap<string, string>
  readonly foreign: ReadonlyMap<string, ForeignReference>
  readonly renamed: ReadonlyMap<string, string>
  /** Whether a reference names the host's own there, and is meant to. */
  isOwn(path: Path, name: string): boolean
}

function namesFor(document: Document): Names {
  const { literals: all, references } = findSecrets(document)
  const literals = all.filter(({ why }) => why !== 'key')
  const secret = new Set(literals.map(({ path }) => keyOf(path)))
  const foreign = new Map(
    texts(document).flatMap(([path, text]) => {
      const meant = meantBy(text, path, secret.has(keyOf(path)))
      return meant === undefined ? [] : [[keyOf(path), meant] as const]
    }),
  )
  const kept = new Set([...references, ...foreign.values()].map(({ name }) => name))
  const renamed = new Map<string, string>()
  const isTaken = (name: string) => kept.has(name) || [...renamed.values()].includes(name)
  for (const name of kept) if (ownerOf(name) !== undefined) renamed.set(name, externalName(name, isTaken))
  const paths = [...literals.map(({ path }) => path), ...answered(document)].filter(
    (path) => !foreign.has(keyOf(path)),
  )
  const names = variableNames(
    document,
    paths.map((path) => ({ path: shownPath(path), value: JSON.stringify(valueIn(document, path)) })),
    [...kept, ...renamed.values()],
  )
  return {
    literal: new Map(paths.map((path, index) => [keyOf(path), names[index] ?? 'KEY'])),
    foreign,
    renamed,
    isOwn: (path, name) => isOwnPlace(document, path, name),
  }
}

function rewritten(node: unknown, path: Path, names: Names, found: Found): unknown {
  const name = names.literal.get(keyOf(path))
  if (name !== undefined) {
    found.set(name, `the value of ${pathText(shownPath(path))} in the file`, path)
    found.say(path, 'reference', `os.environ/${name}; set the secret ${name} to the value in the file`)
    return `os.environ/${name}`
  }
  const meant = names.foreign.get(keyOf(path))
  if (meant !== undefined) return asReference(meant, path, names, found)
  if (Array.isArray(node)) return node.map((item, index) => rewritten(item, [...path, index], names, found))
  if (isRecord(node))
    return Object.fromEntries(
      Object.entries(node)
        .filter(([key]) => !isSecretKey(key, path, found))
        .map(([key, item]) => [key, rewritten(item, [...path, key], names, found)]),
    )
  return typeof node === 'string' ? asText(node, path, names, found) : node
}

/** A secret in the place of a key is left out: no reference is read there. */
function isSecretKey(key: string, path: Path, found: Found): boolean {
  if (!isKey(key)) return false
  found.say([...path, 'a key'], 'decide', 'it looks like a secret, and was left out')
  return true
}

function asReference(
  { name, preset }: ForeignReference,
  path: Path,
  { renamed }: Names,
  found: Found,
): string {
  const own = renamed.get(name) ?? name
  const without =
    preset === undefined || preset === '' ? '' : ', which had a default there; LiteLLM knows none'
  found.set(own, `what the old gateway has as ${name}`, path)
  found.say(path, 'reference', `os.environ/${own}, as LiteLLM refers to a variable${without}`)
  return `os.environ/${own}`
}

/** The text with the names that hold here; what a shell would have put in is for a person. */
function asText(text: string, path: Path, { renamed, isOwn }: Names, found: Found): string {
  const left = path[0] === 'mcp_servers' ? [] : foreignWithin(text).filter((name) => /^[A-Z]/.test(name))
  if (left.length > 0)
    found.say(
      path,
      'decide',
      `LiteLLM puts no value in for ${left.map((name) => `\${${name}}`).join(', ')}: write the whole text, or give it to one variable and write os.environ/NAME`,
    )
  return text.replaceAll(REFERENCES, (_, name: string) => {
    const own = isOwn(path, name) ? name : (renamed.get(name) ?? name)
    found.set(own, `what the old gateway has as ${name}`, path)
    if (own !== name)
      found.say(
        path,
        'reference',
        `os.environ/${own}, because ${name} ${WHOSE[ownerOf(name) ?? 'host']}; set the secret ${own}`,
      )
    return `os.environ/${own}`
  })
}

/** What is said of the fields, and the variables that want a value. */
class Found {
  readonly fields: ImportedField[] = []
  readonly #from = new Map<string, string>()

  say(path: Path, outcome: ImportedField['outcome'], detail: string): void {
    this.fields.push({ path: pathText(shownPath(path)), outcome, detail })
  }

  set(name: string, from: string, path: Path): void {
    // What the host owns is to be removed there.
    const isRemoved = path[0] === 'environment_variables' && setterOf(String(path[1])) !== undefined
    if (!HOST_OWNED.includes(name) && !this.#from.has(name) && !isRemoved) this.#from.set(name, from)
  }

  variables(): VariableToSet[] {
    return [...this.#from].map(([name, from]) => ({ name, from })).sort((a, b) => (a.name < b.name ? -1 : 1))
  }
}

const WHOSE: Readonly<Record<VariableOwner, string>> = {
  host: "is the host's own there",
  runner: 'is not yours to hand on: GitHub or this tool sets it',
  process: 'decides there how a process finds its programs',
}

/** The variable that a text means to name. In a list of texts LiteLLM follows no reference; its MCP servers have `${NAME}` of their own. */
function meantBy(text: string, path: Path, isSecret: boolean): ForeignReference | undefined {
  if (path[0] === 'mcp_servers' || typeof path.at(-1) === 'number') return undefined
  return isSecret || SHELL.test(text) ? foreignReference(text) : undefined
}

/** What the host answers in place of a literal secret. */
function answered(node: unknown, path: Path = []): Path[] {
  if (Array.isArray(node)) return node.flatMap((item, index) => answered(item, [...path, index]))
  if (!isRecord(node)) return []
  if (Object.keys(node).length === 1 && typeof node.fingerprint === 'string') return [path]
  return Object.entries(node).flatMap(([key, item]) => answered(item, [...path, key]))
}

function keyOf(path: Path): string {
  return JSON.stringify(path)
}

function texts(node: unknown, path: Path = []): (readonly [Path, string])[] {
  if (typeof node === 'string') return [[path, node]]
  if (Array.isArray(node)) return node.flatMap((item, index) => texts(item, [...path, index]))
  return isRecord(node) ? Object.entries(node).flatMap(([key, item]) => texts(item, [...path, key])) : []
}

function valueIn(document: Document, path: Path): unknown {
  return path.reduce<unknown>((node, step) => Reflect.get(Object(node), step), document)
}

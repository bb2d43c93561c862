import { isRecord } from '../config/record.ts'
import {
  type ForeignReference,
  foreignReference,
  foreignWithin,
} from '../config/secrets/foreign-reference.ts'
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
  const at = (path: Path) => JSON.stringify(path)
  const fields: ImportedField[] = []
  const said = (path: Path, outcome: ImportedField['outcome'], detail: string) =>
    fields.push({ path: pathText(shownPath(path)), outcome, detail })
  const { literals, references } = findSecrets(document)
  const secret = new Set(literals.map(({ path }) => at(path)))
  const foreign = new Map(
    texts(document).flatMap(([path, text]) => {
      const meant = meantBy(text, path, secret.has(at(path)))
      return meant === undefined ? [] : [[at(path), meant] as const]
    }),
  )
  const renamed = new Map<string, string>()
  const kept = new Set([
    ...references.map(({ name }) => name),
    ...[...foreign.values()].map(({ name }) => name),
  ])
  for (const name of kept)
    if (ownerOf(name) !== undefined)
      renamed.set(
        name,
        externalName(name, (one) => kept.has(one) || [...renamed.values()].includes(one)),
      )
  const nameless = [
    ...literals.filter(({ path }) => !foreign.has(at(path))).map(({ path }) => path),
    ...answered(document),
  ]
  const names = variableNames(
    document,
    nameless.map((path) => ({ path: shownPath(path), value: JSON.stringify(valueIn(document, path)) })),
    [...kept, ...renamed.values()],
  )
  const named = new Map(nameless.map((path, index) => [at(path), names[index] ?? 'KEY']))
  const set = new Map<string, string>()
  const setFrom = (name: string, from: string, path: Path) => {
    // What the host owns is to be removed there.
    const isRemoved = path[0] === 'environment_variables' && setterOf(String(path[1])) !== undefined
    if (!HOST_OWNED.includes(name) && !set.has(name) && !isRemoved) set.set(name, from)
  }

  const replace = (node: unknown, path: Path): unknown => {
    const name = named.get(at(path))
    if (name !== undefined) {
      setFrom(name, `the value of ${pathText(shownPath(path))} in the file`, path)
      said(path, 'reference', `os.environ/${name}; set the secret ${name} to the value in the file`)
      return `os.environ/${name}`
    }
    const meant = foreign.get(at(path))
    if (meant !== undefined) return asReference(meant, path)
    if (Array.isArray(node)) return node.map((item, index) => replace(item, [...path, index]))
    if (isRecord(node))
      return Object.fromEntries(
        Object.entries(node).map(([key, item]) => [key, replace(item, [...path, key])]),
      )
    return typeof node === 'string' ? text(node, path) : node
  }
  const asReference = ({ name, preset }: ForeignReference, path: Path) => {
    const own = renamed.get(name) ?? name
    const without =
      preset === undefined || preset === '' ? '' : ', which had a default there; LiteLLM knows none'
    setFrom(own, `what the old gateway has as ${name}`, path)
    said(path, 'reference', `os.environ/${own}, as LiteLLM refers to a variable${without}`)
    return `os.environ/${own}`
  }
  const text = (node: string, path: Path) => {
    const left = path[0] === 'mcp_servers' ? [] : foreignWithin(node).filter((name) => /^[A-Z]/.test(name))
    if (left.length > 0)
      said(
        path,
        'decide',
        `LiteLLM puts no value in for ${left.map((name) => `\${${name}}`).join(', ')}: write the whole text, or give it to one variable and write os.environ/NAME`,
      )
    return node.replaceAll(REFERENCES, (_, name: string) => {
      const own = renamed.get(name) ?? name
      setFrom(own, `what the old gateway has as ${name}`, path)
      if (own !== name)
        said(
          path,
          'reference',
          `os.environ/${own}, because ${name} ${WHOSE[ownerOf(name) ?? 'host']}; set the secret ${own}`,
        )
      return `os.environ/${own}`
    })
  }
  const result = replace(document, []) as Document
  const variables = [...set]
    .map(([name, from]) => ({ name, from }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  return { document: result, fields, variables }
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

function texts(node: unknown, path: Path = []): (readonly [Path, string])[] {
  if (typeof node === 'string') return [[path, node]]
  if (Array.isArray(node)) return node.flatMap((item, index) => texts(item, [...path, index]))
  return isRecord(node) ? Object.entries(node).flatMap(([key, item]) => texts(item, [...path, key])) : []
}

function valueIn(document: Document, path: Path): unknown {
  return path.reduce<unknown>((node, step) => Reflect.get(Object(node), step), document)
}

import { isRecord } from '../config/record.ts'
import { findSecrets } from '../config/secrets/secrets.ts'
import { ownerOf } from '../config/secrets/variables.ts'
import { type Path, pathText } from '../config/yaml/path.ts'
import type { ImportedField } from './field.ts'

type Document = Readonly<Record<string, unknown>>

/**
 * Puts `os.environ/NAME` in the place of every secret that is written out, one name for each value. Values are compared and
 * never returned. Pure.
 */
export function withReferences(document: Document): { document: Document; fields: ImportedField[] } {
  const names = new Map<string, string>()
  const taken = new Set(findSecrets(document).references.map(({ name }) => name))
  const fields: ImportedField[] = []
  const nameOf = (value: string, path: Path) => {
    const known = names.get(value)
    if (known !== undefined) return known
    const likely = variableFor(path, document)
    // Two values that would be called the same are two secrets.
    let name = likely
    for (let count = 2; taken.has(name) || ownerOf(name) !== undefined; count += 1)
      name = `${likely}_${count}`
    names.set(value, name)
    taken.add(name)
    return name
  }
  const paths = new Set(findSecrets(document).literals.map(({ path }) => JSON.stringify(path)))
  const replace = (node: unknown, path: Path): unknown => {
    if (isRecord(node)) {
      // What the host answers in place of a literal secret.
      if (Object.keys(node).length === 1 && typeof node.fingerprint === 'string')
        return reference(node.fingerprint, path)
      return Object.fromEntries(
        Object.entries(node).map(([key, item]) => [key, replace(item, [...path, key])]),
      )
    }
    if (Array.isArray(node)) return node.map((item, index) => replace(item, [...path, index]))
    // A secret without quotes is a number to YAML.
    if (typeof node === 'number' && paths.has(JSON.stringify(path))) return reference(String(node), path)
    if (typeof node !== 'string') return node
    if (paths.has(JSON.stringify(path))) return reference(node, path)
    return renamed(node, path)
  }
  const reference = (value: string, path: Path) => {
    const name = nameOf(value, path)
    fields.push({
      path: pathText(path),
      outcome: 'reference',
      detail: `os.environ/${name}; set the secret ${name} to the value in the file`,
    })
    return `os.environ/${name}`
  }
  /** A variable that means something else on the host that `deploy` makes. */
  const renamed = (text: string, path: Path) => {
    const name = /^os\.environ\/(.*)$/.exec(text)?.[1]
    const owner = name === undefined ? undefined : ownerOf(name)
    if (owner === undefined) return text
    fields.push({
      path: pathText(path),
      outcome: 'reference',
      detail: `os.environ/EXTERNAL_${name}, because ${name} is ${owner === 'host' ? "the host's own there" : 'not yours to hand on'}; set the secret EXTERNAL_${name}`,
    })
    return `os.environ/EXTERNAL_${name}`
  }
  return { document: replace(document, []) as Document, fields }
}

/** OPENAI_API_KEY for the key of a deployment of `openai/…`; elsewhere the last two steps of the path. */
function variableFor(path: Path, document: Document): string {
  const [section, index] = path
  const models = document.model_list
  const model =
    section === 'model_list' && typeof index === 'number' && Array.isArray(models) ? models[index] : undefined
  const target = isRecord(model) && isRecord(model.litellm_params) ? model.litellm_params.model : undefined
  const steps = path.filter((step) => typeof step === 'string')
  const words =
    section === 'environment_variables'
      ? steps.slice(-1)
      : typeof target === 'string'
        ? [target.split('/')[0], ...steps.slice(-1)]
        : steps.slice(-2)
  const name = words
    .join('_')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
  return /^[A-Z_]/.test(name) ? name : `KEY_${name}`
}

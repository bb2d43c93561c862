import { isRecord, type Path } from './source.ts'

/** LiteLLM's own form of a reference: the value comes from this variable of the gateway's environment. */
const REFERENCE = /^os\.environ\/(.*)$/
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/

// The same names and forms as in the host's redaction (files/agent/redaction.py): what is refused here is what is fingerprinted there.
const SECRET_NAME =
  /(^|_)(api_?key|key|secret|token|password|passwd|credentials?|authorization|private_key|dsn|connection_string)s?$/i
const NOT_SECRET =
  /(max|min|input|output|cached?|total|completion|prompt|reasoning|per|budget|rpm|tpm)_.*tokens?$|^tokens?$|key_alias$|cache_key$|^(cost|model)_key$|_per_token$|header_key$|user_header_name$/i
// Eight characters at least behind the mark: a team may be called `pk-` or `sk-one`, and no provider's key is that short.
const SECRET_FORM = /^(?:(?:sk-|pk-|xox[abp]-|gh[pousr]_|AIza|AKIA|Bearer )\S{8}|-----BEGIN )/
const URL_PASSWORD = /:\/\/[^/\s:@]*:[^/\s@]+@/
const HEADERS = new Set(['extra_headers', 'headers', 'default_headers'])

export interface Reference {
  readonly name: string
  readonly path: Path
}

export interface LiteralSecret {
  readonly path: Path
  readonly why: 'name' | 'form' | 'url' | 'header'
}

export interface SecretFindings {
  readonly references: readonly Reference[]
  readonly literals: readonly LiteralSecret[]
  /** References whose name cannot be a variable's. */
  readonly malformed: readonly Reference[]
}

/** Finds every reference and every secret that is written out. Pure; values of secrets are never returned. */
export function findSecrets(value: unknown): SecretFindings {
  const references: Reference[] = []
  const malformed: Reference[] = []
  const literals: LiteralSecret[] = []
  walk(value, [], undefined, (path, text, why) => {
    const name = REFERENCE.exec(text)?.[1]
    if (name !== undefined) (VARIABLE.test(name) ? references : malformed).push({ name, path })
    else if (why !== undefined && text !== '') literals.push({ path, why })
    else if (SECRET_FORM.test(text)) literals.push({ path, why: 'form' })
    else if (URL_PASSWORD.test(text)) literals.push({ path, why: 'url' })
  })
  return { references, malformed, literals }
}

type Why = 'name' | 'header' | undefined

function walk(
  node: unknown,
  path: Path,
  why: Why,
  visit: (path: Path, text: string, why: Why) => void,
): void {
  if (typeof node === 'string') visit(path, node, why)
  else if (Array.isArray(node))
    for (const [index, item] of node.entries()) walk(item, [...path, index], why, visit)
  else if (isRecord(node)) {
    for (const [key, item] of Object.entries(node))
      walk(item, [...path, key], why ?? secretBy(key, item), visit)
  }
}

function secretBy(name: string, value: unknown): Why {
  // Whoever writes headers by hand writes secrets there.
  if (isRecord(value)) return HEADERS.has(name) ? 'header' : undefined
  let named = namesSecret.get(name)
  if (named === undefined) {
    const another = name === 'environment_variables' || name === 'keys' || NOT_SECRET.test(name)
    named = !another && SECRET_NAME.test(name)
    namesSecret.set(name, named)
  }
  return named ? 'name' : undefined
}

/** A declaration of ten thousand budgets has the same few keys over and over. */
const namesSecret = new Map<string, boolean>()

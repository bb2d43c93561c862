import * as forms from '../../contract/forms.ts'
import { whole } from '../../contract/whole.ts'
import { isRecord } from '../record.ts'
import type { Path } from '../yaml/path.ts'
import { isKey, isWebhook } from './key-form.ts'
import { isSecretName } from './secret-name.ts'

/** LiteLLM's own form of a reference: the value comes from this variable of the gateway's environment. */
const REFERENCE = new RegExp(`^${forms.REFERENCE_PREFIX.replace('.', '\\.')}(.*)$`)
const VARIABLE = whole(forms.VARIABLE)

const URL_PASSWORD = /:\/\/[^/\s:@]*:[^/\s@]+@/
/** Who stands alone before the host is a name, unless it looks like a key. */
const URL_USER = /:\/\/([^/\s:@]{8,})@/
const IN_QUERY = new RegExp(forms.IN_QUERY, 'g')
const HEADERS: readonly string[] = forms.SECRET_MAPPINGS
/** Of a header that is a number: a key rather than a limit, unless the header's name says it. */
const LONG_NUMBER = 10_000_000
const SECRET_HEADER = /auth|key|token|secret|cookie|password|signature/i
/** All headers as one text, as OpenTelemetry has them: `api-key=…,team=…` */
const HEADERS_TEXT = /(?:^|_)headers$/i
const PAIR = /[\w-]\s*[=:]\s*\S/
/** Mappings whose keys are names that somebody chose, of models, servers and the like. */
const NAMED_BY_USER =
  /(?:^|_)(?:alias|aliases|alias_map|servers|budget|budget_config|fallbacks|callback_settings|policy|tools|guardrails|access_groups|keys)$/i

export interface Reference {
  readonly name: string
  readonly path: Path
}

export interface LiteralSecret {
  readonly path: Path
  readonly why: 'name' | 'form' | 'url' | 'query' | 'header' | 'random' | 'webhook' | 'lines'
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
  walk(value, [], undefined, (path, given, why) => {
    const name = typeof given === 'string' ? REFERENCE.exec(given)?.[1] : undefined
    if (name !== undefined) {
      ;(VARIABLE.test(name) ? references : malformed).push({ name, path: [...path] })
      return
    }
    const reason = reasonOf(path, given, why)
    if (reason !== undefined) literals.push({ path: [...path], why: reason })
  })
  return { references, malformed, literals }
}

/** Why a value that is no reference is a secret. */
function reasonOf(path: Path, given: string | number | null, why: Why): LiteralSecret['why'] | undefined {
  if (typeof given === 'number')
    return why !== undefined && Math.abs(given) >= smallest(path, why) ? why : undefined
  // `{Password}`: what is a mapping of nothing to YAML.
  if (given === null) return 'name'
  if (why !== undefined && given !== '') return why
  if (isKey(given)) return 'form'
  if (isLines(path) && PAIR.test(given)) return isWebhook(given) ? 'webhook' : 'lines'
  if (given.includes('://')) {
    if (isWebhook(given)) return 'webhook'
    if (URL_PASSWORD.test(given) || isKeyLike(URL_USER.exec(given)?.[1])) return 'url'
    if (hasSecretInQuery(given)) return 'query'
  }
  return path[0] === 'environment_variables' && isRandom(given) ? 'random' : undefined
}

type Why = 'name' | 'header' | undefined

function smallest(path: Path, why: Why): number {
  return why === 'name' || SECRET_HEADER.test(String(path.at(-1)))
    ? forms.SMALLEST_SECRET_NUMBER
    : LONG_NUMBER
}

/** `environment_variables: "A=…"`, as one text or as a list of such. */
function isLines(path: Path): boolean {
  return path[0] === 'environment_variables' && (path.length === 1 || typeof path[1] === 'number')
}

type Visit = (path: Path, given: string | number | null, why: Why) => void

/** The path is one list that is walked along: ten thousand budgets have a hundred thousand values. */
function walk(node: unknown, path: (string | number)[], why: Why, visit: Visit): void {
  if (typeof node === 'string' || typeof node === 'number') visit(path, node, why)
  else if (Array.isArray(node))
    for (let index = 0; index < node.length; index += 1) within(index, node[index], path, why, visit)
  else if (isRecord(node))
    for (const key of Object.keys(node)) {
      const item = node[key]
      if (item === null && why === 'name') visit(path, null, why)
      within(key, item, path, why ?? secretBy(key, item, path), visit)
    }
}

function within(
  step: string | number,
  item: unknown,
  path: (string | number)[],
  why: Why,
  visit: Visit,
): void {
  path.push(step)
  walk(item, path, why, visit)
  path.pop()
}

function secretBy(name: string, value: unknown, path: Path): Why {
  // Whoever writes headers by hand writes secrets there.
  if (isRecord(value) && HEADERS.includes(name)) return 'header'
  if (typeof value === 'string' && HEADERS_TEXT.test(name) && PAIR.test(value)) return 'header'
  // A number under this name is a count.
  if (typeof value === 'string' && name === 'token' && !/^\d{0,9}$/.test(value)) return 'name'
  if (isRecord(value) && !isValue(value, path)) return undefined
  let named = namesSecret.get(name)
  if (named === undefined) {
    named = isSecretName(name)
    namesSecret.set(name, named)
  }
  return named ? 'name' : undefined
}

/** Whether a mapping stands where a secret should, rather than being a part of the declaration that is called like one. */
function isValue(mapping: Readonly<Record<string, unknown>>, path: Path): boolean {
  // The host's answer in the place of a secret; Google's file, in which the private key alone is one.
  if (typeof mapping.fingerprint === 'string' || mapping.type === 'service_account') return false
  return path[0] !== 'rotate' && !NAMED_BY_USER.test(String(path.findLast(isText)))
}

function isText(step: string | number): boolean {
  return typeof step === 'string'
}

function isKeyLike(text: string | undefined): boolean {
  return text !== undefined && (isKey(text) || isRandom(text))
}

/** A key that is a parameter of an address: `https://x.example/v1?api_key=…` */
function hasSecretInQuery(text: string): boolean {
  if (!text.includes('://') || !text.includes('?')) return false
  return [...text.matchAll(IN_QUERY)].some(
    ([, , name = '', value = '']) =>
      !REFERENCE.test(decoded(value)) &&
      (isSecretName(name) || /^(?:sig(?:nature)?|token)$/i.test(name)) &&
      value.length >= 4,
  )
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/**
 * Whether it was made by chance rather than by a person: one run of 24 characters or more that mixes letters of both kinds and digits, or
 * 32 hex digits. Names of models and places have words in them, and marks between.
 */
function isRandom(text: string): boolean {
  const [run] = /^[A-Za-z0-9+/_=-]{24,}$/.exec(text) ?? []
  if (run === undefined) return false
  if (/^[0-9a-f]{32,}$/i.test(run) && /\d/.test(run) && /[a-f]/i.test(run)) return true
  const [longest = ''] = run.split(/[-_/+=]/).sort((a, b) => b.length - a.length)
  return (
    longest.length >= 20 &&
    /[a-z]/.test(longest) &&
    /[A-Z]/.test(longest) &&
    (longest.match(/\d/g)?.length ?? 0) >= 2
  )
}

/** A declaration of ten thousand budgets has the same few keys over and over. */
const namesSecret = new Map<string, boolean>()

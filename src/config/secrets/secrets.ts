import * as forms from '../../contract/forms.ts'
import { isRecord } from '../record.ts'
import type { Path } from '../yaml/path.ts'
import { byName } from './by-name.ts'
import { isKey, isWebhook } from './key-form.ts'
import { holdsSecretJson, isHarmlessHeader, isNoSecret, isSchemedReference } from './no-secret.ts'
import { type Reference, referring, type Unfollowed } from './reference.ts'
import { isSecretName } from './secret-name.ts'

export type { Reference } from './reference.ts'

const URL_PASSWORD = /:\/\/[^/\s:@]*:[^/\s@]+@/
/** A user without a password before the host is a name, unless it looks like a key. */
const URL_USER = /:\/\/([^/\s:@]{8,})@/
const USER_KEY = /^(?=.*\d)(?=.*[A-Za-z])[\w-]{16,}$/
const IN_QUERY = new RegExp(forms.IN_QUERY, 'g')
const QUERY_KEY = new RegExp(`^(?:${forms.QUERY_KEY})$`, 'i')
const HEADERS: readonly string[] = forms.SECRET_MAPPINGS
const SECRET_HEADER = new RegExp(forms.SECRET_HEADER, 'i')
const HEADERS_TEXT = new RegExp(forms.HEADERS_TEXT, 'i')
const PAIR = new RegExp(forms.HEADER_PAIR)
/** Mappings whose keys are names that somebody chose, of models, servers and the like. */
const NAMED_BY_USER =
  /(?:^|_)(?:alias|aliases|alias_map|servers|budget|budget_config|fallbacks|callback_settings|policy|tools|guardrails|access_groups|keys)$/i
const NAMES_OF_MODELS = new RegExp(forms.NAMES_OF_MODELS, 'i')
const namesSecret = byName(isSecretName)
const isKeyItself = byName(isKey)
const holdsHeaders = byName((name) => HEADERS_TEXT.test(name))
const holdsModels = byName((name) => NAMES_OF_MODELS.test(name))

export interface LiteralSecret {
  readonly path: Path
  /** `key`: the last step of the path itself. */
  readonly why: 'name' | 'form' | 'url' | 'query' | 'header' | 'random' | 'webhook' | 'lines' | 'key'
}

export interface SecretFindings {
  readonly references: readonly Reference[]
  readonly literals: readonly LiteralSecret[]
  /** References whose name cannot be a variable's. */
  readonly malformed: readonly Reference[]
  /** References, among the others, that LiteLLM takes as the text that they are. */
  readonly unfollowed: readonly Unfollowed[]
}

/** Finds every reference and every secret that is written out. Pure; values of secrets are never returned. */
export function findSecrets(value: unknown): SecretFindings {
  const references: Reference[] = []
  const malformed: Reference[] = []
  const unfollowed: Unfollowed[] = []
  const literals: LiteralSecret[] = []
  walk(value, { path: [], why: undefined, beside: {} }, (place, given) => {
    const { path } = place
    const found = typeof given === 'string' ? referring(given, path) : NO_REFERENCE
    if (found.kind === 'malformed') malformed.push({ name: found.name, path: [...path] })
    if (found.kind === 'whole' || found.kind === 'within')
      for (const name of found.names) {
        references.push({ name, path: [...path] })
        if (found.unfollowed !== undefined) unfollowed.push({ name, path: [...path], why: found.unfollowed })
      }
    if (found.kind === 'malformed' || found.kind === 'whole') return
    const reason = reasonOf(place, given)
    if (reason !== undefined) literals.push({ path: [...path], why: reason })
  })
  return { references, literals, malformed, unfollowed }
}

const NO_REFERENCE = { kind: 'none' } as const

/** Why a value that is no reference alone is a secret. */
function reasonOf({ path, why, beside }: Place, given: Given): LiteralSecret['why'] | undefined {
  if (why === 'none') return undefined
  if (why === 'key') return 'key'
  if (typeof given === 'number')
    return why !== undefined && Math.abs(given) >= smallest(path, why) ? why : undefined
  // `{Password}`: what is a mapping of nothing to YAML.
  if (given === null) return 'name'
  if (given === '' || isSchemedReference(given)) return undefined
  const name = String(path.findLast(isText) ?? '')
  if (isNoSecret(name, given, { path, beside })) return undefined
  if (why !== undefined) return why
  if (isKey(given)) return 'form'
  if (isLines(path) && PAIR.test(given)) return isWebhook(given) ? 'webhook' : 'lines'
  if (given.includes('://')) {
    if (isWebhook(given)) return 'webhook'
    if (URL_PASSWORD.test(given) || isKeyLike(URL_USER.exec(given)?.[1])) return 'url'
    if (hasSecretInQuery(given)) return 'query'
  }
  if (holdsSecretJson(given)) return 'form'
  return path[0] === 'environment_variables' && isRandom(given) ? 'random' : undefined
}

type Given = string | number | null
/** `none`: no secret, whatever it looks like. */
type Why = 'name' | 'header' | 'none' | 'key' | undefined

function smallest(path: Path, why: 'name' | 'header'): number {
  return why === 'name' || SECRET_HEADER.test(String(path.at(-1)))
    ? forms.SMALLEST_SECRET_NUMBER
    : forms.SMALLEST_HEADER_NUMBER
}

/** `environment_variables: "A=…"`, as one text or as a list of such. */
function isLines(path: Path): boolean {
  return path[0] === 'environment_variables' && (path.length === 1 || typeof path[1] === 'number')
}

interface Place {
  /** One list that is walked along: ten thousand budgets have a hundred thousand values. */
  readonly path: (string | number)[]
  readonly why: Why
  /** The mapping that the value is in. */
  readonly beside: Readonly<Record<string, unknown>>
}

type Visit = (place: Place, given: Given) => void

function walk(node: unknown, place: Place, visit: Visit): void {
  if (typeof node === 'string' || typeof node === 'number') visit(place, node)
  else if (Array.isArray(node))
    for (let index = 0; index < node.length; index += 1) within(index, node[index], place, visit)
  else if (isRecord(node)) {
    let below: Place | undefined
    for (const key of Object.keys(node)) {
      const item = node[key]
      if (item === null && place.why === 'name') visit(place, null)
      const why = whyBelow(place.why, key, item, place.path)
      if (below === undefined || below.why !== why) below = { path: place.path, why, beside: node }
      within(key, item, below, visit)
    }
  }
}

function within(step: string | number, item: unknown, place: Place, visit: Visit): void {
  place.path.push(step)
  if (typeof step === 'string' && isKeyItself(step)) visit({ ...place, why: 'key' }, null)
  walk(item, place, visit)
  place.path.pop()
}

/** What is above says what a value is, but for a header: its own name has a say. */
function whyBelow(above: Why, key: string, item: unknown, path: Path): Why {
  if (above === undefined) return secretBy(key, item, path)
  return above === 'header' && isHarmlessHeader(key, item) && !looksSecret(item) ? 'none' : above
}

/** A secret under a harmless name. */
function looksSecret(item: unknown): boolean {
  return typeof item === 'string' && (isKey(item) || isRandom(item) || URL_PASSWORD.test(item))
}

function secretBy(name: string, value: unknown, path: Path): Why {
  // Headers that are written by hand hold secrets.
  if (isRecord(value) && HEADERS.includes(name)) return 'header'
  if (!isRecord(value) && holdsModels(String(path.findLast(isText) ?? ''))) return undefined
  if (typeof value === 'string' && holdsHeaders(name) && PAIR.test(value)) return 'header'
  // A number under this name is a count.
  if (typeof value === 'string' && name === 'token' && !/^\d{0,9}$/.test(value)) return 'name'
  if (isRecord(value) && !isValue(value, path)) return undefined
  return namesSecret(name) ? 'name' : undefined
}

/** Whether a mapping is where a secret should be, and not a part of the declaration that has such a name. */
function isValue(mapping: Readonly<Record<string, unknown>>, path: Path): boolean {
  // The host's answer in the place of a secret; Google's file, in which the private key alone is one.
  if (typeof mapping.fingerprint === 'string' || mapping.type === 'service_account') return false
  return path[0] !== 'rotate' && !NAMED_BY_USER.test(String(path.findLast(isText)))
}

function isText(step: string | number): boolean {
  return typeof step === 'string'
}

function isKeyLike(text: string | undefined): boolean {
  return text !== undefined && (isKey(text) || USER_KEY.test(text))
}

/** A key that is a parameter of an address: `https://x.example/v1?api_key=…` */
function hasSecretInQuery(text: string): boolean {
  if (!text.includes('://') || !text.includes('?')) return false
  return [...text.matchAll(IN_QUERY)].some(
    ([, , name = '', value = '']) =>
      !decoded(value).startsWith(forms.REFERENCE_PREFIX) &&
      (isSecretName(name) || QUERY_KEY.test(name)) &&
      value.length >= forms.SHORTEST_IN_QUERY,
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

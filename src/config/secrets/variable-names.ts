import { destinationOf } from '../address.ts'
import data from '../litellm/litellm-keys.json' with { type: 'json' }
import { isRecord } from '../record.ts'
import type { Path } from '../yaml/path.ts'
import { addressOf, isForeign, providerOf } from './own-host.ts'
import { ownerOf } from './variables.ts'

type Document = Readonly<Record<string, unknown>>

/** A secret that is written out and wants the name of a variable. */
export interface Nameless {
  readonly path: Path
  /** Compared with others, and never returned. */
  readonly value: unknown
}

/** Words that say nothing of what the secret is for. */
const COMMON =
  /^(?:(?:x-)?api[_-]?key|key|secret|token|password|passwd|passphrase|pwd?|credentials?|authorization|(?:extra_|default_)?headers)$/i
/** How those who know a list's item by name call it. */
const ITEM_NAMES = [
  'guardrail_name',
  'credential_name',
  'search_tool_name',
  'server_name',
  'vector_store_name',
]
const LABELS = [...ITEM_NAMES, 'agent_name', 'prompt_id', 'path', 'name']
/** Variables that LiteLLM reads unasked begin so; another thing must not be called like one. */
const READ_UNASKED = new RegExp(
  `^(?:${[
    ...data.providers.map(upper),
    ...['AWS', 'AZURE', 'GOOGLE', 'GCP', 'GCS', 'VERTEX', 'VERTEXAI', 'HF', 'TOGETHERAI', 'WX', 'WATSONX'],
    ...['LANGFUSE', 'LANGSMITH', 'SLACK', 'OTEL', 'DD', 'S3', 'SMTP', 'UI', 'LITELLM', 'PROXY', 'REDIS'],
    ...['DATABASE', 'OPENAI_LIKE', 'CO', 'DOCKER', 'KUBERNETES', 'GITLAB'],
  ].join(
    '|',
  )})(?:_(?:API))?_(?:KEY|TOKEN|SECRET|PASSWORD|API_KEY|ACCESS_KEY(?:_ID)?|SECRET_ACCESS_KEY|SECRET_KEY|CREDENTIALS?)$`,
)
/** By these LiteLLM would find another Redis, or another database, for everything (`_redis.py`, `construct_database_url_from_env_vars`). */
const LEADS_ELSEWHERE =
  /^(?:REDIS_(?:URL|USERNAME|SENTINEL_NODES|SENTINEL_PASSWORD|CLUSTER_NODES|SSL_PASSWORD)|DATABASE_(?:URL|HOST|NAME|USERNAME|PASSWORD)|DIRECT_URL)$/

/**
 * A name for each secret, in their order. Different keys never share one; equal ones do when they are the same thing: for the same host, in
 * the same field. None is a name that something else has, that LiteLLM reads unasked for another, or that GitHub refuses. Pure.
 */
export function variableNames(
  document: Document,
  secrets: readonly Nameless[],
  references: readonly string[],
): string[] {
  const implied = impliedIn(document)
  const taken = new Map<string, string>(references.map((name) => [name.toUpperCase(), 'a reference']))
  const { environment_variables: variables } = document
  for (const name of isRecord(variables) ? Object.keys(variables) : []) taken.set(name.toUpperCase(), 'set')
  const names = new Map<string, string>()
  const named = (secret: Nameless) => {
    const { group, likely } = described(document, secret, implied)
    const known = names.get(group)
    if (known !== undefined) return known
    const name =
      likely.find((one) => isFree(one, secret)) ?? counted(likely[0] ?? 'KEY', (one) => !taken.has(one))
    names.set(group, name)
    taken.set(name, group)
    return name
  }
  const isFree = (name: string, { path }: Nameless) =>
    !taken.has(name) || (isVariable(path) && path[1] === name && taken.get(name) === 'set')
  // What is set under a name of its own keeps that.
  const order = [...secrets.keys()].sort((a, b) => rank(secrets[a]) - rank(secrets[b]) || a - b)
  const found = new Map(order.map((index) => [index, named(secrets[index] as Nameless)]))
  return secrets.map((_, index) => found.get(index) ?? 'KEY')
}

/** Another name for a variable that the user cannot pass on; as free as the others. */
export function externalName(name: string, isTaken: (name: string) => boolean): string {
  const likely = external(name.toUpperCase())
  return isTaken(likely) ? counted(likely, (one) => !isTaken(one)) : likely
}

function rank(secret: Nameless | undefined): number {
  return secret !== undefined && isVariable(secret.path) ? 0 : 1
}

function isVariable(path: Path): boolean {
  return path[0] === 'environment_variables' && path.length === 2 && typeof path[1] === 'string'
}

function counted(name: string, isFree: (name: string) => boolean): string {
  for (let count = 2; ; count += 1) if (isFree(`${name}_${count}`)) return `${name}_${count}`
}

/** What it is, so that the same is known again, and the names that would fit it, the best first. */
function described(
  document: Document,
  { path, value }: Nameless,
  implied: ReadonlySet<string>,
): { group: string; likely: string[] } {
  if (isVariable(path)) return { group: `${path.join('.')}\0${value}`, likely: [named([String(path[1])])] }
  const params = deploymentAt(document, path)
  if (params !== undefined) return ofDeployment(path, params, value, implied)
  const steps = path.filter((step) => typeof step === 'string')
  const last = steps.at(-1) ?? ''
  const label = labelAt(document, path)
  const short = steps
    .slice(COMMON.test(last) ? -2 : -1)
    .filter((step) => label === undefined || step !== 'litellm_params')
  const long = steps.slice(-2)
  const likely = (label === undefined ? [short, long] : [[label, ...short]]).map((words) => named(words))
  return { group: `${path.join('.')}\0${value}`, likely: label === undefined ? likely : likely.map(unlike) }
}

interface Deployment {
  readonly name: string
  readonly params: Document
}

function ofDeployment(
  path: Path,
  { name, params }: Deployment,
  value: unknown,
  implied: ReadonlySet<string>,
): { group: string; likely: string[] } {
  const within = path.slice(3).filter((step) => typeof step === 'string')
  const field = within.slice(COMMON.test(within.at(-1) ?? '') ? -2 : -1)
  const provider = providerOf(params)
  const address = addressOf(params)
  const host = address === undefined ? '' : (destinationOf(address).hostname ?? address)
  const group = [
    provider,
    address === undefined ? '' : destinationOf(address).label,
    within.join('.'),
    value,
  ].join('\0')
  if (!isForeign(params) && !implied.has(provider)) return { group, likely: [named([provider, ...field])] }
  const own = named([upper(name) === '' ? host : name, ...field])
  return { group, likely: [READ_UNASKED.test(own) ? unlike(named([name, host, ...field])) : own] }
}

/** Another name for what would be called as something that LiteLLM reads unasked. */
function unlike(name: string): string {
  return READ_UNASKED.test(name) ? external(name, true) : name
}

function deploymentAt(document: Document, [section, index]: Path): Deployment | undefined {
  const { model_list: list } = document
  const model =
    section === 'model_list' && typeof index === 'number' && Array.isArray(list) ? list[index] : undefined
  if (!isRecord(model) || !isRecord(model.litellm_params) || typeof model.litellm_params.model !== 'string')
    return undefined
  return { name: String(model.model_name), params: model.litellm_params }
}

/** Of an item of a list the name that it has. */
function labelAt(document: Document, path: Path): string | undefined {
  let node: unknown = document
  let label: string | undefined
  for (const step of path) {
    node = isRecord(node) || Array.isArray(node) ? Reflect.get(node, step) : undefined
    if (typeof step !== 'number' || !isRecord(node)) continue
    const item = node
    label = LABELS.map((key) => item[key]).find((name): name is string => typeof name === 'string')
  }
  return label
}

/**
 * The providers of which some deployment names no key: it gets what their variable holds, so another key must not be called so. A server
 * that speaks as OpenAI does gets OpenAI's.
 */
function impliedIn({ model_list: list, environment_variables: variables }: Document): ReadonlySet<string> {
  const found = new Set<string>()
  // Its requests go to the address in that variable.
  for (const name of isRecord(variables) ? Object.keys(variables) : []) {
    const [, moved] = /^([A-Z0-9_]+?)_(?:API_BASE|BASE_URL|API_URL)$/.exec(name) ?? []
    for (const provider of data.providers) if (moved === upper(provider)) found.add(provider)
  }
  for (const model of Array.isArray(list) ? list : []) {
    const params = isRecord(model) ? model.litellm_params : undefined
    if (!isRecord(params) || !isUnset(params.api_key) || params.litellm_credential_name !== undefined)
      continue
    found.add(providerOf(params))
    if (isForeign(params)) found.add('openai')
  }
  return found
}

function isUnset(key: unknown): boolean {
  return key === undefined || key === null || key === ''
}

function named(words: readonly string[]): string {
  const name = upper(words.join('_'))
  return external(/^[A-Z]/.test(name) ? name : `KEY_${name}`)
}

/** What is the host's own, or the runner's, cannot be referred to; GitHub refuses a secret whose name begins with GITHUB_. */
function external(name: string, isForced = false): string {
  return isForced || ownerOf(name) !== undefined || LEADS_ELSEWHERE.test(name) ? `EXTERNAL_${name}` : name
}

function upper(text: string): string {
  return text
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
}

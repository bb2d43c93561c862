import { isDeepStrictEqual } from 'node:util'
import { isRecord } from '../config/record.ts'
import { SHA256 } from '../contract/forms.ts'
import { LIMIT_NAMES } from '../contract/names.ts'
import type { ObservedBudget, ObservedEntity } from '../contract/programs/observe.ts'
import { whole } from '../contract/whole.ts'
import { HostError } from '../host/errors.ts'
import type { ImportedField } from '../import/field.ts'
import { entitiesIn } from './read-entities.ts'

type Document = Readonly<Record<string, unknown>>

/** What a gateway reveals through its admin API alone. */
export interface GatewayRead {
  /** LiteLLM's configuration as far as the API shows it. */
  readonly config: Document
  readonly budgets: readonly ObservedBudget[]
  /** People, teams and the like, as far as lists show them. */
  readonly entities: readonly ObservedEntity[]
  /** What the API keeps to itself. */
  readonly fields: readonly ImportedField[]
  /** Of LiteLLM: `1.106.2`. */
  readonly version: string | undefined
}

/** The most that LiteLLM answers on one page of these lists. */
const PAGE = 100
const TIMEOUT_MS = 60_000

type Ask = (path: string) => Promise<unknown>

/** A list that this LiteLLM does not have: it is older than that. */
class Missing extends HostError {}

/**
 * Reads a gateway that runs anywhere, of any version; a call for each page of each list, and one for each team that has members.
 * @param keyHeader where it looks for keys: `general_settings.litellm_key_header_name`
 * @throws HostError
 */
export async function readGateway(
  url: string,
  adminKey: string,
  keyHeader = 'authorization',
): Promise<GatewayRead> {
  const ask = asker(url, adminKey, keyHeader)
  const fields: ImportedField[] = []
  const config = await readConfiguration(ask, fields)
  return { config, ...(await readDatabase(ask, fields)), fields, version: await readVersion(ask) }
}

/** What a gateway that is ill says nothing of is not worth an error. */
async function readVersion(ask: Ask): Promise<string | undefined> {
  const answer = await ask('/health/readiness').catch(() => undefined)
  const version = isRecord(answer) ? String(answer.litellm_version) : ''
  return /^\d{1,3}\.\d{1,4}\.\d{1,4}$/.test(version) ? version : undefined
}

/** What an older LiteLLM does not have is left out, and said. */
async function orWithout<Found>(
  ask: () => Promise<Found>,
  without: Found,
  what: string,
  fields: ImportedField[],
): Promise<Found> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof Missing)) throw error
    fields.push({ path: what, outcome: 'left-out', detail: 'this version of LiteLLM does not list them' })
    return without
  }
}

/** The first of these lists that this LiteLLM has: the newer one, and the one that it replaced. */
async function eitherOf<Found>(newer: () => Promise<Found>, older: () => Promise<Found>): Promise<Found> {
  try {
    return await newer()
  } catch (error) {
    if (!(error instanceof Missing)) throw error
    return await older()
  }
}

function asker(url: string, adminKey: string, keyHeader: string): Ask {
  const base = url.replace(/\/+$/, '')
  return async (path) => {
    const call = `GET ${base}${path.split('?')[0]}`
    const answer = await fetch(`${base}${path}`, {
      headers: { [keyHeader]: `Bearer ${adminKey}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      // A key belongs to the named gateway, never to a redirect's target.
      redirect: 'error',
    }).catch((cause) => {
      throw new HostError(
        `${call} cannot be asked: ${cause instanceof Error ? cause.message : cause}. Check the address.`,
        { cause },
      )
    })
    if (answer.status === 404 || answer.status === 405)
      throw new Missing(
        `${call} answered ${answer.status}: this is no LiteLLM, or one that does not have it.`,
      )
    if (!answer.ok)
      throw new HostError(
        `${call} answered ${answer.status}${answer.status === 401 ? ': LITELLM_MASTER_KEY is not an admin key of this gateway, or it looks for keys in another header (general_settings.litellm_key_header_name in --from)' : ''}.`,
      )
    return await answer.json()
  }
}

/** What LiteLLM adds to every deployment when it shows it. */
const ADDED_PARAMS: Document = {
  use_in_pass_through: false,
  use_litellm_proxy: false,
  merge_reasoning_content_in_choices: false,
}
/** The keys of `model_info` that only their owner can have written; all others may come from LiteLLM's own list of models. */
const OWN_INFO = new Set(['id', 'base_model', 'access_groups'])
/** Providers that are asked without a key, or with credentials of another kind. */
const WITHOUT_KEY =
  /^(ollama|ollama_chat|bedrock|bedrock_converse|sagemaker|sagemaker_chat|vertex_ai|lm_studio|llamafile|hosted_vllm|xinference|triton)$/

async function readConfiguration(ask: Ask, fields: ImportedField[]): Promise<Document> {
  const listed = await eitherOf(
    () => ask('/v2/model/info?page=1&size=10000'),
    () => ask('/model/info'),
  )
  const models = list(listed, 'data').map((model, index) => modelOf(model, index, fields))
  for (const section of ['litellm_settings', 'environment_variables', 'credential_list'])
    fields.push({
      path: section,
      outcome: 'left-out',
      detail: 'the API does not show it; also pass config.yaml with --from',
    })
  return {
    model_list: models,
    router_settings: await orWithout(
      () => settings(ask, '/router/settings', 'fields', 'field_default'),
      {},
      'router_settings',
      fields,
    ),
    general_settings: await orWithout(
      () => settings(ask, '/config/list?config_type=general_settings', undefined, 'field_default_value'),
      {},
      'general_settings',
      fields,
    ),
  }
}

function modelOf(model: Document, index: number, fields: ImportedField[]): Document {
  const path = `model_list[${index}]`
  const info = isRecord(model.model_info) ? model.model_info : {}
  const params = isRecord(model.litellm_params) ? model.litellm_params : {}
  const kept = Object.entries(params).filter(
    ([key, value]) => value !== null && !isDeepStrictEqual(ADDED_PARAMS[key], value) && !masked(value),
  )
  const provider = String(params.model ?? '').split('/')[0] ?? ''
  const keyless = WITHOUT_KEY.test(provider)
  const reference = `${provider.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}_API_KEY`
  // LiteLLM shows no key of a deployment, not even whether it has one.
  fields.push(
    keyless
      ? {
          path: `${path}.litellm_params`,
          outcome: 'left-out',
          detail: 'the API shows no credentials; add those that it has',
        }
      : {
          path: `${path}.litellm_params.api_key`,
          outcome: 'reference',
          detail: `os.environ/${reference}, as the API shows no key; set the secret ${reference}`,
        },
  )
  const fromDatabase = info.db_model === true
  if (fromDatabase)
    fields.push({
      path,
      outcome: 'moved',
      detail: 'from the database to gateway.yaml; delete it in the UI once it is served from there',
    })
  const own = Object.entries(info).filter(
    ([key, value]) =>
      OWN_INFO.has(key) &&
      value !== null &&
      !(key === 'id' && (fromDatabase || whole(SHA256).test(String(value)))),
  )
  return {
    model_name: model.model_name,
    litellm_params: {
      ...Object.fromEntries(kept),
      ...(keyless ? {} : { api_key: `os.environ/${reference}` }),
    },
    ...(own.length === 0 ? {} : { model_info: Object.fromEntries(own) }),
  }
}

/** What LiteLLM shows in the place of a secret. */
function masked(value: unknown): boolean {
  return typeof value === 'string' && /\*{3,}|REDACTED/i.test(value)
}

/** Settings that are not LiteLLM's defaults. */
async function settings(
  ask: Ask,
  path: string,
  items: string | undefined,
  standard: string,
): Promise<Document> {
  const answer = await ask(path)
  const found =
    items === undefined ? (Array.isArray(answer) ? answer.filter(isRecord) : []) : list(answer, items)
  return Object.fromEntries(
    found.flatMap(({ field_name, field_value, ...field }) => {
      const own = field_value !== null && field_value !== undefined && !masked(field_value)
      return own && !isDeepStrictEqual(field_value, field[standard])
        ? [[String(field_name), field_value]]
        : []
    }),
  )
}

async function readDatabase(
  ask: Ask,
  fields: ImportedField[],
): Promise<Pick<GatewayRead, 'budgets' | 'entities'>> {
  const orNone = (what: string, read: () => Promise<Document[]>) => orWithout(read, [], what, fields)
  const [users, teams, keys] = await Promise.all([
    orNone('budgets of users', () =>
      pages(
        ask,
        (page) => `/user/list?page=${page}&page_size=${PAGE}&sort_by=user_id&sort_order=asc`,
        'users',
      ),
    ),
    eitherOf(
      () =>
        pages(
          ask,
          (page) => `/v2/team/list?page=${page}&page_size=${PAGE}&sort_by=team_id&sort_order=asc`,
          'teams',
        ),
      async () => array(await ask('/team/list')),
    ),
    orNone('budgets of keys', () =>
      pages(
        ask,
        (page) => `/key/list?page=${page}&size=${PAGE}&return_full_object=true`,
        'keys',
        (key) => {
          // An older LiteLLM lists the hashes of keys alone.
          if (typeof key === 'string') throw new Missing('')
        },
      ),
    ),
  ])
  const customers = await orNone('budgets of customers', () =>
    whileFull(ask, (page) => `/customer/list?page=${page}&page_size=${PAGE}`, 'user_id'),
  )
  const tags = await orNone('budgets of tags', async () => array(await ask('/tag/list')))
  const members = (
    await Promise.all(
      teams
        .filter(({ members_with_roles: roles }) => Array.isArray(roles) && roles.length > 0)
        .map(async ({ team_id }) =>
          list(
            await ask(`/team/info?team_id=${encodeURIComponent(String(team_id))}`),
            'team_memberships',
          ).map((membership) => ({ team: String(team_id), ...membership })),
        ),
    )
  ).flat()
  const budgets = [
    ...users.map((user) => budgetOf('user', user.user_id, user)),
    ...teams.map((team) => budgetOf('team', team.team_id, team)),
    ...members.map((member: Document) => ({
      ...budgetOf('member', member.user_id, linked(member), linked(member).allowed_models),
      team: String(member.team),
    })),
    ...customers.map((customer) => budgetOf('customer', customer.user_id, linked(customer), customer.models)),
    ...keys
      .filter(({ key_alias, team_id }) => typeof key_alias === 'string' && team_id !== 'litellm-dashboard')
      .map((key) => budgetOf('key', key.key_alias, { ...key, soft_budget: linked(key).soft_budget })),
    ...tags.map((tag) => budgetOf('tag', tag.name, linked(tag), [])),
  ]
  const groups = await orWithout(async () => array(await ask('/v1/access_group')), [], 'access groups', [])
  const rows = { user: users, team: teams, key: keys, customer: customers, tag: tags, access_group: groups }
  return { budgets, entities: entitiesIn(rows) }
}

/** The row of LiteLLM's budget table that an object points to. */
function linked(object: Document): Document {
  return isRecord(object.litellm_budget_table) ? object.litellm_budget_table : {}
}

const LIMITS = LIMIT_NAMES.filter((name) => name !== 'models')

function budgetOf(
  subject: ObservedBudget['subject'],
  id: unknown,
  row: Document,
  models: unknown = row.models,
): ObservedBudget {
  const set = Object.fromEntries(
    [...LIMITS.map((name) => [name, row[name]] as const), ['models', models] as const].filter(
      ([, value]) =>
        value !== null &&
        value !== undefined &&
        !(typeof value === 'object' && Object.keys(value).length === 0),
    ),
  )
  return { subject, id: String(id), ...set }
}

/** Every item of a list that comes in pages; pages are asked four at a time. */
async function pages(
  ask: Ask,
  path: (page: number) => string,
  items: string,
  check: (item: unknown) => void = () => undefined,
): Promise<Document[]> {
  const first = await ask(path(1))
  const listed = isRecord(first) ? first[items] : undefined
  if (Array.isArray(listed)) listed.forEach(check)
  const total = isRecord(first) ? Number(first.total_pages ?? 1) : 1
  const found = [list(first, items)]
  for (let page = 2; page <= total; page += 4) {
    const numbers = Array.from({ length: Math.min(4, total - page + 1) }, (_, index) => page + index)
    found.push(...(await Promise.all(numbers.map(async (number) => list(await ask(path(number)), items)))))
  }
  return found.flat()
}

/**
 * Every item of a list that says of no page whether it is the last. Since 1.109 `/customer/list` comes in pages; before, it is whole, whichever
 * page is asked for.
 */
async function whileFull(ask: Ask, path: (page: number) => string, id: string): Promise<Document[]> {
  const found = new Map<unknown, Document>()
  for (let page = 1; ; page += 1) {
    const items = array(await ask(path(page)))
    const known = found.size
    for (const item of items) found.set(item[id], item)
    if (items.length !== PAGE || found.size === known) return [...found.values()]
  }
}

function list(answer: unknown, items: string): Document[] {
  return array(isRecord(answer) ? answer[items] : undefined)
}

function array(value: unknown): Document[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}

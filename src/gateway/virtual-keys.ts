import { createHash } from 'node:crypto'
import { isRecord } from '../config/record.ts'
import { type AdminApi, GatewayError } from './admin-api.ts'
import type { Metadata } from './budget-fields.ts'

type Row = Readonly<Record<string, unknown>>

/** A key that was made just now: its value, which LiteLLM shows this once, and the hash that it knows it by. */
export interface MadeKey {
  readonly value: string
  readonly token: string
}

/** Makes a key. @param body as /key/generate takes it @throws GatewayError */
export async function makeKey(api: AdminApi, alias: string, body: Row): Promise<MadeKey> {
  const answer = await api.post('/key/generate', { ...body, key_alias: alias })
  const value = isRecord(answer) ? answer.key : undefined
  if (typeof value !== 'string' || value === '')
    throw new GatewayError('POST /key/generate', 200, 'an answer without a key')
  return { value, token: createHash('sha256').update(value).digest('hex') }
}

/** The row of a key; undefined when there is none any more. LiteLLM shows a deleted one from its archive. */
export async function keyRow(api: AdminApi, token: string): Promise<Row | undefined> {
  const answer = await api.get(`/key/info?key=${encodeURIComponent(token)}`).catch((error) => {
    if (error instanceof GatewayError && error.status === 404) return undefined
    throw error
  })
  const info = isRecord(answer) ? answer.info : undefined
  return isRecord(info) && info.status !== 'deleted' ? info : undefined
}

/** The hash of the key of an alias; undefined when none has it. @throws Error when several do */
export async function tokenOf(api: AdminApi, alias: string): Promise<string | undefined> {
  const answer = await api.get(
    `/key/list?key_alias=${encodeURIComponent(alias)}&return_full_object=true&size=100`,
  )
  const listed = isRecord(answer) && Array.isArray(answer.keys) ? answer.keys.filter(isRecord) : []
  const [key, ...more] = listed.filter(({ key_alias }) => key_alias === alias)
  if (more.length > 0) throw new Error(`${more.length + 1} keys have the alias ${alias}`)
  return key === undefined ? undefined : String(key.token)
}

export async function renameKey(api: AdminApi, token: string, alias: string): Promise<void> {
  await api.post('/key/update', { key: token, key_alias: alias })
}

/** Takes a key away, and looks that it is gone; one that is gone already is well. @throws Error when it is still there */
export async function deleteKey(api: AdminApi, token: string): Promise<void> {
  if ((await keyRow(api, token)) === undefined) return
  await api.post('/key/delete', { keys: [token] })
  if ((await keyRow(api, token)) !== undefined)
    throw new Error('LiteLLM said that it deleted the key, and still has it')
}

/** Columns that a key takes over from the one that it replaces, under the names that /key/generate has for them. */
const COPIED = [
  'models',
  'aliases',
  'config',
  'spend',
  'user_id',
  'team_id',
  'agent_id',
  'project_id',
  'organization_id',
  'max_parallel_requests',
  'tpm_limit',
  'rpm_limit',
  'tpd_limit',
  'max_budget',
  'budget_duration',
  'budget_id',
  'allowed_cache_controls',
  'allowed_routes',
  'permissions',
  'model_max_budget',
  'budget_fallbacks',
  'blocked',
  'router_settings',
  'access_group_ids',
] as const

/**
 * What /key/generate is asked for a key that replaces another one: the same owner, limits and rights, and what was spent in the running period,
 * so that a replacement is no way to a new budget. Pure.
 * @param metadata of the old one, as it is stored
 */
export function copyOf(row: Row, metadata: Metadata): Row {
  const copied = COPIED.flatMap((name) => (isSet(row[name]) ? [[name, row[name]] as const] : []))
  const windows = Array.isArray(row.budget_limits) ? row.budget_limits.filter(isRecord) : []
  const { object_permission: permission } = row
  const permissions = Object.entries(isRecord(permission) ? permission : {}).filter(
    ([name, value]) => Array.isArray(value) && value.length > 0 && !RELATIONS.has(name),
  )
  return {
    ...Object.fromEntries(copied),
    ...(windows.length === 0
      ? {}
      : {
          budget_limits: windows.map(({ max_budget, budget_duration }) => ({ max_budget, budget_duration })),
        }),
    ...(permissions.length === 0 ? {} : { object_permission: Object.fromEntries(permissions) }),
    metadata,
  }
}

/** Of the table of permissions: who has the row. */
const RELATIONS = new Set(['teams', 'users', 'projects', 'organizations', 'verification_tokens', 'end_users'])

function isSet(value: unknown): boolean {
  if (value === null || value === undefined) return false
  return typeof value !== 'object' || Object.keys(value).length > 0
}

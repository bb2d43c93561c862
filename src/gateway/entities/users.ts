import { isRecord } from '../../config/record.ts'
import type { EntityChange } from '../../plan/change.ts'
import { type AdminApi, GatewayError } from '../admin-api.ts'

type Body = Readonly<Record<string, unknown>>
type BodyOf = (change: EntityChange) => Body
type OnFailure = (change: EntityChange, failure: string) => void

/** As many as LiteLLM takes in one call that makes users, which it inserts with one statement; it changes them one after the other. */
const MADE = 500
const CHANGED = 100

/** Makes and changes users with the bulk calls that the running version has, or else one by one. */
export async function applyUsers(
  api: AdminApi,
  changes: readonly EntityChange[],
  bodyOf: BodyOf,
  onFailure: OnFailure,
): Promise<void> {
  const each = (path: string) => async (some: readonly EntityChange[]) => {
    await Promise.all(some.map((change) => single(api, path, change, bodyOf, onFailure)))
  }
  const made = changes.filter(({ action }) => action === 'create')
  const changed = changes.filter(({ action }) => action === 'update')
  await Promise.all([
    ...chunks(made, MADE).map((some) =>
      bulk(api, ['/management/v1/users/bulk', 'data'], some, bodyOf, onFailure, each('/user/new')),
    ),
    ...chunks(changed, CHANGED).map((some) =>
      bulk(api, ['/user/bulk_update', 'results'], some, bodyOf, onFailure, each('/user/update')),
    ),
  ])
}

async function bulk(
  api: AdminApi,
  [path, results]: readonly [string, string],
  some: readonly EntityChange[],
  bodyOf: BodyOf,
  onFailure: OnFailure,
  singly: (some: readonly EntityChange[]) => Promise<void>,
): Promise<void> {
  let answer: unknown
  try {
    answer = await api.post(path, { users: some.map(bodyOf) })
  } catch {
    // This version does not have the call, or the outcome of single users is unknown: writing them again does no harm.
    return await singly(some)
  }
  const list = isRecord(answer) ? answer[results] : undefined
  const found = new Map((Array.isArray(list) ? list : []).filter(isRecord).map((one) => [one.user_id, one]))
  const failed = some.filter(({ id }) => found.get(id)?.success !== true || found.get(id)?.error)
  const there = failed.filter(
    ({ id, action }) => action === 'create' && isThere(String(found.get(id)?.error)),
  )
  await singly(there)
  for (const change of failed)
    if (!there.includes(change))
      onFailure(change, String(found.get(change.id)?.error ?? 'LiteLLM did not say what became of it'))
}

async function single(
  api: AdminApi,
  path: string,
  change: EntityChange,
  bodyOf: BodyOf,
  onFailure: OnFailure,
): Promise<void> {
  try {
    await api.post(path, bodyOf(change)).catch((error) => {
      // Made in the meantime, or by a run that died before it could report it.
      const made = error instanceof GatewayError && error.status === 409 && !OTHER.test(error.message)
      if (!made || path !== '/user/new') throw error
      const { auto_create_key: _, ...body } = bodyOf(change)
      return api.post('/user/update', body)
    })
  } catch (error) {
    onFailure(change, error instanceof Error ? error.message : String(error))
  }
}

/** How LiteLLM says that another user has the address: an update would then make a second one for it. */
const OTHER = /User (?:with )?email\b/i

function isThere(error: string): boolean {
  return /already exists/i.test(error) && !OTHER.test(error)
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
}

import { isRecord } from '../../config/record.ts'
import { ENTITY_NAMES, type Entity, entityKind } from '../../contract/entities.ts'
import { MANAGER, MARK_ROW } from '../../contract/names.ts'
import type { EntityChange } from '../../plan/change.ts'
import type { AdminApi } from '../admin-api.ts'
import { answeredWith } from '../attempt.ts'
import type { Metadata } from '../budget-fields.ts'
import { findKey } from '../find-key.ts'
import { apart, bodyOf, changesObject, membersOf, needsMetadata } from './bodies.ts'
import { ENDPOINTS } from './endpoints.ts'
import { applyMembers } from './members.ts'
import { applyUsers } from './users.ts'

/** Told of each change when all of it was written, or some of it refused. */
export type OnEntity = (change: EntityChange, failure: string | undefined) => void

export interface EntityOptions {
  /** What `metadata` holds now, by kind and id, of those in which some of it changes. */
  readonly stored: Readonly<Record<string, Readonly<Record<string, Metadata>>>>
  /** Further fields for an object that is made: its limits, so that it never exists without them. */
  readonly limits: (change: EntityChange) => Metadata
  /** Users who are declared, and so are made before they are members. */
  readonly users: ReadonlySet<string>
}

/** Objects whose metadata is written, and must be read first. */
export function entityMetadataNeeded(changes: readonly EntityChange[]): Partial<Record<Entity, string[]>> {
  const needed: Partial<Record<Entity, string[]>> = {}
  for (const change of changes)
    if (change.action === 'update' && needsMetadata(change))
      needed[change.entity] = [...(needed[change.entity] ?? []), change.id]
  return needed
}

/**
 * Makes, changes and deletes objects in the order in which they need each other; of one kind side by side. A refused one does not hold up the
 * others, and repeating it is safe: what a crash left unfinished is found and finished. Never throws; every change is reported once.
 */
export async function applyEntities(
  api: AdminApi,
  changes: readonly EntityChange[],
  options: EntityOptions,
  onEntity: OnEntity,
): Promise<void> {
  const failures = new Map<EntityChange, string>()
  const guarded = async (change: EntityChange, work: () => Promise<unknown>) => {
    if (failures.has(change)) return
    try {
      await work()
    } catch (error) {
      failures.set(change, error instanceof Error ? error.message : String(error))
    }
  }
  const standing = changes.filter(({ action }) => action !== 'delete')
  for (const entity of ENTITY_NAMES) {
    const own = standing.filter((change) => change.entity === entity)
    if (entity === 'user') {
      await applyUsers(
        api,
        own,
        (change) => bodyFor(change, change.id, options),
        (change, failure) => failures.set(change, failure),
      )
      // Who is a member is a user first, and keys may be of members.
      const joined = standing.filter((change) => entityKind(change.entity).members !== undefined)
      await Promise.all(
        joined.map((change) =>
          guarded(change, () => applyMembers(api, change, membersOf(change), options.users)),
        ),
      )
    } else await inTurn(entity, own, (change) => guarded(change, () => write(api, change, options)))
    const made = own.findLast(({ action }) => action === 'create')
    if (entity === 'access_group' && made !== undefined) await guarded(made, () => dropLostRows(api))
  }
  for (const entity of ENTITY_NAMES.toReversed()) {
    const gone = changes.filter((change) => change.action === 'delete' && change.entity === entity)
    await inTurn(entity, gone, (change) => guarded(change, () => remove(api, change)))
  }
  for (const change of changes) onEntity(change, failures.get(change))
}

/** Side by side; but access groups one after the other: each rewrites the list of groups of its teams, and LiteLLM would lose some of them. */
async function inTurn(
  entity: Entity,
  changes: readonly EntityChange[],
  work: (change: EntityChange) => Promise<void>,
): Promise<void> {
  if (entity !== 'access_group') await Promise.all(changes.map(work))
  else for (const change of changes) await work(change)
}

/** What is sent to make an object, with its limits. Pure. */
export function bodyToMake(
  change: EntityChange,
  limits: EntityOptions['limits'],
): Readonly<Record<string, unknown>> {
  return bodyFor(change, change.id, { stored: {}, limits, users: new Set() })
}

function bodyFor(
  change: EntityChange,
  id: string,
  { stored, limits }: EntityOptions,
): Record<string, unknown> {
  const body = bodyOf(change, id, stored[change.entity]?.[change.id] ?? {})
  if (change.action !== 'create') return body
  const { metadata: more, ...others } = limits(change)
  const metadata =
    isRecord(body.metadata) && isRecord(more) ? { metadata: { ...body.metadata, ...more } } : {}
  return { ...body, ...others, ...metadata }
}

async function write(api: AdminApi, change: EntityChange, options: EntityOptions): Promise<void> {
  const { entity, action } = change
  const { create, update } = ENDPOINTS[entity]
  const id = action === 'create' ? change.id : await idOf(api, change)
  const body = bodyFor(change, id, options)
  const answer =
    action === 'create' && create !== undefined
      ? await api.send(...create, body).catch((error) => {
          // Made in the meantime, or by a run that died before it could report it.
          if (!answeredWith(error, /already exists/i) || entity === 'access_group') throw error
          return api.send(...update, body)
        })
      : changesObject(change)
        ? await api.send(
            update[0],
            update[1].replace('{id}', encodeURIComponent(id)),
            await whole(api, change, body),
          )
        : undefined
  const more = apart(change)
  if (Object.keys(more).length > 0) await api.post('/team/permissions_update', { team_id: id, ...more })
  if (entityKind(entity).mark === 'row' && change.managed.before === undefined)
    await markRow(api, entity, ownIdIn(answer) ?? id)
}

/** An update of a tag wipes what it does not have. */
async function whole(api: AdminApi, { entity, id }: EntityChange, body: object): Promise<object> {
  if (entity !== 'tag') return body
  const answer = await api.post('/tag/info', { names: [id] })
  const tag = isRecord(answer) ? answer[id] : undefined
  const { description, models } = isRecord(tag) ? tag : {}
  return { description, models, ...body }
}

async function remove(api: AdminApi, change: EntityChange): Promise<void> {
  const { remove: call, removed } = ENDPOINTS[change.entity]
  const id = await idOf(api, change)
  await api.send(call[0], call[1].replace('{id}', encodeURIComponent(id)), removed(id))
  if (entityKind(change.entity).mark !== 'row') return
  // Its limits were in a row of their own, if it had any.
  await api.post('/budget/delete', { id: `${MANAGER}:${change.entity}:${id}` }).catch(() => undefined)
  await api.post('/budget/delete', { id: rowOf(change.entity, id) })
}

/** What the API knows it by. */
async function idOf(api: AdminApi, { entity, id, ownId }: EntityChange): Promise<string> {
  return entity === 'key' ? await findKey(api, id) : (ownId ?? id)
}

function ownIdIn(answer: unknown): string | undefined {
  return isRecord(answer) && typeof answer.access_group_id === 'string' ? answer.access_group_id : undefined
}

/** The row that says that the object is ours; it limits nothing, and nobody points to it. */
async function markRow(api: AdminApi, entity: Entity, id: string): Promise<void> {
  await api.post('/budget/new', { budget_id: rowOf(entity, id) }).catch((error) => {
    if (!answeredWith(error, /already exists/i)) throw error
  })
}

/** A group that somebody deleted elsewhere left its row behind: the one that is made instead has an id of its own. */
async function dropLostRows(api: AdminApi): Promise<void> {
  const [groups, rows] = await Promise.all([api.get('/v1/access_group'), api.get('/budget/list')])
  if (!Array.isArray(groups) || !Array.isArray(rows)) return
  const there = new Set(groups.map((group) => rowOf('access_group', ownIdIn(group) ?? '')))
  const names = rows.map((row: unknown) => (isRecord(row) ? String(row.budget_id) : ''))
  const lost = names.filter((name) => name.startsWith(rowOf('access_group', '')) && !there.has(name))
  for (const name of lost) await api.post('/budget/delete', { id: name })
}

function rowOf(entity: Entity, id: string): string {
  return `${MARK_ROW}:${entity}:${id}`
}

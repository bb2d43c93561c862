import type { Desired } from '../../config/desired.ts'
import { type DesiredEntity, partsOf } from '../../config/entities/desired.ts'
import { ENTITY_NAMES, type Entity } from '../../contract/entities.ts'
import type { ObservedEntity, ObservedGateway } from '../../contract/programs/observe.ts'
import type { EntityChange, FieldChange, PlannedDelivery, Unmanaged } from '../change.ts'
import { isPassing, plannedDeliveries } from './delivery.ts'
import { isClearable, observedFields, sameField } from './fields.ts'
import { losesMember, losesWhole } from './losses.ts'

/** LiteLLM's own user, who made what the master key made. */
const LITELLMS_OWN = new Set(['user default_user_id'])

/**
 * What is declared and differs, in the order in which it can be made; then what goes, in the reverse one. Fields that are not declared are left
 * alone, but those that we set and that are declared no more are cleared. Members and whole objects go with `prune` only.
 */
export function entityChanges(
  desired: Desired,
  gateway: ObservedGateway | null,
): { changes: EntityChange[]; adoptions: EntityChange[] } {
  // What could not be read shows nothing; the plan has a warning then.
  if (gateway !== null && gateway.entities == null) return { changes: [], adoptions: [] }
  const find = finder(gateway?.entities ?? [])
  const deliveries = plannedDeliveries(gateway)
  const prune = desired.gateway.prune === true
  const found = desired.entities.flatMap((entity) =>
    changeOf(entity, find(entity), deliveries(entity), prune, desired),
  )
  const isChange = ({ action, fields, delivery }: EntityChange) =>
    action === 'create' || fields.length > 0 || delivery !== undefined
  const order = ({ entity }: EntityChange) => ENTITY_NAMES.indexOf(entity)
  const gone = prune ? undeclared(desired, gateway).filter(isOwn).map(deletion) : []
  return {
    changes: [
      ...found.filter(isChange).toSorted((a, b) => order(a) - order(b)),
      ...gone.toSorted((a, b) => order(b) - order(a)),
    ],
    adoptions: found.filter((change) => !isChange(change)),
  }
}

/** The object that is meant by a declared one. */
export function finder(
  observed: readonly ObservedEntity[],
): (entity: DesiredEntity) => ObservedEntity | undefined {
  const byId = new Map(observed.map((one) => [keyOf(one.kind, one.id), one]))
  const byOwnId = new Map(
    observed.flatMap((one) =>
      one.own_id === undefined ? [] : [[keyOf(one.kind, one.own_id), one] as const],
    ),
  )
  const delivered = new Map(
    observed.flatMap((one) => (one.delivery?.state === 'delivered' ? [[one.delivery.of, one] as const] : [])),
  )
  return ({ kind, id, ownId, delivery }) => {
    if (ownId !== undefined) return byOwnId.get(keyOf(kind, ownId))
    return (delivery === undefined ? undefined : delivered.get(id)) ?? byId.get(keyOf(kind, id))
  }
}

/**
 * What exists and is not declared: `own` was declared once, `others` are of the kinds that are declared here, and members of declared teams,
 * and somebody else made them.
 */
export function unmanagedEntities(
  desired: Desired,
  gateway: ObservedGateway,
): { own: Unmanaged[]; others: Unmanaged[] } {
  const prune = desired.gateway.prune === true
  const kinds = new Set(desired.entityKinds)
  const find = finder(gateway.entities ?? [])
  const whole = undeclared(desired, gateway)
  const members = desired.entities.flatMap((entity) => undeclaredMembers(entity, find(entity)))
  const listed = (some: readonly { kind: Unmanaged['kind']; id: string }[], detail: string) =>
    some.map(({ kind, id }): Unmanaged => ({ kind, id, detail }))
  const own = [
    ...listed(whole.filter(isOwn), 'declared once, not any more; it stays (prune: true deletes it)'),
    ...listed(members.filter(isOwn), 'declared once, not any more; they stay (prune: true removes them)'),
  ]
  return {
    own: prune ? [] : own,
    others: [
      ...listed(
        whole.filter((one) => !isOwn(one) && kinds.has(one.kind)),
        'made in the UI or through the API',
      ),
      ...listed(
        members.filter((one) => !isOwn(one)),
        'added in the UI or through the API',
      ),
    ],
  }
}

interface UndeclaredMember {
  readonly kind: 'member'
  readonly id: string
  readonly managed: readonly string[] | undefined
}

/** Of an entry that declares members at all. */
function undeclaredMembers(entity: DesiredEntity, observed: ObservedEntity | undefined): UndeclaredMember[] {
  if (observed === undefined || !Object.keys(entity.fields).some(isMember)) return []
  return Object.keys(observed.members ?? {}).flatMap((user) => {
    const path = `members.${user}`
    if (entity.fields[path] !== undefined || LITELLMS_OWN.has(`user ${user}`)) return []
    const managed = observed.managed?.includes(path) === true ? [path] : undefined
    return [{ kind: 'member' as const, id: `${user} of ${entity.id}`, managed }]
  })
}

function changeOf(
  entity: DesiredEntity,
  observed: ObservedEntity | undefined,
  planned: PlannedDelivery | undefined,
  prune: boolean,
  { locate }: Desired,
): EntityChange[] {
  const { kind, id, fields, path, delivery } = entity
  // A key's value is shown once, to its creator: a run that created one for nobody would have to show it.
  if (observed === undefined && kind === 'key' && delivery === undefined) return []
  const live = observed === undefined ? {} : observedFields(observed)
  const before = observed?.managed
  const set = Object.keys(fields).filter((one) => !sameField(kind, one, live[one], fields[one]))
  const dropped = (before ?? []).filter((one) => fields[one] === undefined)
  const kept = dropped.filter((one) => isMember(one) && !prune && live[one] !== undefined)
  const cleared = dropped.filter(
    (one) => !kept.includes(one) && isClearable(kind, one) && !sameField(kind, one, live[one], undefined),
  )
  // A key that has replaced another one gets its alias as the last step of that.
  const renamed = observed !== undefined && observed.id !== id && kind !== 'key'
  const differing: FieldChange[] = [
    ...(renamed ? [{ path: 'name', before: observed.id, after: id }] : []),
    ...set.map((one) => ({ path: one, before: live[one], after: fields[one] })),
    ...cleared.map((one) => ({ path: one, before: live[one], after: undefined })),
  ]
  const after = [...Object.keys(fields), ...kept].toSorted()
  if (
    observed !== undefined &&
    differing.length === 0 &&
    planned === undefined &&
    sameMark(kind, before, after)
  )
    return []
  const ownId = observed?.own_id
  return [
    {
      kind: 'entity',
      entity: kind,
      id,
      at: locate(path),
      action: observed === undefined ? 'create' : 'update',
      ...(ownId === undefined ? {} : { ownId }),
      fields: differing,
      managed: { before, after },
      ...(planned === undefined ? {} : { delivery: planned }),
      loses: cleared.filter(isMember).map(losesMember),
    },
  ]
}

/** A row instead of a mark says nothing about fields. */
function sameMark(kind: Entity, before: readonly string[] | undefined, after: readonly string[]): boolean {
  if (before === undefined) return false
  if (kind === 'access_group' || kind === 'tag' || kind === 'customer') return true
  return before.length === after.length && after.every((path) => before.includes(path))
}

function deletion(observed: ObservedEntity): EntityChange {
  const { kind, id, own_id: ownId, managed } = observed
  return {
    kind: 'entity',
    action: 'delete',
    entity: kind,
    id,
    ...(ownId === undefined ? {} : { ownId }),
    fields: [],
    managed: { before: managed, after: undefined },
    loses: losesWhole(observed),
  }
}

function undeclared({ entities }: Desired, gateway: ObservedGateway | null): ObservedEntity[] {
  const observed = gateway?.entities ?? []
  const find = finder(observed)
  const declared = new Set(entities.map(find))
  return observed.filter(
    (one) => !declared.has(one) && !isPassing(one) && !LITELLMS_OWN.has(`${one.kind} ${one.id}`),
  )
}

function isOwn({ managed }: { readonly managed?: readonly string[] | undefined }): boolean {
  return managed !== undefined
}

function isMember(path: string): boolean {
  return partsOf(path)[0] === 'members'
}

function keyOf(kind: Entity, id: string): string {
  return JSON.stringify([kind, id])
}

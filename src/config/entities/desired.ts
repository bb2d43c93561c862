import { ENTITY_NAMES, type Entity, entityKind } from '../../contract/entities.ts'
import { type DesiredBudget, declaredLimits, LIMITS, ownerKey } from '../budgets.ts'
import { isRecord } from '../record.ts'
import type { BudgetEntry, GatewayFile } from '../schema.ts'
import type { Path } from '../yaml/path.ts'
import { type DesiredDelivery, deliveryOf } from './delivery.ts'
import { type EntityEntry, MEMBER_LIMITS, SUBJECT_OF } from './schema.ts'

/** What is declared of one object, its limits left out: those are budgets. */
export interface DesiredEntity {
  readonly kind: Entity
  readonly id: string
  /** LiteLLM's own id, where it is declared. */
  readonly ownId?: string
  /** By path, as `fieldsOf` makes them. */
  readonly fields: EntityFields
  /** Of a key whose value somebody gets. */
  readonly delivery?: DesiredDelivery
  /** Where in the declaration. */
  readonly path: Path
}

/**
 * An object in one form, wherever it is from: `team_alias`, `metadata.owner`, `members.alice` (the role), `object_permission.agents`. Ids may
 * hold dots: only the first one of a path divides it.
 */
export type EntityFields = Readonly<Record<string, unknown>>

/** The part of a path before its first dot, and the part after it. */
export function partsOf(path: string): readonly [group: string, name: string | undefined] {
  const at = path.indexOf('.')
  return at < 0 ? [path, undefined] : [path.slice(0, at), path.slice(at + 1)]
}

/** The section of each kind, with its entries; those of a wrong shape are not there, and the others keep their places. */
export function sectionsOf(gateway: object): [Entity, readonly (EntityEntry | undefined)[]][] {
  return ENTITY_NAMES.map((entity) => {
    const section: unknown = Reflect.get(gateway, entityKind(entity).section)
    return [entity, Array.isArray(section) ? section : []]
  })
}

/** The objects of a declaration that was found right. */
export function desiredEntities(gateway: object): DesiredEntity[] {
  return sectionsOf(gateway).flatMap(([entity, entries]) =>
    entries.flatMap((entry, index) => (entry === undefined ? [] : [desired(entity, entry, index)])),
  )
}

/** Kinds that have a section here, even an empty one. */
export function declaredKinds(gateway: object): Entity[] {
  return ENTITY_NAMES.filter((entity) => Array.isArray(Reflect.get(gateway, entityKind(entity).section)))
}

function desired(kind: Entity, entry: EntityEntry, index: number): DesiredEntity {
  const { section, ownId } = entityKind(kind)
  const own = ownId === undefined ? undefined : entry[ownId]
  const delivery = kind === 'key' ? deliveryOf(entry) : undefined
  return {
    kind,
    id: idOf(kind, entry),
    ...(typeof own === 'string' ? { ownId: own } : {}),
    fields: fieldsOf(kind, entry),
    ...(delivery === undefined ? {} : { delivery }),
    path: [section, index],
  }
}

export function idOf(kind: Entity, entry: EntityEntry): string {
  return String(entry[entityKind(kind).id])
}

function fieldsOf(kind: Entity, entry: EntityEntry): EntityFields {
  const { fields, members } = entityKind(kind)
  const single = Object.keys(fields).filter((name) => entry[name] !== undefined)
  return {
    ...Object.fromEntries(single.map((name) => [name, entry[name]])),
    ...below('object_permission', entry.object_permission),
    ...below('metadata', entry.metadata),
    ...Object.fromEntries(
      membersOf(entry).map(({ user_id, role }) => [`members.${user_id}`, role ?? members?.roles[0]]),
    ),
  }
}

function below(group: string, values: unknown): EntityFields {
  const given = Object.entries(isRecord(values) ? values : {}).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given.map(([name, value]) => [`${group}.${name}`, value]))
}

export function membersOf({ members }: EntityEntry): EntityEntry[] {
  return Array.isArray(members) ? members.filter(isRecord) : []
}

/**
 * The limits of what the sections declare, as budgets. Who has an entry in `budget_config` has them there: a second one with limits is an error
 * (`problems.ts`).
 */
export function entityBudgets(
  gateway: Pick<GatewayFile, 'budget_config'>,
  others: readonly DesiredBudget[],
): DesiredBudget[] {
  const declared = limitsDeclared(gateway)
  if (declared.length === 0) return []
  const elsewhere = new Set(others.map(ownerKey))
  return declared.filter((budget) => !elsewhere.has(ownerKey(budget)))
}

/** The same, with those that `budget_config` has too. */
export function limitsDeclared(gateway: object): DesiredBudget[] {
  return sectionsOf(gateway).flatMap(([entity, entries]) => {
    const subject = SUBJECT_OF[entity]
    if (subject === undefined) return []
    const own = limitNames(entity)
    const budgets: DesiredBudget[] = []
    for (const [index, entry] of entries.entries()) {
      if (entry === undefined) continue
      const id = idOf(entity, entry)
      const path = [entityKind(entity).section, index]
      budgets.push({ subject, id, ...limitsOf(entry, own), path, section: true })
      if (entity !== 'team') continue
      for (const [at, member] of membersOf(entry).entries())
        budgets.push({
          subject: 'member',
          id: String(member.user_id),
          team: id,
          ...limitsOf(member, OF_MEMBERS),
          path: [...path, 'members', at],
          section: true,
        })
    }
    return budgets
  })
}

/** Names of limits, each with what `budget_config` calls it. */
type LimitNames = readonly (readonly [name: string, inBudget: string])[]

const inBudget = (limit: string) => (limit === 'budget_duration' ? 'time_period' : limit)
const OF_MEMBERS: LimitNames = Object.entries(MEMBER_LIMITS).map(([name, limit]) => [name, inBudget(limit)])

/** A field of the same name is none. */
function limitNames(entity: Entity): LimitNames {
  const { fields } = entityKind(entity)
  return Object.values(LIMITS).flatMap((name) =>
    Object.hasOwn(fields, name) ? [] : [[name, inBudget(name)]],
  )
}

const NONE = declaredLimits({})

/** Looked through for each of ten thousand entries, of which most have none or two. */
function limitsOf(entry: EntityEntry, names: LimitNames): Pick<DesiredBudget, 'limits' | 'declared'> {
  const found = names.filter(([name]) => entry[name] !== undefined)
  if (found.length === 0) return NONE
  const budget: BudgetEntry = Object.fromEntries(
    found.map(([name, other]) => [other, withPeriods(entry[name])]),
  )
  return declaredLimits(budget)
}

function withPeriods(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withPeriods)
  if (!isRecord(value)) return value
  const { budget_duration: period, ...others } = value
  if (period !== undefined) return { ...others, time_period: period }
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withPeriods(one)]))
}

import { LIMITS, ownerKey } from '../config/budgets.ts'
import { partsOf } from '../config/entities/desired.ts'
import { wordsOf } from '../config/entities/problems.ts'
import { MEMBER_LIMITS, SUBJECT_OF } from '../config/entities/schema.ts'
import { isRecord } from '../config/record.ts'
import { ENTITY_NAMES, entityKind } from '../contract/entities.ts'
import type { ObservedBudget, ObservedEntity } from '../contract/programs/observe.ts'
import { passingAliases } from '../plan/entities/delivery.ts'
import { observedFields, sameField } from '../plan/entities/fields.ts'
import { budgetEntries, word } from './budgets.ts'
import type { ImportedField } from './field.ts'

type Entry = Readonly<Record<string, unknown>>

export interface ImportedEntities {
  /** By section, those that have any. */
  readonly sections: Readonly<Record<string, readonly Entry[]>>
  /** What is left for `budget_config`. */
  readonly budgets: readonly ObservedBudget[]
  readonly fields: readonly ImportedField[]
}

/** Who made what the master key made; and what LiteLLM itself notes in metadata. */
const LITELLMS_OWN = 'default_user_id'
const LITELLMS_METADATA =
  /^(?:scim_.*|service_account_id|logging|callback_settings|secret_manager_settings|policies|guardrails|tags|prompts|(?:allowed|denied)_passthrough_routes|disable_global_guardrails|team_member_key_duration|.*_limit(?:_type)?)$/

/**
 * What LiteLLM keeps in its database alone, as sections of a declaration with their limits: what is kept from here already, with the fields that
 * are; and with `all` everything else too. Pure.
 */
export function entityEntries(
  entities: readonly ObservedEntity[],
  budgets: readonly ObservedBudget[],
  all: boolean,
): ImportedEntities {
  // Keys that another one has replaced are nobody's to declare.
  const passing = passingAliases({ entities })
  const isStanding = (subject: string, id: string) => !(subject === 'key' && passing.has(id))
  const left = new Map(
    budgets
      .filter(({ subject, id }) => isStanding(subject, id))
      .map((budget) => [ownerKey(budget), budget] as const),
  )
  const fields: ImportedField[] = []
  const take = (subject: ObservedBudget['subject'], id: string, team?: string): Entry => {
    const key = ownerKey({ subject, id, ...(team === undefined ? {} : { team }) })
    const budget = left.get(key)
    left.delete(key)
    // Everybody's is a field of the team.
    if (budget === undefined || budget.shared === true) return {}
    const found = budgetEntries([all ? budget : onlyOurs(budget)])
    fields.push(...found.fields)
    return asLimits(found.entries[0] ?? {})
  }
  const sections = ENTITY_NAMES.flatMap((name) => {
    const own = entities.filter(
      ({ kind, id, managed }) =>
        kind === name && id !== LITELLMS_OWN && isStanding(kind, id) && (all || managed !== undefined),
    )
    return own.length === 0
      ? []
      : [[entityKind(name).section, own.map((entity) => entryOf(entity, take, fields))] as const]
  })
  return { sections: Object.fromEntries(sections), budgets: [...left.values()], fields }
}

function entryOf(
  entity: ObservedEntity,
  take: (subject: ObservedBudget['subject'], id: string, team?: string) => Entry,
  fields: ImportedField[],
): Entry {
  const { kind, id, own_id: ownId } = entity
  const { id: idName, ownId: ownName } = entityKind(kind)
  const path = `${wordsOf(kind)} ${id}`
  if (entity.delivery !== undefined)
    fields.push({
      path: `${path}: deliver`,
      outcome: 'left-out',
      detail: `declare it again, with rotate and grace: ${entity.delivery.receivers.map((one) => one.name).join(', ')}`,
    })
  const kept = pathsOf(entity, (name, detail) =>
    fields.push({ path: `${path}: ${name}`, outcome: 'left-out', detail }),
  )
  const of = (group: string) =>
    kept.flatMap(([name, value]) => {
      const [first, rest] = partsOf(name)
      return first === group && rest !== undefined ? [[rest, value] as const] : []
    })
  const subject = SUBJECT_OF[kind]
  const members = of('members').map(([user, role]) => ({
    user_id: user,
    ...(role === entityKind(kind).members?.roles[0] ? {} : { role }),
    ...(kind === 'team' ? asMemberLimits(take('member', user, id)) : {}),
  }))
  fields.push({ path, outcome: 'kept', detail: '' })
  return {
    [idName]: id,
    ...(ownName === undefined || ownId === undefined ? {} : { [ownName]: ownId }),
    ...Object.fromEntries(
      kept
        .filter(([name]) => partsOf(name)[1] === undefined)
        .map(([name, value]) => [name, written(kind, name, value)]),
    ),
    ...(subject === undefined ? {} : take(subject, id)),
    ...(members.length === 0 ? {} : { members }),
    ...given('object_permission', of('object_permission')),
    ...given('metadata', of('metadata')),
  }
}

function given(name: string, values: readonly (readonly [string, unknown])[]): Entry {
  return values.length === 0 ? {} : { [name]: Object.fromEntries(values) }
}

/** The fields that are written: those that are kept from here, or of what was made elsewhere those that are set. */
function pathsOf(entity: ObservedEntity, leave: (name: string, detail: string) => void): [string, unknown][] {
  const { kind, managed } = entity
  const lists = managed !== undefined && entityKind(kind).mark === 'metadata' ? new Set(managed) : undefined
  return Object.entries(observedFields(entity)).filter(([path, value]) => {
    const [group, name] = partsOf(path)
    if (lists !== undefined && !lists.has(path)) return false
    if (group === 'members' && name === LITELLMS_OWN) return false
    if (group !== 'metadata' && sameField(kind, path, value, undefined)) return false
    if (isRecord(value) && 'fingerprint' in value) {
      leave(path, 'looks like a secret')
      return false
    }
    if (lists === undefined && group === 'metadata' && LITELLMS_METADATA.test(name ?? '')) {
      leave(path, "LiteLLM's own")
      return false
    }
    if (entityKind(kind).fields[path]?.licence === true) {
      leave(path, 'needs a licence of LiteLLM')
      return false
    }
    return true
  })
}

function written(kind: ObservedEntity['kind'], name: string, value: unknown): unknown {
  return entityKind(kind).fields[name]?.form === 'period' ? word(String(value)) : value
}

const LIMIT_NAMES: ReadonlySet<string> = new Set(Object.values(LIMITS))

/** A member who gets a limit of their own gets copies of those that the team gives to each. */
function onlyOurs(budget: ObservedBudget): ObservedBudget {
  const { managed } = budget
  if (managed === undefined) return budget
  const kept = Object.entries(budget).filter(([name]) => !LIMIT_NAMES.has(name) || managed.includes(name))
  return Object.fromEntries(kept) as ObservedBudget
}

/** The limits of an entry of `budget_config` in LiteLLM's names. */
function asLimits(entry: Entry): Entry {
  return Object.fromEntries(
    Object.entries(entry).flatMap(([name, value]) => {
      if (name === 'time_period') return [['budget_duration', value]]
      return LIMIT_NAMES.has(name) ? [[name, withDurations(value)]] : []
    }),
  )
}

function withDurations(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withDurations)
  if (!isRecord(value)) return value
  const { time_period: period, ...others } = value
  if (period !== undefined) return { ...others, budget_duration: period }
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withDurations(one)]))
}

function asMemberLimits(limits: Entry): Entry {
  return Object.fromEntries(
    Object.entries(MEMBER_LIMITS).flatMap(([name, limit]) =>
      limits[limit] === undefined ? [] : [[name, limits[limit]]],
    ),
  )
}

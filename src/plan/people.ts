import { type DesiredBudget, ownerKey, ownerText } from '../config/budgets.ts'
import type { Desired } from '../config/desired.ts'
import { type DesiredEntity, partsOf } from '../config/entities/desired.ts'
import type { Problem } from '../config/problem.ts'
import { isRecord } from '../config/record.ts'
import type { Path } from '../config/yaml/path.ts'
import type { ObservedGateway } from '../contract/programs/observe.ts'
import { counted } from '../text/units.ts'
import type { Note } from './change.ts'

const MOST_NAMED = 5
const TEAM_KEYS = 'apply_user_budget_to_team_keys'

/** Whether an id can be the e-mail address of somebody whom LiteLLM knows by another id. */
export function isEmail(id: string): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(id)
}

/**
 * The declaration with budgets of e-mail addresses under LiteLLM's own ids. Users who log in by SSO, or were made in the UI, have an id that
 * nobody writes down; a budget for their address would make a second user, whom no key belongs to. Pure.
 */
export function withPeople(desired: Desired, gateway: ObservedGateway | null): Desired {
  const known = peopleIn(gateway, desired)
  if (known.size === 0) return desired
  return {
    ...desired,
    budgets: desired.budgets.map((budget) => underOwnId(budget, known)),
    entities: desired.entities.map((entity) => entityUnderOwnIds(entity, known)),
  }
}

function entityUnderOwnIds(
  entity: DesiredEntity,
  known: ReadonlyMap<string, readonly string[]>,
): DesiredEntity {
  const own = (id: string) => known.get(id)?.[0] ?? id
  if (entity.kind === 'user') return { ...entity, id: own(entity.id) }
  if (entity.kind === 'key' && typeof entity.fields.user_id === 'string')
    return { ...entity, fields: { ...entity.fields, user_id: own(entity.fields.user_id) } }
  const fields = Object.entries(entity.fields).map(([path, value]) => {
    const [group, user] = partsOf(path)
    return [group === 'members' && user !== undefined ? `members.${own(user)}` : path, value]
  })
  return { ...entity, fields: Object.fromEntries(fields) }
}

/** Ids that may be e-mail addresses, with where they are. */
function namedIn({ entities }: Desired): { readonly id: string; readonly path: Path }[] {
  return entities.flatMap((entity) => {
    const ids = [
      ...(entity.kind === 'user' ? [entity.id] : []),
      ...(entity.kind === 'key' ? [String(entity.fields.user_id ?? '')] : []),
      ...Object.keys(entity.fields).flatMap((path) => {
        const [group, user] = partsOf(path)
        return group === 'members' && user !== undefined ? [user] : []
      }),
    ]
    return ids.filter(isEmail).map((id) => ({ id, path: entity.path }))
  })
}

function underOwnId(budget: DesiredBudget, known: ReadonlyMap<string, readonly string[]>): DesiredBudget {
  const [id, ...more] = idsOf(budget, known)
  return id === undefined || more.length > 0 ? budget : { ...budget, id }
}

/** Who is meant by the id of a budget, as far as LiteLLM knows them by their address. */
function idsOf(
  { subject, id }: DesiredBudget,
  known: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  return subject === 'user' || subject === 'member' ? (known.get(id) ?? []) : []
}

function peopleIn(gateway: ObservedGateway | null, desired: Desired): ReadonlyMap<string, readonly string[]> {
  const known = new Map<string, string[]>()
  for (const { email, id } of gateway?.people ?? []) known.set(email, [...(known.get(email) ?? []), id])
  addFromSections(known, gateway, desired)
  // A user whose id is the address, and whose e-mail LiteLLM does not know, is one more.
  for (const { subject, id } of gateway?.budgets ?? []) {
    const ids = subject === 'user' ? known.get(id) : undefined
    if (ids !== undefined && !ids.includes(id)) ids.push(id)
  }
  return known
}

/** Users that the sections name were not asked for one by one: all users were. */
function addFromSections(
  known: Map<string, string[]>,
  gateway: ObservedGateway | null,
  desired: Desired,
): void {
  const named = new Set(namedIn(desired).map(({ id }) => id))
  if (named.size === 0) return
  const byAddress = new Map<string, string[]>()
  for (const { kind, id, fields } of gateway?.entities ?? []) {
    if (kind !== 'user') continue
    const addresses = new Set([id, typeof fields.user_email === 'string' ? fields.user_email : id])
    for (const address of addresses) {
      const key = address.toLowerCase()
      byAddress.set(key, [...(byAddress.get(key) ?? []), id])
    }
  }
  for (const address of named) {
    const ids = byAddress.get(address.toLowerCase()) ?? []
    if (ids.length > 0) known.set(address, [...new Set([...(known.get(address) ?? []), ...ids])])
  }
}

/** Budgets that two users could be meant by, and two budgets that turn out to be of one. Pure. */
export function peopleProblems(desired: Desired, gateway: ObservedGateway | null): Problem[] {
  const known = peopleIn(gateway, desired)
  const first = new Map<string, DesiredBudget>()
  return [
    ...ambiguousInSections(desired, known),
    ...desired.budgets.flatMap((budget): Problem[] => {
      const ids = idsOf(budget, known)
      const error = (code: string, message: string, fix: string): Problem[] => [
        { severity: 'error', code, message, fix, at: desired.locate([...budget.path, 'user_id']) },
      ]
      if (ids.length > 1) {
        // Reported once, by the section.
        if (budget.section === true) return []
        const { code, message, fix } = ambiguous(budget.id, ids)
        return error(code, message, fix)
      }
      const own = ownerKey(underOwnId(budget, known))
      const earlier = first.get(own)
      if (earlier === undefined) first.set(own, budget)
      if (earlier === undefined || earlier.id === budget.id) return []
      return error(
        'duplicate-budget',
        `${ownerText(budget)} has a budget already, as ${earlier.id} at line ${desired.locate(earlier.path).line}: they are one user.`,
        'keep one of the two.',
      )
    }),
  ]
}

function ambiguousInSections(desired: Desired, known: ReadonlyMap<string, readonly string[]>): Problem[] {
  return namedIn(desired).flatMap(({ id, path }): Problem[] => {
    const ids = known.get(id) ?? []
    return ids.length < 2 ? [] : [{ severity: 'error', ...ambiguous(id, ids), at: desired.locate(path) }]
  })
}

function ambiguous(id: string, ids: readonly string[]): Pick<Problem, 'code' | 'message' | 'fix'> {
  return {
    code: 'ambiguous-user',
    message: `${counted(ids.length, 'user')} could be ${id}, by id or e-mail address: ${ids.join(', ')}.`,
    fix: 'write the user_id of the one who is meant; delete the other one in the UI if nobody uses it.',
  }
}

/** Who is meant by an e-mail address, who will be made for one, and whose budget does not count where they may think it does. */
export function peopleNotes(declared: Desired, gateway: ObservedGateway | null): Note[] {
  if (gateway?.budgets == null) return []
  const known = peopleIn(gateway, declared)
  const there = new Set(gateway.budgets.filter(({ subject }) => subject === 'user').map(({ id }) => id))
  const named = declared.budgets.filter((budget) => (idsOf(budget, known)[0] ?? budget.id) !== budget.id)
  const made = Array.isArray(gateway.people)
    ? declared.budgets.filter(
        (budget) =>
          budget.subject === 'user' &&
          isEmail(budget.id) &&
          !there.has(budget.id) &&
          idsOf(budget, known).length === 0,
      )
    : []
  const note = (
    budgets: readonly DesiredBudget[],
    text: (names: string) => string,
    name = nameOf,
  ): Note[] => {
    const [one] = budgets
    if (one === undefined) return []
    return [
      {
        severity: 'info',
        text: text(some(budgets.map(name))),
        at: declared.locate([...one.path, 'user_id']),
      },
    ]
  }
  return [
    ...note(
      named,
      (names) => `Found by e-mail address: ${names}.`,
      (budget) => `${budget.id} is user ${idsOf(budget, known)[0]}`,
    ),
    ...note(
      made,
      (names) =>
        `No user has the id or e-mail address ${names} yet. sync makes one with both, so that a login by SSO with that address is this user.`,
    ),
    ...teamKeyNotes(withPeople(declared, gateway), gateway),
  ]
}

const nameOf = ({ id }: DesiredBudget) => id

function some(names: readonly string[]): string {
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : ''
  return names.slice(0, MOST_NAMED).join(', ') + more
}

/** LiteLLM applies a user's budget to keys of a team only when it is told to (`auth_checks.py`, `_user_max_budget_check`). */
function teamKeyNotes({ budgets, litellm, locate }: Desired, gateway: ObservedGateway): Note[] {
  const { general_settings: settings } = litellm
  const isDeclared = isRecord(settings) && settings[TEAM_KEYS] === true
  const isStored = gateway.stored?.some(({ name, value }) => name === TEAM_KEYS && value === true)
  if (isDeclared || isStored) return []
  const keys = new Map(
    (gateway.budgets ?? []).flatMap(({ subject, id, team_keys: count = 0 }) =>
      subject === 'user' && count > 0 ? [[id, count] as const] : [],
    ),
  )
  const free = budgets.filter(
    ({ subject, id, limits }) => subject === 'user' && limits.maxBudget !== null && keys.has(id),
  )
  const [one] = free
  if (one === undefined) return []
  const shown = some(free.map(({ id }) => `${id} (${counted(keys.get(id) ?? 0, 'key')})`))
  const text = `LiteLLM does not count a user's budget for keys that belong to a team: ${shown}. Set general_settings.${TEAM_KEYS}: true, or give the team or the member a budget.`
  return [{ severity: 'warning', text, at: locate(one.path) }]
}

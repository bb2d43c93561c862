import { isRecord } from '../config/record.ts'
import type { BudgetChange } from '../plan/change.ts'
import type { AdminApi } from './admin-api.ts'
import { answeredWith, attempt, type OnBudget } from './attempt.ts'
import {
  allFields,
  budgetRow,
  changedFields,
  type Metadata,
  mark,
  marksDiffer,
  memberMarked,
} from './budget-fields.ts'
import { findKey } from './find-key.ts'
import { applyUsers, makeMember } from './users.ts'

/** What `metadata` holds now, by subject and id, of those whose mark is to change; of tags what `agent/litellm/budget_metadata.py` says. */
export type StoredMetadata = Readonly<Record<string, Readonly<Record<string, Metadata>>>>

export interface BudgetOptions {
  readonly stored: StoredMetadata
  /** LiteLLM is configured to give new users defaults (`default_internal_user_params`). */
  readonly newUsersGetDefaults: boolean
}

/**
 * Objects whose metadata is written, and must be read first: LiteLLM replaces it as a whole.
 * @param made owners that did not exist when the change was planned, and do now: `team data`
 */
export function metadataNeeded(
  changes: readonly BudgetChange[],
  made: ReadonlySet<string> = new Set(),
): Record<'user' | 'team' | 'key' | 'tag', string[]> {
  const ids = (subject: string) => [
    ...new Set(
      changes.flatMap((change) => {
        if (!marksDiffer(change)) return []
        if (change.subject === 'member') return subject === 'team' ? (change.team ?? []) : []
        const exists = change.before !== undefined || made.has(`${change.subject} ${change.id}`)
        return change.subject === subject && exists ? change.id : []
      }),
    ),
  ]
  return { user: ids('user'), team: ids('team'), key: ids('key'), tag: ids('tag') }
}

/**
 * Applies the planned budgets one by one: a refused one does not hold up the others. Repeating it is safe: what a
 * crash left unfinished is found and finished. Every change is reported to `onBudget` once.
 */
export async function applyBudgetChanges(
  api: AdminApi,
  changes: readonly BudgetChange[],
  { stored, newUsersGetDefaults }: BudgetOptions,
  onBudget: OnBudget,
): Promise<void> {
  const of = (subject: string) => changes.filter((change) => change.subject === subject)
  const each = async (subject: string, apply: (change: BudgetChange) => Promise<unknown>) => {
    await Promise.all(of(subject).map((change) => attempt(change, apply, onBudget)))
  }
  const metadata = (change: BudgetChange) => stored[change.subject]?.[change.id] ?? {}
  const teams = new Map(Object.entries(stored.team ?? {}))
  // A member needs team and user, a key's limits may not exceed its team's.
  await Promise.all([
    each('team', (change) => applyTeam(api, change, teams)),
    applyUsers(api, of('user'), { metadata, newUsersGetDefaults }, onBudget),
    each('customer', (change) => applyCustomer(api, change)),
    each('tag', (change) => applyTag(api, change, metadata(change))),
  ])
  await applyMembers(api, of('member'), teams, onBudget)
  await each('key', (change) => applyKey(api, change, metadata(change)))
}

async function applyTeam(api: AdminApi, change: BudgetChange, teams: Map<string, Metadata>): Promise<void> {
  const { id, before } = change
  const own = mark(change, teams.get(id) ?? {})
  if (own.metadata !== undefined) teams.set(id, own.metadata)
  const body = { team_id: id, ...changedFields(change), ...own }
  if (before !== undefined) await api.post('/team/update', body)
  else
    await api.post('/team/new', { team_alias: id, ...body }).catch((error) => {
      if (!answeredWith(error, /already exists/i)) throw error
      return api.post('/team/update', body)
    })
}

/** Team by team: the marks of its members are in one document. */
async function applyMembers(
  api: AdminApi,
  changes: readonly BudgetChange[],
  teams: Map<string, Metadata>,
  onBudget: OnBudget,
): Promise<void> {
  const names = [...new Set(changes.map(({ team = '' }) => team))]
  await Promise.all(
    names.map(async (team) => {
      const written: BudgetChange[] = []
      const write = async (change: BudgetChange) => {
        await applyMember(api, change)
        written.push(change)
      }
      const refused: OnBudget = (change, failure) => {
        if (failure !== undefined) onBudget(change, failure)
      }
      const members = changes.filter((change) => (change.team ?? '') === team)
      await Promise.all(members.map((change) => attempt(change, write, refused)))
      const failure = await markMembers(api, team, written, teams.get(team) ?? {})
      for (const change of written) onBudget(change, marksDiffer(change) ? failure : undefined)
    }),
  )
}

async function markMembers(
  api: AdminApi,
  team: string,
  members: readonly BudgetChange[],
  before: Metadata,
): Promise<string | undefined> {
  const changed = members.filter(marksDiffer)
  if (changed.length === 0) return undefined
  const metadata = changed.reduce((all, { id, after }) => memberMarked(all, id, after.managed), before)
  try {
    await api.post('/team/update', { team_id: team, metadata })
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function applyMember(api: AdminApi, change: BudgetChange): Promise<void> {
  const { id, team, before } = change
  if (before === undefined) {
    await makeMember(api, id)
    await api
      .post('/team/member_add', { team_id: team, member: { role: 'user', user_id: id } })
      .catch((error) => {
        if (!answeredWith(error, /already (in|a member|exists)/i)) throw error
      })
  }
  await api.post('/team/member_update', { team_id: team, user_id: id, ...changedFields(change) })
}

/** `/customer/update` takes 0 for "not given" and has no period, so the limits are in their own row. */
async function applyCustomer(api: AdminApi, change: BudgetChange): Promise<void> {
  const { id, before, action } = change
  const { models, ...fields } = changedFields(change)
  const row = budgetRow(change)
  const allowed = models === undefined ? {} : { models }
  if (action === 'delete') {
    await api.post('/budget/delete', { id: row })
    // Also makes LiteLLM forget what it remembers of this customer.
    await api.post('/customer/update', { user_id: id, ...allowed })
    return
  }
  await writeRow(api, change, fields)
  const body = { user_id: id, budget_id: row, ...allowed }
  if (before !== undefined) await api.post('/customer/update', body)
  else
    await api.post('/customer/new', body).catch((error) => {
      if (!answeredWith(error, /already exists/i)) throw error
      return api.post('/customer/update', body)
    })
}

/** @param known the row of the budget table that the tag points to, and how many objects do */
async function applyTag(api: AdminApi, change: BudgetChange, known: Metadata): Promise<void> {
  const { id, before, action } = change
  const row = budgetRow(change)
  if (action === 'delete') {
    await api.post('/budget/delete', { id: row })
    await api.post('/tag/update', await tagOf(api, id))
    return
  }
  await writeRow(api, change, changedFields(change))
  // To name the row that the tag points to already is an error to LiteLLM; it forgets what it remembers of the tag all the same.
  if (before?.managed !== undefined) return void (await api.post('/tag/update', await tagOf(api, id)))
  if (before !== undefined && typeof known.row === 'string' && known.row !== row) {
    if (known.owners !== 1)
      throw new Error(`its budget ${known.row} is shared with others; give the tag its own in the UI first`)
    // LiteLLM fails to point a tag from one row to another (`handle_budget_for_entity`); without a row it can.
    await api.post('/budget/delete', { id: known.row })
  }
  const link = async () => api.post('/tag/update', { ...(await tagOf(api, id)), budget_id: row })
  if (before !== undefined) await link()
  else
    await api.post('/tag/new', { name: id, budget_id: row }).catch((error) => {
      if (!answeredWith(error, /already exists/i)) throw error
      return link()
    })
}

/** What an update of a tag would otherwise wipe. */
async function tagOf(api: AdminApi, name: string): Promise<object> {
  const answer = await api.post('/tag/info', { names: [name] })
  const tag = isRecord(answer) ? answer[name] : undefined
  const { description, models } = isRecord(tag) ? tag : {}
  return { name, description, models }
}

const ROW_LIMITS = ['maxBudget', 'duration', 'softBudget', 'tpmLimit', 'rpmLimit'] as const

/** The row is created when the owner has none of ours; one that a crash left without its owner is used. */
async function writeRow(api: AdminApi, change: BudgetChange, changed: object): Promise<void> {
  const row = { budget_id: budgetRow(change) }
  if (change.before?.managed !== undefined) {
    if (Object.keys(changed).length > 0) await api.post('/budget/update', { ...row, ...changed })
    return
  }
  const all = allFields(change, ROW_LIMITS)
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null))
  await api.post('/budget/new', { ...row, ...given }).catch((error) => {
    if (!answeredWith(error, /already exists/i)) throw error
    return api.post('/budget/update', { ...row, ...all })
  })
}

async function applyKey(api: AdminApi, change: BudgetChange, metadata: Metadata): Promise<void> {
  const key = await findKey(api, change.id)
  await api.post('/key/update', { key, ...changedFields(change), ...mark(change, metadata) })
}

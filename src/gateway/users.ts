import { isRecord } from '../config/record.ts'
import type { BudgetChange } from '../plan/change.ts'
import { isEmail } from '../plan/people.ts'
import { type AdminApi, GatewayError } from './admin-api.ts'
import { attempt, type OnBudget } from './attempt.ts'
import { changedFields, type Metadata, mark } from './budget-fields.ts'

export interface UserOptions {
  /** What `metadata` of a user holds now. */
  readonly metadata: (change: BudgetChange) => Metadata
  /** LiteLLM is configured to give new users defaults (`default_internal_user_params`). */
  readonly newUsersGetDefaults: boolean
}

/** New users in one call, as many as LiteLLM takes: it inserts them with one statement. */
const MADE = 500
/** Users in one call of the update, which writes one after the other; so several calls run in parallel. */
const UPDATED = 100

/** Applies the budgets of users with the bulk calls that the running version has. Every change is reported to `onBudget` once. */
export async function applyUsers(
  api: AdminApi,
  changes: readonly BudgetChange[],
  options: UserOptions,
  onBudget: OnBudget,
): Promise<void> {
  const fresh = (change: BudgetChange) => {
    const { model_max_budget: byModel, ...limits } = changedFields(change)
    // Without `auto_create_key: false` every new user would get an unwanted key.
    return { ...nameOf(change), ...limits, ...mark(change, {}), auto_create_key: false }
  }
  const update = (change: BudgetChange) => ({
    ...nameOf(change),
    ...changedFields(change),
    ...mark(change, options.metadata(change)),
  })
  const make = async (change: BudgetChange) => {
    const made = await api.post('/user/new', fresh(change)).then(
      () => true,
      (error) => {
        // Created in the meantime, or by a run that died before it could report it.
        if (!hasStatus(error, 409) || isOther(error)) throw error
        return false
      },
    )
    if (!made || hasBudgetsByModel(change)) await api.post('/user/update', update(change))
  }
  const singly = async (some: readonly BudgetChange[]) => {
    const apply = (change: BudgetChange) =>
      change.before === undefined ? make(change) : api.post('/user/update', update(change))
    await Promise.all(some.map((change) => attempt(change, apply, onBudget)))
  }
  const updateMany = async (some: readonly BudgetChange[]) => {
    let results: Results
    try {
      results = resultsIn(await api.post('/user/bulk_update', { users: some.map(update) }), 'results')
    } catch {
      // This version does not have the call, or the outcome of single users is unknown: writing them again does no harm.
      return await singly(some)
    }
    for (const change of some) onBudget(change, failureIn(results.get(change.id)))
  }
  const makeMany = async (some: readonly BudgetChange[]) => {
    let results: Results
    try {
      results = resultsIn(await api.post('/management/v1/users/bulk', { users: some.map(fresh) }), 'data')
    } catch (error) {
      // A version without the call has one that updates many and creates missing users, but gives them nothing else.
      const lacks = hasStatus(error, 404) || hasStatus(error, 405)
      return await (lacks && !options.newUsersGetDefaults
        ? inChunks(some, UPDATED, updateMany)
        : singly(some))
    }
    const isThere = ({ id }: BudgetChange) => {
      const error = String(results.get(id)?.error)
      return /already exists/i.test(error) && !OTHER.test(error)
    }
    const [there, told] = partition(some, isThere)
    for (const change of told) onBudget(change, failureIn(results.get(change.id)))
    await inChunks(there, UPDATED, updateMany)
  }
  const isNew = ({ before }: BudgetChange) => before === undefined
  // A new user's budgets by model need a licence; an update's do not.
  const [two, others] = partition(changes, (change) => isNew(change) && hasBudgetsByModel(change))
  const [made, updated] = partition(others, isNew)
  await Promise.all([singly(two), inChunks(made, MADE, makeMany), inChunks(updated, UPDATED, updateMany)])
}

/** How LiteLLM says that another user has the address: an update would then make a second one for it. */
const OTHER = /User (?:with )?email\b/i

function isOther(error: unknown): boolean {
  return error instanceof GatewayError && OTHER.test(error.message)
}

/** Whom LiteLLM is to know them by: who logs in by SSO is found by the e-mail address, and made once more without it. */
function nameOf({ id, before }: BudgetChange): { readonly user_id: string; readonly user_email?: string } {
  return before === undefined && isEmail(id) ? { user_id: id, user_email: id } : { user_id: id }
}

/** Makes the user of an e-mail address who is to be a member of a team: LiteLLM itself would make one without the address. */
export async function makeMember(api: AdminApi, id: string): Promise<void> {
  if (!isEmail(id)) return
  const user = { user_id: id, user_email: id, auto_create_key: false }
  await api.post('/user/new', user).catch((error) => {
    if (!hasStatus(error, 409) || isOther(error)) throw error
  })
}

/** What LiteLLM says became of each user. */
type Results = ReadonlyMap<unknown, Readonly<Record<string, unknown>>>

/** @param list the key under which the answer has one result for each user */
function resultsIn(answer: unknown, list: string): Results {
  const results = isRecord(answer) ? answer[list] : undefined
  return new Map(
    (Array.isArray(results) ? results : []).filter(isRecord).map((result) => [result.user_id, result]),
  )
}

/** Each of them succeeds or fails alone; one that is not named was not done, and one that was created may still be missing from its team. */
function failureIn(result: Readonly<Record<string, unknown>> | undefined): string | undefined {
  if (result?.success === true && !result.error) return undefined
  return String(result?.error ?? 'LiteLLM did not say what became of it')
}

function hasBudgetsByModel(change: BudgetChange): boolean {
  return changedFields(change).model_max_budget !== undefined
}

function hasStatus(error: unknown, status: number): boolean {
  return error instanceof GatewayError && error.status === status
}

async function inChunks<T>(
  items: readonly T[],
  size: number,
  work: (chunk: T[]) => Promise<void>,
): Promise<void> {
  const chunks = Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
  await Promise.all(chunks.map(work))
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  // `Map.groupBy` came with Node 21.
  return [items.filter((item) => test(item)), items.filter((item) => !test(item))]
}

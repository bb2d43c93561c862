import { ownerKey, ownerText } from '../config/budgets.ts'
import type { Desired } from '../config/desired.ts'
import { isRecord } from '../config/source.ts'
import { createAdminApi } from '../gateway/admin-api.ts'
import { applyBudgetChanges, metadataNeeded, type StoredMetadata } from '../gateway/budgets.ts'
import type { OnEvent } from '../host/events.ts'
import type { StoredSetting } from '../host/facts.ts'
import { readMasterKey } from '../host/master-key.ts'
import type { Session } from '../host/session.ts'
import { type BudgetChange, type Change, isConfiguration, type Plan } from '../plan/change.ts'
import type { ChangeResult } from '../plan/markdown.ts'
import { budgetChangeText } from '../plan/wording.ts'
import type { CommandContext } from './command.ts'

/** Caddy's port on the host, behind which always the serving slot answers. */
const GATEWAY_PORT = 4000

/**
 * Has the master key masked that the budgets of the plan will be made with. Before anything of the plan is told: what somebody wrote
 * into it must find nothing left to uncover. A host that cannot tell its key yet has none to print.
 */
export async function knowMasterKey(
  session: Session,
  plan: Plan,
  { secrets }: Pick<CommandContext, 'secrets'>,
): Promise<void> {
  if (budgetsOf(plan).length === 0) return
  await readMasterKey(session).then(
    (masterKey) => secrets.add(masterKey),
    () => undefined,
  )
}

/** Makes the budgets of the plan through the admin API, each by itself: one that fails does not hold up the others. */
export async function applyBudgets(
  session: Session,
  { litellm }: Desired,
  plan: Plan,
  { secrets, logger }: Pick<CommandContext, 'secrets' | 'logger'>,
  timeoutMs?: number,
): Promise<Map<Change, string | undefined>> {
  const budgets = budgetsOf(plan)
  const failures = new Map<Change, string | undefined>()
  if (budgets.length === 0) return failures
  const masterKey = await readMasterKey(session)
  secrets.add(masterKey)
  const tunnel = await session.forward(GATEWAY_PORT)
  try {
    const api = createAdminApi(tunnel, masterKey, timeoutMs)
    const stored = await readMetadata(session, metadataNeeded(budgets))
    const { litellm_settings: settings } = litellm
    const newUsersGetDefaults = isRecord(settings) && settings.default_internal_user_params !== undefined
    await applyBudgetChanges(api, budgets, { stored, newUsersGetDefaults }, (change, failure) => {
      if (failure === undefined) logger.info(`budget of ${ownerText(change)}: ${budgetChangeText(change)}`)
      else failures.set(change, failure)
    })
  } finally {
    tunnel.close()
  }
  return failures
}

function budgetsOf({ changes, adoptions }: Plan): BudgetChange[] {
  return [...changes, ...adoptions].filter(
    (change): change is BudgetChange => change.kind === 'budget' && !isConfiguration(change),
  )
}

async function readMetadata(
  session: Session,
  needed: Readonly<Record<string, readonly string[]>>,
): Promise<StoredMetadata> {
  if (Object.values(needed).every((ids) => ids.length === 0)) return {}
  return await session.run('budget_metadata', needed)
}

/**
 * What became of each change: done only when the gateway, read again, has no such difference any more.
 * @param after the difference between the declaration and the gateway as it was read back
 */
export function resultsOf(
  changes: readonly Change[],
  failures: ReadonlyMap<Change, string | undefined>,
  after: Plan,
): ChangeResult[] {
  const left = new Set([...after.changes, ...after.adoptions].map(key))
  return changes.map((change): ChangeResult => {
    const failure = failures.get(change)
    // What stands is what counts: an answer may get lost, or be an error after the work was done.
    if (!left.has(key(change))) return { change, outcome: 'done' }
    return {
      change,
      outcome: 'failed',
      message: failure ?? 'was written, but the gateway does not have it when read back',
    }
  })
}

function key(change: Change): string {
  switch (change.kind) {
    case 'model':
      return `model ${change.id}`
    case 'setting':
      return `setting ${change.section}`
    case 'secret':
      return `secret ${change.name}`
    case 'override':
      return `override ${change.section} ${change.name}`
    case 'budget':
      return `budget ${ownerKey(change)}`
    case 'host':
      return `host ${change.part} ${change.name}`
  }
}

/** What has to leave LiteLLM's database for the plan to hold. */
export function undoneBy({ changes }: Plan): Pick<StoredSetting, 'section' | 'name'>[] {
  return changes.flatMap((change) =>
    change.kind === 'override' ? [{ section: change.section, name: change.name }] : [],
  )
}

/** The models whose requests are tried before anything moves: the changed ones, and one that was there. */
export function probesOf({ litellm }: Desired, { changes }: Plan): string[] {
  const changed = changes.flatMap((change) =>
    change.kind === 'model' && change.action !== 'delete' ? [change.name] : [],
  )
  const names = [
    ...new Set([...changed, ...litellm.model_list.slice(0, 1).map(({ model_name }) => model_name)]),
  ]
  return names.filter((name) => !name.includes('*')).slice(0, MOST_PROBES)
}

/** Each costs a request on each process; what all processes serve is proven for every model besides. */
const MOST_PROBES = 10

/** Shows the host's steps as they happen. */
export function progress({ logger }: CommandContext): OnEvent {
  return (event) => {
    if (event.event === 'note') logger.info(`  ${event.name}: ${event.detail}`)
    else if (event.state !== 'start') {
      const seconds = event.seconds === undefined ? '' : ` (${event.seconds.toFixed(1)} s)`
      logger.info(
        `  ${event.state === 'done' ? '✓' : '✗'} ${event.name}${seconds}${event.detail ? `: ${event.detail}` : ''}`,
      )
    }
  }
}

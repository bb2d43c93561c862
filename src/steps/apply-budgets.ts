import { ownerText } from '../config/budgets.ts'
import type { Desired } from '../config/desired.ts'
import { keyHeaderOf } from '../config/litellm/key-header.ts'
import { isRecord } from '../config/record.ts'
import { GATEWAY_PORT } from '../contract/places.ts'
import { createAdminApi } from '../gateway/admin-api.ts'
import { applyBudgetChanges, metadataNeeded, type StoredMetadata } from '../gateway/budgets.ts'
import { readMasterKey } from '../host/master-key.ts'
import type { Session } from '../host/session.ts'
import type { BudgetChange, Change, Plan } from '../plan/change.ts'
import { madeBy } from '../plan/kinds.ts'
import { budgetChangeText } from '../plan/wording.ts'
import type { StepContext } from './command.ts'

/**
 * Masks the master key that will set what the plan has of LiteLLM's database. Before anything of the plan is printed: what somebody wrote
 * into it must not be able to reveal it. A host that has no key yet has none to print.
 */
export async function knowMasterKey(
  session: Session,
  plan: Plan,
  { secrets }: Pick<StepContext, 'secrets'>,
): Promise<void> {
  if (![...plan.changes, ...plan.adoptions].some((change) => madeBy(change, 'admin-api'))) return
  await readMasterKey(session).then(
    (masterKey) => secrets.add(masterKey),
    () => undefined,
  )
}

/**
 * Sets the budgets of the plan through the admin API one by one: one that fails does not hold up the others.
 * @param made budgets that were set with their owner, or could not be
 */
export async function applyBudgets(
  session: Session,
  { litellm }: Desired,
  plan: Plan,
  { secrets, logger }: Pick<StepContext, 'secrets' | 'logger'>,
  timeoutMs?: number,
  made: ReadonlySet<Change> = new Set(),
): Promise<Map<Change, string | undefined>> {
  const budgets = budgetsOf(plan).filter((budget) => !made.has(budget))
  const failures = new Map<Change, string | undefined>()
  if (budgets.length === 0) return failures
  const masterKey = await readMasterKey(session)
  secrets.add(masterKey)
  const tunnel = await session.forward(GATEWAY_PORT)
  try {
    const api = createAdminApi(tunnel, masterKey, { timeoutMs, keyHeader: keyHeaderOf(litellm) })
    const stored = await readMetadata(session, metadataNeeded(budgets, ownersMade(plan)))
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
    (change): change is BudgetChange => change.kind === 'budget' && madeBy(change, 'admin-api'),
  )
}

/** Who was made by this run, and so has metadata by now. */
function ownersMade({ changes }: Plan): ReadonlySet<string> {
  return new Set(
    changes.flatMap((change) =>
      change.kind === 'entity' && change.action === 'create' ? [`${change.entity} ${change.id}`] : [],
    ),
  )
}

export async function readMetadata(
  session: Session,
  needed: Readonly<Record<string, readonly string[]>>,
): Promise<StoredMetadata> {
  if (Object.values(needed).every((ids) => ids.length === 0)) return {}
  return await session.run('budget_metadata', needed)
}

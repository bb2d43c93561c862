import { canonicalDuration } from '../config/period.ts'
import { OWNER } from '../plan/budgets.ts'
import type { BudgetChange } from '../plan/change.ts'
import type { AdminApi } from './admin-api.ts'

/**
 * Makes one budget as declared. Spend and reset date of a budget that stands are kept: a duration is sent only when it differs,
 * since LiteLLM computes the date anew on each write of it. @throws GatewayError
 */
export async function applyBudget(
  api: AdminApi,
  change: BudgetChange,
  metadata: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { subject, id, before, after } = change
  const own = { ...metadata, ...OWNER }
  const limit = { max_budget: after.maxBudget }
  if (before === undefined) {
    const fresh = {
      ...limit,
      ...(after.duration === null ? {} : { budget_duration: after.duration }),
      metadata: own,
    }
    // Without `auto_create_key: false` every new user would get a key that nobody asked for.
    if (subject === 'user') await api.post('/user/new', { user_id: id, auto_create_key: false, ...fresh })
    else await api.post('/team/new', { team_id: id, team_alias: id, ...fresh })
    return
  }
  const sameDuration = canonicalDuration(before.duration) === canonicalDuration(after.duration)
  const update = { ...limit, ...(sameDuration ? {} : { budget_duration: after.duration }), metadata: own }
  if (subject === 'user') await api.post('/user/update', { user_id: id, ...update })
  else await api.post('/team/update', { team_id: id, ...update })
}

import { canonicalDuration } from '../config/period.ts'
import { isRecord } from '../config/source.ts'
import { OWNER } from '../plan/budgets.ts'
import type { BudgetChange } from '../plan/change.ts'
import type { AdminApi } from './admin-api.ts'

/**
 * Makes one budget as declared. Spend and reset date of a budget that stands are kept: a duration is sent only when it differs,
 * since LiteLLM computes the date anew on each write of it. @throws GatewayError
 */
export async function applyBudget(api: AdminApi, change: BudgetChange): Promise<void> {
  const { subject, id, before, after } = change
  const limit = { max_budget: after.maxBudget }
  if (before === undefined) {
    const fresh = {
      ...limit,
      ...(after.duration === null ? {} : { budget_duration: after.duration }),
      metadata: OWNER,
    }
    // Without `auto_create_key: false` every new user would get a key that nobody asked for.
    if (subject === 'user') await api.post('/user/new', { user_id: id, auto_create_key: false, ...fresh })
    else await api.post('/team/new', { team_id: id, team_alias: id, ...fresh })
    return
  }
  const sameDuration = canonicalDuration(before.duration) === canonicalDuration(after.duration)
  // LiteLLM replaces `metadata` whole: what others wrote there goes along. Left out, it stays.
  const mark = before.managed ? {} : { metadata: { ...(await metadataOf(api, subject, id)), ...OWNER } }
  const update = { ...limit, ...(sameDuration ? {} : { budget_duration: after.duration }), ...mark }
  if (subject === 'user') await api.post('/user/update', { user_id: id, ...update })
  else await api.post('/team/update', { team_id: id, ...update })
}

async function metadataOf(api: AdminApi, subject: 'user' | 'team', id: string): Promise<object> {
  const info = await api.get(`/${subject}/info?${subject}_id=${encodeURIComponent(id)}`)
  const found = isRecord(info) ? info[`${subject}_info`] : undefined
  return isRecord(found) && isRecord(found.metadata) ? found.metadata : {}
}

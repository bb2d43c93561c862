import { modelIds } from '../config/litellm/model-id.ts'
import { isRecord } from '../config/record.ts'
import { SHA256 } from '../contract/forms.ts'
import { whole } from '../contract/whole.ts'
import { word } from './budgets.ts'
import { type ImportedField, keptFields } from './field.ts'

/** Without the ids that follow from the deployment itself: those are made again, the same. */
export function models(list: unknown, fields: ImportedField[]): unknown[] {
  const entries = (Array.isArray(list) ? list : []).filter(isRecord)
  const bare = entries.map(({ model_info, ...rest }) => {
    const { id, ...info } = isRecord(model_info) ? model_info : {}
    return { ...rest, ...(Object.keys(info).length === 0 ? {} : { model_info: info }) }
  })
  const made = modelIds(bare.map(identified))
  return entries.map((entry, index) => {
    const info = isRecord(entry.model_info) ? entry.model_info : {}
    const generated = info.id === made[index] || whole(SHA256).test(String(info.id ?? ''))
    if (info.id === undefined || !generated) return entry
    fields.push({
      path: `model_list[${index}].model_info.id`,
      outcome: 'left-out',
      detail: 'it follows from the deployment',
    })
    return bare[index] ?? entry
  })
}

function identified(entry: Readonly<Record<string, unknown>>) {
  const { model_name, litellm_params } = entry
  return {
    model_name: String(model_name),
    litellm_params: isRecord(litellm_params) ? litellm_params : {},
  }
}

/** Budgets of providers are with the other budgets, in the same form. */
export function providerEntries(
  settings: unknown,
  fields: ImportedField[],
): { entries: Record<string, unknown>[]; settings: unknown } {
  const budgets = isRecord(settings) ? settings.provider_budget_config : undefined
  if (!isRecord(settings) || !isRecord(budgets)) return { entries: [], settings: undefined }
  const entries = Object.entries(budgets).map(([provider, entry]) => {
    const {
      budget_limit,
      max_budget = budget_limit,
      time_period,
      budget_duration,
      ...more
    } = isRecord(entry) ? entry : {}
    const period = time_period ?? budget_duration
    return typeof max_budget === 'number' && typeof period === 'string' && Object.keys(more).length === 0
      ? { provider, max_budget, time_period: word(period) }
      : undefined
  })
  const complete = entries.filter((entry) => entry !== undefined)
  if (complete.length < entries.length) return { entries: [], settings: undefined }
  for (const { path } of keptFields(budgets, 'router_settings.provider_budget_config'))
    fields.push({ path, outcome: 'moved', detail: 'budget_config' })
  const { provider_budget_config: _moved, ...rest } = settings
  return { entries: complete, settings: rest }
}

import type { Desired } from '../config/desired.ts'
import type { LitellmModel } from '../config/litellm/litellm-config.ts'
import { SAYS_ITS_PRICE } from '../config/litellm/unpriced.ts'
import { isRecord } from '../config/record.ts'
import type { ListedPrice, ObservedGateway, Traffic } from '../contract/programs/observe.ts'
import type { Change, ModelCost, Note, Price } from './change.ts'

const MILLION = 1_000_000

/** Models whose price the plan asks the gateway for: `litellm_params.model` of all that are declared or served. */
export function pricedTargets({ litellm }: Desired): string[] {
  return [
    ...new Set(
      litellm.model_list.map(({ litellm_params, model_info }) => target(litellm_params, model_info)),
    ),
  ]
}

/** Those of them that cost what LiteLLM's list says: they state no price of their own. */
export function listedTargets({ litellm }: Desired): string[] {
  const listed = litellm.model_list.filter(
    ({ litellm_params, model_info }) => ownPrice(litellm_params, model_info) === undefined,
  )
  return [...new Set(listed.map(({ litellm_params, model_info }) => target(litellm_params, model_info)))]
}

/** Prices of what changes. Pure; empty when the gateway returned no prices. */
export function modelCosts(
  desired: Desired,
  gateway: ObservedGateway | null,
  live: readonly LitellmModel[],
  changes: readonly Change[],
): ModelCost[] {
  if (gateway?.prices == null) return []
  const { prices, traffic } = gateway
  const names = new Set(changes.flatMap((change) => (change.kind === 'model' ? change.name : [])))
  return [...names].flatMap((name): ModelCost[] => {
    const old = live.filter(({ model_name }) => model_name === name)
    const next = desired.litellm.model_list.filter(({ model_name }) => model_name === name)
    const [before, after] = [common(old, prices), common(next, prices)]
    if (before === undefined && after === undefined) return []
    const used = traffic[name]
    const alone = old.length === 1 && next.length === 1 && used !== undefined
    const month =
      alone && before !== undefined && after !== undefined
        ? { requests: used.requests, before: used.spend, after: costOf(used, after) }
        : undefined
    return [{ name, before, after, month }]
  })
}

/** Declared models that LiteLLM knows no price for: each of their requests costs 0 in every budget. */
export function priceNotes(desired: Desired, gateway: ObservedGateway | null): Note[] {
  if (gateway?.prices == null) return []
  const { prices, version } = gateway
  return desired.litellm.model_list.flatMap(({ litellm_params, model_info }, index): Note[] => {
    const model = target(litellm_params, model_info)
    // Absent: this version of the host was not asked for it. null: it was, and it is not in LiteLLM's list.
    if (
      prices[model] !== null ||
      ownPrice(litellm_params, model_info) !== undefined ||
      model.includes('*') ||
      SAYS_ITS_PRICE.test(model)
    )
      return []
    return [
      {
        severity: 'warning',
        text: `LiteLLM ${version ?? ''} knows no price of ${model}: its requests cost 0 in every budget. Check the name, or give input_cost_per_token and output_cost_per_token in its litellm_params.`,
        at: desired.locate(['model_list', index, 'litellm_params', 'model']),
      },
    ]
  })
}

/** The price that all deployments of a name have; undefined when they differ or one is not known. */
function common(
  models: readonly LitellmModel[],
  prices: Readonly<Record<string, ListedPrice | null>>,
): Price | undefined {
  const known = models.map(
    ({ litellm_params, model_info }) =>
      ownPrice(litellm_params, model_info) ?? listed(prices[target(litellm_params, model_info)]),
  )
  const [first] = known
  return first !== undefined &&
    known.every((price) => price?.input === first.input && price.output === first.output)
    ? first
    : undefined
}

function listed(price: ListedPrice | null | undefined): Price | undefined {
  const { input_cost_per_token: input, output_cost_per_token: output } = price ?? {}
  if (input === undefined && output === undefined) return undefined
  return { input: (input ?? 0) * MILLION, output: (output ?? 0) * MILLION }
}

/** What is declared beats LiteLLM's list. */
function ownPrice(...places: readonly Readonly<Record<string, unknown>>[]): Price | undefined {
  for (const { input_cost_per_token: input, output_cost_per_token: output } of places.filter(isRecord)) {
    if (input === undefined && output === undefined) continue
    return { input: Number(input ?? 0) * MILLION, output: Number(output ?? 0) * MILLION }
  }
  return undefined
}

/** `base_model` says what a deployment with a custom name really is (Azure). */
function target(params: Readonly<Record<string, unknown>>, info: Readonly<Record<string, unknown>>): string {
  return typeof info.base_model === 'string' ? info.base_model : String(params.model)
}

function costOf({ prompt_tokens, completion_tokens }: Traffic, { input, output }: Price): number {
  return (prompt_tokens * input + completion_tokens * output) / MILLION
}

import type { BudgetChange } from '../plan/change.ts'
import { GatewayError } from './admin-api.ts'

/** Told of each change when it was written or refused; `failure` is undefined when LiteLLM accepted it. */
export type OnBudget = (change: BudgetChange, failure: string | undefined) => void

/** Makes one change and reports the outcome; never throws. */
export async function attempt(
  change: BudgetChange,
  apply: (change: BudgetChange) => Promise<unknown>,
  onBudget: OnBudget,
): Promise<void> {
  try {
    await apply(change)
    onBudget(change, undefined)
  } catch (error) {
    onBudget(change, error instanceof Error ? error.message : String(error))
  }
}

export function answeredWith(error: unknown, pattern: RegExp): boolean {
  return error instanceof GatewayError && pattern.test(error.message)
}

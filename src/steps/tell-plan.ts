import type { Desired } from '../config/desired.ts'
import type { ChangeResult, Plan } from '../plan/change.ts'
import { planLines } from '../plan/lines.ts'
import { planMarkdown } from '../plan/markdown.ts'
import type { CommandResult, StepContext } from './command.ts'

/** Logs what will be changed. */
export function logPlan(plan: Plan, { logger }: Pick<StepContext, 'logger'>): void {
  for (const line of planLines(plan)) logger.info(line)
}

/** What became of a plan, for everybody who is told of it. */
export function appliedResult(
  plan: Plan,
  applied: readonly ChangeResult[],
  { file }: Desired,
  { secrets }: Pick<StepContext, 'secrets'>,
): CommandResult {
  const told = secrets.redacted({ plan, applied })
  return {
    plan,
    applied,
    markdown: planMarkdown(told.plan, { file, applied: told.applied }),
    failed: applied.some(({ outcome }) => outcome === 'failed'),
  }
}

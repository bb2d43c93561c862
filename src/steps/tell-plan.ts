import type { Desired } from '../config/desired.ts'
import type { ChangeResult, Plan } from '../plan/change.ts'
import { planLines } from '../plan/lines.ts'
import { planMarkdown } from '../plan/markdown.ts'
import type { CommandResult, StepContext } from './command.ts'

/** Logs what will be changed; the second time, under the lock, only what is not as it was logged before. */
export function logPlan(plan: Plan, { logger }: Pick<StepContext, 'logger'>, told?: Plan): void {
  const lines = planLines(plan)
  if (told !== undefined) {
    if (planLines(told).join('\n') === lines.join('\n')) return
    logger.notice('The gateway has changed since this run looked first. What is left to do:')
  }
  for (const line of lines) logger.info(line)
}

/** Of a run that has nothing to do any more. */
export function supersededResult(plan: Plan, { commit }: Pick<StepContext, 'commit'>): CommandResult {
  const own = commit === undefined ? 'This run' : `This run of ${commit.commit.slice(0, 7)}`
  return {
    plan,
    applied: [],
    superseded: true,
    markdown: `### Nothing to do\n\n${own} was overtaken: a later commit of the branch was applied already. Nothing was changed.`,
  }
}

/** What became of a plan, for everybody who reads it. */
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

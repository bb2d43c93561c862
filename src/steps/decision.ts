import { noteApplied } from '../host/lease.ts'
import type { Session } from '../host/session.ts'
import { type Plan, title } from '../plan/change.ts'
import { planLines } from '../plan/wording.ts'
import type { CommandContext, CommandReport } from './command.ts'

/** Tells in the log what will be done; the second time, under the lock, only when it is something else than was `told` before. */
export function tellPlan(
  plan: Plan,
  told: Plan | undefined,
  { logger }: Pick<CommandContext, 'logger'>,
): void {
  const lines = planLines(plan, title)
  if (told !== undefined) {
    if (planLines(told, title).join('\n') === lines.join('\n')) return
    logger.notice('The gateway has changed since this run looked first. What is left to do:')
  }
  for (const line of lines) logger.info(line)
}

/** What a run says that has nothing to do any more. */
export function supersededMarkdown({
  commit,
}: Pick<CommandContext, 'commit'>): Pick<CommandReport, 'markdown' | 'superseded'> {
  const own = commit === undefined ? 'This run' : `This run of ${commit.commit.slice(0, 7)}`
  return {
    superseded: true,
    markdown: `### Nothing to do\n\n${own} was overtaken: a later commit of the branch was applied already. Nothing was changed.`,
  }
}

/** Has the host remember which commit it has, once all of it is there. What is reviewed next is counted from this one. */
export async function tellApplied(
  session: Session,
  run: string,
  { failed }: Pick<CommandReport, 'failed'>,
  { commit, logger, run: { holder } }: Pick<CommandContext, 'commit' | 'logger' | 'run'>,
): Promise<void> {
  if (commit === undefined || failed) return
  // The gateway is as declared either way; the next run only counts from further back.
  await noteApplied(session, { ...commit, holder, run }).catch((error) =>
    logger.warning(`The host did not take note of the commit that it has: ${error.message}`),
  )
}

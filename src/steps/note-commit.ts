import { noteApplied } from '../host/lease.ts'
import type { Session } from '../host/session.ts'
import type { CommandResult, StepContext } from './command.ts'

/** Has the host remember which commit it has, once all of it is there: what counts as reviewed next begins here. */
export async function noteCommit(
  session: Session,
  run: string,
  { failed }: Pick<CommandResult, 'failed'>,
  { commit, logger, run: { holder } }: Pick<StepContext, 'commit' | 'logger' | 'run'>,
): Promise<void> {
  if (commit === undefined || failed === true) return
  // The gateway is as declared either way; the next run only counts from further back.
  await noteApplied(session, { ...commit, holder, run }).catch((error) =>
    logger.warning(`The host did not take note of the commit that it has: ${error.message}`),
  )
}

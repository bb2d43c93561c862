import { type Desired, loadDesired } from '../config/desired.ts'
import type { Session } from '../host/session.ts'
import type { CommandResult, StepContext } from './command.ts'
import { connectTo } from './connect.ts'

/** Whether the work reads or changes something: a key that may only look is refused for the latter. */
type Purpose = Parameters<typeof connectTo>[2]

/** The frame of a verb: reads the declaration, connects to its host, does the work there, and closes whatever comes of it. */
export async function onHost(
  context: StepContext,
  purpose: Purpose,
  work: (on: { readonly desired: Desired; readonly session: Session }) => Promise<CommandResult>,
): Promise<CommandResult> {
  const desired = loadDesired(context.config, context.files)
  return await onHostOf(desired, context, purpose, (session) => work({ desired, session }))
}

/**
 * The same for a verb that has something to do between reading and connecting.
 * @param connecting another way to connect than at once
 */
export async function onHostOf(
  desired: Desired,
  context: StepContext,
  purpose: Purpose,
  work: (session: Session) => Promise<CommandResult>,
  connecting = (connect: () => Promise<Session>) => connect(),
): Promise<CommandResult> {
  const session = await connecting(() => connectTo(desired, context, purpose))
  try {
    return { problems: desired.warnings, ...(await work(session)), cost: session.stats }
  } finally {
    session.close()
  }
}

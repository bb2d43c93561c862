import type { Rehearsal } from '../contract/programs/rehearsal.ts'
import type { Question } from '../contract/programs.ts'
import type { RunOptions, Session } from './session.ts'

/**
 * Tries an image beside the gateway, on a copy of its newest backup: what fails is in the answer, not thrown. Nothing is left of it.
 * @throws HostProgramError `not-deployed`, `busy`
 */
export async function rehearse(
  session: Session,
  input: Question<'rehearse'>,
  options: RunOptions = {},
): Promise<Rehearsal> {
  return await session.run('rehearse', input, options)
}

import type { Autofixed } from '../contract/programs/gateway.ts'
import type { RunOptions, Session } from './session.ts'

/** Restricts the modes of our files and starts units that should run. @throws HostProgramError `request` for what is not ours, `busy` */
export async function autofix(
  session: Session,
  input: { readonly run: string; readonly close: readonly string[]; readonly start: readonly string[] },
  options: RunOptions = {},
): Promise<Autofixed> {
  return await session.run('autofix', input, options)
}

import type { RunOptions, Session } from './session.ts'

/** What became of cures, in words. */
export interface Mended {
  readonly done: readonly string[]
  readonly failed: readonly { readonly what: string; readonly why: string }[]
}

/** Restricts the modes of our files and starts units that should run. @throws HostProgramError `request` for what is not ours, `busy` */
export async function mend(
  session: Session,
  input: { readonly run: string; readonly close: readonly string[]; readonly start: readonly string[] },
  options: RunOptions = {},
): Promise<Mended> {
  return await session.run<Mended>('autofix', input, options)
}

import type { Applied } from './facts.ts'
import type { Session } from './session.ts'

/** Has the host remember the commit that it has now; whoever asks holds the lease. */
export async function noteApplied(
  session: Session,
  input: Applied & { readonly run: string },
): Promise<void> {
  await session.run('applied', input)
}

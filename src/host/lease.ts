import type { LeaseResult } from '../contract/programs/lease.ts'
import type { Applied } from '../contract/programs/observe.ts'
import type { Session } from './session.ts'

export interface LeaseInput {
  /** Who asks, for the message to others, such as `octocat, sync of main`. */
  readonly holder: string
  /** URL or name of the run; the same value is the same holder. */
  readonly run: string
  readonly ttlSeconds: number
}

/** Takes the lock on this gateway, or prolongs it. @throws HostProgramError `busy` with `data.lease` while another run holds it */
export async function acquireLease(session: Session, input: LeaseInput): Promise<LeaseResult> {
  return await session.run('lease', { action: 'acquire', ...input })
}

/** Prolongs the lock. @throws HostProgramError `lease-lost` when it expired meanwhile, `busy` when another run took it over */
export async function renewLease(session: Session, input: LeaseInput): Promise<LeaseResult> {
  return await session.run('lease', { action: 'renew', ...input })
}

/** Gives the lock back; does nothing when it is not ours any more. */
export async function releaseLease(
  session: Session,
  input: Pick<LeaseInput, 'holder' | 'run'>,
): Promise<void> {
  await session.run('lease', { action: 'release', ...input })
}

/** Has the host remember the commit that it has now; the caller holds the lease. */
export async function noteApplied(
  session: Session,
  input: Applied & Pick<LeaseInput, 'holder' | 'run'>,
): Promise<void> {
  await session.run('lease', { action: 'applied', ...input })
}

import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Lease } from '../contract/programs/observe.ts'
import { HostProgramError } from '../host/errors.ts'
import { acquireLease, type LeaseInput, releaseLease, renewLease } from '../host/lease.ts'
import type { Session } from '../host/session.ts'
import type { Logger } from '../log/logger.ts'
import type { StepContext } from './command.ts'

const LEASE_SECONDS = 120
const RENEW_MS = 40_000
const LOOK_AGAIN_MS = 5_000

/**
 * Holds the lock on the gateway while `work` runs, prolonging it; gives it back in any case. This lock, and no group of GitHub's, is what
 * keeps two runs apart: a run in GitHub waits for another one that is at work, and a person at a terminal is told at once.
 * @throws HostProgramError `busy`
 */
export async function withLease<T>(
  session: Session,
  { run, logger }: StepContext,
  work: (holder: { run: string }) => Promise<T>,
): Promise<T> {
  // A run that is started again has the same URL, but its first attempt may still be at work on the host.
  const lease = {
    holder: run.holder,
    run: `${run.url}#${randomUUID().slice(0, 8)}`,
    ttlSeconds: LEASE_SECONDS,
  }
  await acquirePatiently(session, lease, run.waitSeconds ?? 0, logger)
  const timer = setInterval(() => {
    renewLease(session, lease).catch((error) =>
      logger.warning(`The lock could not be prolonged: ${error.message}`),
    )
  }, RENEW_MS)
  try {
    return await work({ run: lease.run })
  } finally {
    clearInterval(timer)
    await releaseLease(session, lease).catch((error) =>
      logger.debug(`the lock expires on its own: ${error.message}`),
    )
  }
}

/**
 * A holder that lives prolongs its lease within 40 s; it is waited for as long as `waitSeconds` says. One that died is waited out, two
 * minutes at most.
 */
async function acquirePatiently(
  session: Session,
  lease: LeaseInput,
  waitSeconds: number,
  logger: Logger,
): Promise<void> {
  let seen: Lease | undefined
  const began = performance.now()
  const outlived = () => performance.now() > began + (LEASE_SECONDS + 10) * 1000
  const patient = () => performance.now() < began + waitSeconds * 1000
  for (;;) {
    try {
      await acquireLease(session, lease)
      return
    } catch (error) {
      if (!(error instanceof HostProgramError) || error.code !== 'busy') throw error
      const held = error.data.lease as Lease
      const prolonged = seen !== undefined && (seen.run !== held.run || seen.expires !== held.expires)
      if (!patient() && (prolonged || outlived())) throw error
      if (seen?.run !== held.run) logger.info(waitingText(held, waitSeconds))
      seen = held
      await sleep(LOOK_AGAIN_MS)
    }
  }
}

function waitingText({ holder, run, expires }: Lease, waitSeconds: number): string {
  const how =
    waitSeconds > 0
      ? `Waiting for it, ${Math.round(waitSeconds / 60)} minutes at most`
      : `Waiting: if that run died, its lock ends at ${expires}`
  return `${holder} has the lock (${run}). ${how}.`
}

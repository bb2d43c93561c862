import type { Octokit } from '../github/client.ts'
import type { KnownSecrets } from '../github/known-secrets.ts'
import type { Logger } from '../github/logger.ts'
import {
  checkTargets,
  type SecretTarget,
  type TargetFlaw,
  targetName,
  writeSecret,
} from '../github/secrets.ts'
import type { OnEvent } from '../host/events.ts'
import {
  beginRotation,
  finishRotation,
  noteTarget,
  type RotationState,
  readNewKey,
  rotationState,
  swapKeys,
} from '../host/rotation.ts'
import type { Session } from '../host/session.ts'

export interface Rotation {
  readonly session: Session
  readonly run: string
  readonly octokit: Octokit
  readonly targets: readonly SecretTarget[]
  readonly graceSeconds: number
  /** Ends the grace time of a rotation that waits for it. */
  readonly finishNow: boolean
  readonly secrets: KnownSecrets
  readonly logger: Logger
  readonly onEvent: OnEvent
}

export type RotationResult =
  /** The new key is the master and stands in every target; the old one works until then. */
  | {
      readonly outcome: 'rotated' | 'waiting'
      readonly state: RotationState
      readonly warnings: readonly string[]
    }
  /** The old key of an earlier rotation is refused now. */
  | { readonly outcome: 'finished'; readonly warnings: readonly string[] }
  /** Nothing was changed: these targets could not be written. */
  | {
      readonly outcome: 'refused'
      readonly flaws: readonly TargetFlaw[]
      readonly warnings: readonly string[]
    }

/**
 * Takes the rotation as far as it can go now: ends one whose grace time is over, goes on with one that died, or makes a new one.
 * Holds at each step: whoever has the old or the new key is served, and the next run finds on the host how far this one came.
 */
export async function rotateMasterKey(rotation: Rotation): Promise<RotationResult> {
  const { session, run, octokit, targets, graceSeconds, finishNow, secrets, logger, onEvent } = rotation
  const before = await rotationState(session)
  if (before?.phase === 'swapped') {
    const state = await finishRotation(session, { run, now: finishNow }, { onEvent })
    return state === null
      ? { outcome: 'finished', warnings: [] }
      : { outcome: 'waiting', state, warnings: [] }
  }
  const { flaws, warnings } = await checkTargets(octokit, targets)
  for (const warning of warnings) logger.warning(warning)
  if (flaws.length > 0) return { outcome: 'refused', flaws, warnings }
  if (before !== null)
    logger.info(`Going on with the rotation ${before.id}, which stands at "${before.phase}".`)

  const begun = await beginRotation(session, { run, graceSeconds }, { onEvent })
  const key = await readNewKey(session, { run })
  secrets.add(key)
  const written = new Set(begun?.targets.map(({ name }) => name))
  for (const target of targets) {
    const name = targetName(target)
    if (written.has(name)) continue
    const updatedAt = await writeSecret(octokit, target, key)
    await noteTarget(session, { run, target: { name, updatedAt } })
    logger.info(`  ✓ ${name} holds the new key (${updatedAt})`)
  }
  const state = await swapKeys(session, { run }, { onEvent })
  if (state === null) throw new Error('The host has forgotten the rotation that it was just asked to end.')
  return { outcome: 'rotated', state, warnings }
}

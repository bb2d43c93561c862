import type { Octokit } from '../github/client.ts'
import type { KnownSecrets } from '../github/known-secrets.ts'
import type { Logger } from '../github/logger.ts'
import {
  checkTargets,
  type SecretTarget,
  type TargetCheck,
  type TargetFlaw,
  targetName,
  writeSecret,
} from '../github/secrets.ts'
import type { OnEvent } from '../host/events.ts'
import {
  beginRotation,
  type Distribute,
  finishRotation,
  type KeyLimits,
  type NotedTarget,
  noteTargets,
  type RotationState,
  rotationState,
  swapKeys,
} from '../host/rotation.ts'
import type { Session } from '../host/session.ts'
import { askCanary } from './canary.ts'

export interface Rotation {
  readonly session: Session
  readonly run: string
  readonly octokit: Octokit
  readonly targets: readonly SecretTarget[]
  readonly graceSeconds: number
  readonly distribute: Distribute
  readonly limits: KeyLimits
  /** Has a job of each target's repository prove that it reads the new key. */
  readonly canary: boolean
  /** Ends the grace time of a rotation that waits for it. */
  readonly finishNow: boolean
  readonly secrets: KnownSecrets
  readonly logger: Logger
  readonly onEvent: OnEvent
}

export type RotationResult = { readonly warnings: readonly string[] } & (
  | /** The new key is the master and stands in every target; the old one works until then. */ {
      readonly outcome: 'rotated'
      readonly state: RotationState
      /** Targets whose jobs did not prove that they read the new key. */
      readonly flaws: readonly TargetFlaw[]
    }
  | { readonly outcome: 'waiting'; readonly state: RotationState }
  | /** The old key of an earlier rotation is refused now. */ { readonly outcome: 'finished' }
  | /** Nothing was changed: these targets could not be written. */ {
      readonly outcome: 'refused'
      readonly flaws: readonly TargetFlaw[]
    }
  | /** The old key is still the master; these targets were not written, and the next run goes on. */ {
      readonly outcome: 'incomplete'
      readonly state: RotationState
      readonly flaws: readonly TargetFlaw[]
    }
)

/**
 * Takes the rotation as far as it can go now: ends one whose grace time is over, goes on with one that died, or makes a new one.
 * Holds at each step: whoever has the old or the new key is served, and the next run finds on the host how far this one came.
 */
export async function rotateMasterKey(rotation: Rotation): Promise<RotationResult> {
  const { session, run, octokit, targets, finishNow, logger, onEvent } = rotation
  const [{ rotation: before, distributed }, check] = await Promise.all([
    rotationState(session),
    checkTargets(octokit, targets),
  ])
  const warnings = [...check.warnings, ...drift(before?.targets ?? distributed?.targets ?? [], check)]
  for (const warning of warnings) logger.warning(warning)
  if (before?.phase === 'swapped') {
    const state = await finishRotation(session, { run, now: finishNow }, { onEvent })
    return state === null ? { outcome: 'finished', warnings } : { outcome: 'waiting', state, warnings }
  }
  if (check.flaws.length > 0) return { outcome: 'refused', flaws: check.flaws, warnings }
  if (before !== null)
    logger.info(`Going on with the rotation ${before.id}, which stands at "${before.phase}".`)

  const { graceSeconds, distribute, limits } = rotation
  const begun = await beginRotation(session, { run, graceSeconds, distribute, limits }, { onEvent })
  rotation.secrets.add(begun.key)
  const { written, flaws: unwritten } = await writeTargets(rotation, begun, check)
  if (unwritten.length > 0) {
    if (written.length > 0) await noteTargets(session, { run, targets: written })
    return { outcome: 'incomplete', state: begun.rotation, flaws: unwritten, warnings }
  }
  const state = await swapKeys(session, { run, targets: written }, { onEvent })
  if (state === null) throw new Error('The host has forgotten the rotation that it was just asked to end.')
  const flaws = rotation.canary ? await askCanaries(rotation, begun.key) : []
  return { outcome: 'rotated', state, flaws, warnings }
}

/** Targets that are written side by side; GitHub asks for few requests at a time. */
const AT_ONCE = 8

/**
 * Writes every target that does not hold the key yet, also after one failed. Answers those that were written and that the host has
 * not noted yet, and those that could not be.
 */
async function writeTargets(
  { session, run, octokit, targets, logger }: Rotation,
  { rotation, key }: { readonly rotation: RotationState; readonly key: string },
  { updatedAt }: TargetCheck,
): Promise<{ written: readonly NotedTarget[]; flaws: readonly TargetFlaw[] }> {
  const noted = new Map(rotation.targets.map((target) => [target.name, target.updatedAt]))
  // What somebody else has written since is written once more.
  const left = targets.filter((target) => {
    const name = targetName(target)
    return !noted.has(name) || noted.get(name) !== updatedAt.get(name)
  })
  const flaws: TargetFlaw[] = []
  let written: NotedTarget[] = []
  const write = async (target: SecretTarget) => {
    const name = targetName(target)
    const outcome = await writeSecret(octokit, target, key)
    if ('problem' in outcome) {
      logger.error(`${name}: ${outcome.problem}`)
      flaws.push(outcome)
    } else {
      written.push({ name, updatedAt: outcome.updatedAt })
      logger.info(`  ✓ ${name} holds the new key (${outcome.updatedAt})`)
    }
  }
  for (let from = 0; from < left.length; from += AT_ONCE) {
    if (written.length > 0) await noteTargets(session, { run, targets: written })
    written = []
    await Promise.all(left.slice(from, from + AT_ONCE).map(write))
  }
  return { written, flaws }
}

/** Targets that somebody else wrote since the last rotation did: whoever reads them may have another key. */
function drift(noted: readonly NotedTarget[], { updatedAt }: TargetCheck): string[] {
  return noted.flatMap(({ name, updatedAt: ours }) => {
    const now = updatedAt.get(name)
    return now === undefined || now === ours
      ? []
      : [`${name} was written by somebody else at ${now}, after the rotation did at ${ours}.`]
  })
}

async function askCanaries({ octokit, targets, logger }: Rotation, key: string): Promise<TargetFlaw[]> {
  const asked = targets.flatMap((target) => ('repository' in target ? [target] : []))
  const answers = await Promise.all(
    asked.map(async (target) => {
      const problem = await askCanary(octokit, target, key)
      if (problem === undefined) logger.info(`  ✓ a job proved that ${targetName(target)} is the new key`)
      else logger.error(`${targetName(target)}: ${problem}`)
      return problem === undefined ? [] : [{ target: targetName(target), problem }]
    }),
  )
  return answers.flat()
}

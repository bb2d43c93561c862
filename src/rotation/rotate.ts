import type {
  Distribute,
  KeyLimits,
  MadeWithKey,
  NotedTarget,
  RotationState,
} from '../contract/programs/rotation.ts'
import { targetName } from '../contract/secret-target.ts'
import type { OnEvent } from '../contract/wire.ts'
import { checkTargets, type TargetCheck, type TargetFlaw, type Targets } from '../github/secrets.ts'
import {
  beginRotation,
  finishRotation,
  madeWithKey,
  noteTargets,
  rotationState,
  swapKeys,
} from '../host/rotation.ts'
import type { Session } from '../host/session.ts'
import type { KnownSecrets } from '../log/known-secrets.ts'
import type { Logger } from '../log/logger.ts'
import { askCanaries } from './canary.ts'
import { writeTargets } from './targets.ts'

/**
 * The purpose of a run. Each continues a rotation that died before its new key became the master key.
 *   due      what can be done now: ends the one whose grace time is over, or else begins one
 *   begin    makes a new key; one whose grace time is over is ended before
 *   finish   ends the grace time when it is over, and never begins a rotation
 *   revoke   a key has leaked: none that is known to anybody now is taken any more afterwards, without a grace time
 */
export type Purpose = 'due' | 'begin' | 'finish' | 'revoke'

export type Rotation = Targets & {
  readonly session: Session
  readonly run: string
  readonly graceSeconds: number
  readonly distribute: Distribute
  readonly limits: KeyLimits
  /** Has a job of each target's repository prove that it reads the new key. */
  readonly canary: boolean
  readonly purpose: Purpose
  /** Ends a grace time early. With `revoke`: continues although not every target can be written. */
  readonly force: boolean
  readonly secrets: KnownSecrets
  readonly logger: Logger
  readonly onEvent: OnEvent
}

export type RotationResult = {
  readonly warnings: readonly string[]
  /** An earlier rotation was ended first: its old key is refused. */
  readonly ended?: true
} & (
  | /** The new key is the master key and is in every target; the old one works until then. */ {
      readonly outcome: 'rotated'
      readonly state: RotationState
      /** Targets whose jobs did not prove that they read the new key. */
      readonly flaws: readonly TargetFlaw[]
    }
  | /** The new key is the master, and every key of before is refused. */ {
      readonly outcome: 'revoked'
      readonly state: RotationState
      /** Targets that could not be written, and those whose jobs did not prove that they read the new key. */
      readonly flaws: readonly TargetFlaw[]
      /** What was made with the key that is refused now; a text when it cannot be listed. */
      readonly made: MadeWithKey | string
    }
  | { readonly outcome: 'waiting'; readonly state: RotationState }
  | /** The old key of an earlier rotation is refused now. */ { readonly outcome: 'finished' }
  | /** There is no rotation to end. */ { readonly outcome: 'nothing-to-finish' }
  | /** Nothing was changed: these targets could not be written. */ {
      readonly outcome: 'refused'
      readonly flaws: readonly TargetFlaw[]
    }
  | /** The old key is still the master key; these targets were not written, and the next run continues. */ {
      readonly outcome: 'incomplete'
      readonly state: RotationState
      readonly flaws: readonly TargetFlaw[]
    }
)

type Made = Extract<RotationResult, { outcome: 'rotated' | 'incomplete' }>

/**
 * Takes the rotation as far as it can go now, for its purpose.
 * Holds at each step: a holder of the old or the new key is served, and the next run finds on the host how far this one got.
 */
export async function rotateMasterKey(rotation: Rotation): Promise<RotationResult> {
  const { session, run, purpose, force, logger, onEvent } = rotation
  const [{ rotation: before, distributed }, check] = await Promise.all([
    rotationState(session),
    checkTargets(rotation),
  ])
  const warnings = [...check.warnings, ...drift(before?.targets ?? distributed?.targets ?? [], check)]
  for (const warning of warnings) logger.warning(warning)
  if (purpose === 'revoke')
    return await revoke(
      rotation,
      before,
      before === null ? distributed?.time : before.oldSince,
      check,
      warnings,
    )

  let ended: { readonly ended?: true } = {}
  if (before?.phase === 'swapped') {
    const state = await finishRotation(session, { run, now: force }, { onEvent })
    if (state !== null) return { outcome: 'waiting', state, warnings }
    if (purpose !== 'begin') return { outcome: 'finished', warnings }
    logger.info(`The grace time of the rotation ${before.id} was over: its old key is refused now.`)
    ended = { ended: true }
  }
  if (before === null && purpose === 'finish') return { outcome: 'nothing-to-finish', warnings }
  if (check.flaws.length > 0) return { outcome: 'refused', flaws: check.flaws, warnings, ...ended }
  return { ...(await make(rotation, before, check, warnings)), ...ended }
}

/** Brings an open rotation to its end, whichever key it was about, and then makes one without a grace time. */
async function revoke(
  rotation: Rotation,
  before: RotationState | null,
  since: string | null | undefined,
  check: TargetCheck,
  warnings: readonly string[],
): Promise<RotationResult> {
  const { session, run, force, onEvent } = rotation
  if (check.flaws.length > 0 && !force) return { outcome: 'refused', flaws: check.flaws, warnings }
  const flawed = new Set(check.flaws.map(({ target }) => target))
  const writable =
    rotation.octokit === undefined
      ? rotation
      : { ...rotation, targets: rotation.targets.filter((target) => !flawed.has(targetName(target))) }
  const at = { ...writable, graceSeconds: 0 }
  if (before !== null) {
    // The key that leaked may be the old one, which the open rotation ends, or the new one, which targets hold already.
    if (before.phase !== 'swapped') {
      const made = await make(at, before, check, warnings)
      if (made.outcome !== 'rotated') return made
    }
    await finishRotation(session, { run, now: true }, { onEvent })
  }
  const made = await make(at, null, check, warnings)
  if (made.outcome !== 'rotated') return made
  await finishRotation(session, { run, now: true }, { onEvent })
  return {
    ...made,
    outcome: 'revoked',
    flaws: [...check.flaws, ...made.flaws],
    // The key is refused, even when the list fails.
    made: await madeWithKey(session, since).catch((error: Error) => error.message),
  }
}

/** Makes a new key the master key, or continues a rotation that has not got that far. */
async function make(
  rotation: Rotation,
  before: RotationState | null,
  check: TargetCheck,
  warnings: readonly string[],
): Promise<Made> {
  const { session, run, graceSeconds, distribute, limits, force, purpose, logger, onEvent } = rotation
  if (before !== null) logger.info(`Continuing the rotation ${before.id}, which is at "${before.phase}".`)
  const begun = await beginRotation(session, { run, graceSeconds, distribute, limits }, { onEvent })
  rotation.secrets.add(begun.key)
  const { written, flaws: unwritten } = await writeTargets(rotation, begun, check)
  if (unwritten.length > 0 && !(purpose === 'revoke' && force)) {
    if (written.length > 0) await noteTargets(session, { run, targets: written })
    return { outcome: 'incomplete', state: begun.rotation, flaws: unwritten, warnings }
  }
  const state = await swapKeys(session, { run, targets: written }, { onEvent })
  if (state === null) throw new Error('The host has forgotten the rotation that it was just asked to end.')
  const flaws = rotation.canary ? await askCanaries(rotation, begun.key) : []
  return { outcome: 'rotated', state, flaws: [...unwritten, ...flaws], warnings }
}

/** Targets written by somebody else since the last rotation: their readers may have another key. */
function drift(noted: readonly NotedTarget[], { updatedAt }: TargetCheck): string[] {
  return noted.flatMap(({ name, updatedAt: ours }) => {
    const now = updatedAt.get(name)
    return now === undefined || now === ours
      ? []
      : [`${name} was written by somebody else at ${now}, after the rotation wrote it at ${ours}.`]
  })
}

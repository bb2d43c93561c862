import type {
  Distribute,
  KeyLimits,
  MadeWithKey,
  NotedTarget,
  RotationAnswer,
  RotationState,
} from '../contract/programs/rotation.ts'
import { HostProgramError } from './errors.ts'
import type { RunOptions, Session } from './session.ts'

type Act = { readonly run: string }

/** How things stand; changes nothing. */
export async function rotationState(session: Session): Promise<RotationAnswer> {
  return await session.run('rotation_status', {})
}

/**
 * Makes the new key and has the gateway take old and new; continues a rotation that was started before. Answers the key that the
 * targets should get, which the caller adds to the known secrets before anything else.
 * @throws HostProgramError `not-deployed`, `master-key-differs`, `salt-key`, `key-missing`, `rotation-test`
 */
export async function beginRotation(
  session: Session,
  input: Act & {
    readonly graceSeconds: number
    readonly distribute: Distribute
    readonly limits: KeyLimits
  },
  options: RunOptions = {},
): Promise<{ readonly rotation: RotationState; readonly key: string }> {
  const { rotation, key } = await session.run('rotation', { action: 'begin', ...input }, options)
  if (rotation === null || key === undefined)
    throw new HostProgramError('answer', 'The host began a rotation and does not answer its key.', [], {})
  return { rotation, key }
}

/** Has the host note which targets hold the new key. One that is written and not noted is written once more by the next run. */
export async function noteTargets(
  session: Session,
  input: Act & { readonly targets: readonly NotedTarget[] },
): Promise<void> {
  await session.run('rotation', { action: 'noted', ...input })
}

/** Notes the targets, makes the new key the master by a rollout and tests both. @throws HostProgramError as a rollout does, `rotation-test`; the old key is the master then */
export async function swapKeys(
  session: Session,
  input: Act & { readonly targets: readonly NotedTarget[] },
  options: RunOptions = {},
): Promise<RotationState | null> {
  return (await session.run('rotation', { action: 'swap', ...input }, options)).rotation
}

/** After the grace time, or at once with `now`: the old key is deleted and proven to be refused. Answers null when that is done. */
export async function finishRotation(
  session: Session,
  input: Act & { readonly now?: boolean },
  options: RunOptions = {},
): Promise<RotationState | null> {
  return (await session.run('rotation', { action: 'finish', ...input }, options)).rotation
}

/** Which keys and users were made with the master key since then, or ever; changes nothing. */
export async function madeWithKey(session: Session, since: string | null | undefined): Promise<MadeWithKey> {
  return await session.run('rotation_made', { since: since ?? null })
}

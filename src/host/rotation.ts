import type { RunOptions, Session } from './session.ts'

/** A secret of GitHub that got the new key, and when GitHub says that it was written. */
export interface NotedTarget {
  readonly name: string
  /** ISO 8601 in UTC, by GitHub's clock. */
  readonly updatedAt: string
}

/** How far a rotation has come; see `agent/rotation.py`. Hashes are the first twelve hex digits of SHA-256. */
export interface RotationState {
  readonly id: string
  readonly phase: 'created' | 'expanded' | 'swapping' | 'swapped'
  readonly since: string
  readonly graceSeconds: number
  readonly graceUntil?: string
  readonly old: string
  readonly new: string
  readonly targets: readonly NotedTarget[]
}

interface Answer {
  readonly rotation: RotationState | null
}

type Act = { readonly run: string }

/** The rotation that is under way on the host, or null. */
export async function rotationState(session: Session): Promise<RotationState | null> {
  return (await session.run<Answer>('rotation', { action: 'status' })).rotation
}

/** Makes the new key and has the gateway take both; goes on with one that was begun before. @throws HostProgramError `no-salt-key`, `rotation-test`, `not-deployed` */
export async function beginRotation(
  session: Session,
  input: Act & { readonly graceSeconds: number },
  options: RunOptions = {},
): Promise<RotationState | null> {
  return (await session.run<Answer>('rotation', { action: 'begin', ...input }, options)).rotation
}

/** The new key itself. The caller adds it to the known secrets before anything else. */
export async function readNewKey(session: Session, input: Act): Promise<string> {
  return (await session.run<Answer & { key: string }>('rotation', { action: 'key', ...input })).key
}

/** Has the host note that a target holds the new key. */
export async function noteTarget(
  session: Session,
  input: Act & { readonly target: NotedTarget },
): Promise<void> {
  await session.run('rotation', { action: 'noted', ...input })
}

/** Makes the new key the master by a rollout and tests both. @throws HostProgramError as a rollout does, `rotation-test`; the old key is the master then */
export async function swapKeys(
  session: Session,
  input: Act,
  options: RunOptions = {},
): Promise<RotationState | null> {
  return (await session.run<Answer>('rotation', { action: 'swap', ...input }, options)).rotation
}

/** After the grace time, or at once with `now`: the old key is deleted and proven to be refused. Answers null when that is done. */
export async function finishRotation(
  session: Session,
  input: Act & { readonly now?: boolean },
  options: RunOptions = {},
): Promise<RotationState | null> {
  return (await session.run<Answer>('rotation', { action: 'finish', ...input }, options)).rotation
}

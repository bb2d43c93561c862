import type { RunOptions, Session } from './session.ts'

/** A secret of GitHub that got the new key, and when GitHub says that it was written. */
export interface NotedTarget {
  readonly name: string
  /** ISO 8601 in UTC, by GitHub's clock. */
  readonly updatedAt: string
}

/** What the targets get: the master key itself, or a key for programs that cannot administer anything. */
export type Distribute = 'master-key' | 'virtual-key'

/** How far a rotation has come; see `agent/rotation/rotation.py`. Hashes are the first twelve hex digits of SHA-256. */
export interface RotationState {
  readonly id: string
  readonly phase: 'created' | 'expanded' | 'swapping' | 'swapped'
  readonly since: string
  readonly graceSeconds: number
  readonly graceUntil?: string
  readonly distribute: Distribute
  readonly old: string
  /** When the old key became the master; not there when nobody noted it. */
  readonly oldSince?: string | null
  readonly new: string
  /** Of the virtual key, when that is what the targets get. */
  readonly virtual?: string
  readonly targets: readonly NotedTarget[]
}

/** Who was given what by the last rotation that made a new master key. */
export interface Distributed {
  readonly id: string
  /** When the key became the master, ISO 8601 in UTC; an earlier version did not note it. */
  readonly time?: string
  readonly distribute: Distribute
  readonly key: string
  readonly targets: readonly NotedTarget[]
}

export interface RotationAnswer {
  /** The rotation that is under way, or null. */
  readonly rotation: RotationState | null
  readonly distributed: Distributed | null
}

/** Limits of the virtual key, as LiteLLM's /key/generate takes them. */
export type KeyLimits = Readonly<Record<string, unknown>>

type Act = { readonly run: string }

/** How things stand; changes nothing. */
export async function rotationState(session: Session): Promise<RotationAnswer> {
  return await session.run<RotationAnswer>('rotation_status', {})
}

/**
 * Makes the new key and has the gateway take old and new; goes on with a rotation that was begun before. Answers the key that the
 * targets shall get, which the caller adds to the known secrets before anything else.
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
  return await session.run('rotation', { action: 'begin', ...input }, options)
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
  return (await session.run<RotationAnswer>('rotation', { action: 'swap', ...input }, options)).rotation
}

/** After the grace time, or at once with `now`: the old key is deleted and proven to be refused. Answers null when that is done. */
export async function finishRotation(
  session: Session,
  input: Act & { readonly now?: boolean },
  options: RunOptions = {},
): Promise<RotationState | null> {
  return (await session.run<RotationAnswer>('rotation', { action: 'finish', ...input }, options)).rotation
}

/** What LiteLLM knows to be made with the master key; texts are whatever somebody gave as a name. Times are UTC. */
export interface MadeWithKey {
  readonly since: string | null
  readonly keys: readonly {
    /** The first digits of its hash. */
    readonly id: string
    readonly alias: string | null
    readonly by: string
    readonly at: string | null
    readonly user: string | null
    readonly team: string | null
    readonly expires: string | null
  }[]
  /** All that were made in that time: LiteLLM does not write down by whom. */
  readonly users: readonly {
    readonly id: string
    readonly alias: string | null
    readonly role: string | null
    readonly at: string | null
  }[]
  /** There are others; only the newest are told. */
  readonly more: boolean
}

/** Which keys and users were made with the master key since then, or ever; changes nothing. */
export async function madeWithKey(session: Session, since: string | null | undefined): Promise<MadeWithKey> {
  return await session.run<MadeWithKey>('rotation_made', { since: since ?? null })
}

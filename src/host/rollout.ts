import type {
  RecoverResult,
  RollbackInput,
  RollbackResult,
  RolloutInput,
  RolloutResult,
} from '../contract/programs/rollout.ts'
import type { RunOptions, Session } from './session.ts'

/**
 * Makes the gateway serve this release without losing a request. The host does it alone: when the connection breaks, it
 * continues to the end, or undoes what it started.
 * @throws HostProgramError `unhealthy` (the old release serves on; `log` says why), `env-missing`, `env-value`, `busy`, `main-down`
 */
export async function rollout(
  session: Session,
  input: RolloutInput,
  options: RunOptions = {},
): Promise<RolloutResult> {
  return await session.run('rollout', input, options)
}

/** Finishes or undoes a rollout that a crash interrupted; deploy and rollout do this first. */
export async function recover(
  session: Session,
  input: { readonly run: string },
  options: RunOptions = {},
): Promise<RecoverResult> {
  return await session.run('recover', input, options)
}

/**
 * Goes back to an earlier release: its configuration, image and workers, with the provider keys of today.
 * @throws HostProgramError `no-release`, `schema-moved`, `image-pull`, and those of a rollout
 */
export async function rollback(
  session: Session,
  input: RollbackInput,
  options: RunOptions = {},
): Promise<RollbackResult> {
  return await session.run('rollback', input, options)
}

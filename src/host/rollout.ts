import type { ReleaseSettings, StoredSetting } from './facts.ts'
import type { RunOptions, Session } from './session.ts'

/** What LiteLLM is to serve. */
export interface ReleaseContent {
  /** The text of LiteLLM's config.yaml; every model states `model_info.id`, secrets are `os.environ/NAME`. */
  readonly config: string
  /**
   * Values of the variables that the configuration refers to, as far as the step has them. One that is referred to and not
   * given keeps the value of the serving release; one that is neither given nor referred to is dropped.
   */
  readonly env: Readonly<Record<string, string>>
}

export interface RolloutInput {
  readonly release: ReleaseContent
  /** Models that must answer a request on each new process before it gets traffic; no provider is called for it. */
  readonly probe?: { readonly models: readonly string[] }
  /** URL or name of this run, for the journal and the audit log; the same as the lease's. */
  readonly run: string
  /** These three stay as they serve now when left out. */
  readonly workers?: number
  readonly image?: string
  readonly settings?: ReleaseSettings
  /** Settings to be taken out of LiteLLM's database before the new processes start, so that those of the release are served. */
  readonly undo?: readonly Pick<StoredSetting, 'section' | 'name'>[]
}

export interface RolloutResult {
  readonly outcome: 'rolled-out' | 'unchanged'
  readonly release: string
  readonly previous?: string | null
  /** Requests that were still open after the longest drain and were cut. */
  readonly cut?: number
}

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
  return await session.run<RolloutResult>('rollout', input, options)
}

export interface RecoverResult {
  readonly outcome: 'none' | 'finished' | 'undone'
  readonly release?: string
}

/** Finishes or undoes a rollout that a crash interrupted; deploy and rollout do this first. */
export async function recover(
  session: Session,
  input: { readonly run: string },
  options: RunOptions = {},
): Promise<RecoverResult> {
  return await session.run<RecoverResult>('recover', input, options)
}

export interface RollbackInput {
  /** The release to go back to; the one before the serving one when left out. */
  readonly to?: string
  /** Although the schema of the database has moved on since. */
  readonly force?: boolean
  readonly run: string
}

/**
 * Goes back to an earlier release: its configuration, image and workers, with the provider keys of today.
 * @throws HostProgramError `no-release`, `schema-moved`, `image-pull`, and those of a rollout
 */
export async function rollback(
  session: Session,
  input: RollbackInput,
  options: RunOptions = {},
): Promise<RolloutResult & { readonly to: string }> {
  return await session.run('rollback', input, options)
}

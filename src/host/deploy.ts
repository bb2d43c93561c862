import type { HostManifest, ReleaseSettings } from './facts.ts'
import type { ReleaseContent, RolloutInput, RolloutResult } from './rollout.ts'
import type { RunOptions, Session } from './session.ts'

export interface DeployInput {
  readonly manifest: HostManifest
  /** By digest; pulled when the host does not have it; its migrations run before anything serves it. */
  readonly image: string
  readonly workers: number
  readonly settings: ReleaseSettings
  readonly release: ReleaseContent
  readonly probe?: { readonly models: readonly string[] }
  readonly undo?: RolloutInput['undo']
  readonly run: string
}

export interface DeployResult extends Omit<RolloutResult, 'outcome'> {
  /** `converged`: something of the host was changed, and the gateway went on without a rollout. */
  readonly outcome: 'rolled-out' | 'converged' | 'unchanged'
  /** What was changed, for people; empty when the host was as declared. */
  readonly changed: readonly string[]
}

/**
 * Makes the host what is declared, from an empty Debian or Ubuntu on. Doing it again changes nothing.
 * @throws HostProgramError `unsupported-system`, `packages`, `image-pull`, `known-bad`, `migration`, `service-down`, `salt-key-lost`, and those of a rollout
 */
export async function deploy(
  session: Session,
  input: DeployInput,
  options: RunOptions = {},
): Promise<DeployResult> {
  const { manifest, release, ...rest } = input
  const given = { ...rest, ...release, files: manifest.files, packages: manifest.packages }
  return await session.run<DeployResult>('deploy', given, options)
}

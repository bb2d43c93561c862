import type { ReleaseSettings } from '../contract/programs/observe.ts'
import type {
  DeployResult,
  HostManifest,
  ReleaseContent,
  RolloutInput,
} from '../contract/programs/rollout.ts'
import type { RunOptions, Session } from './session.ts'

export interface DeployInput {
  readonly manifest: HostManifest
  /** By digest; pulled when the host does not have it; its migrations run before anything serves it. */
  readonly image: string
  readonly workers: number
  readonly settings: ReleaseSettings
  readonly release: ReleaseContent
  readonly probe?: { readonly models: readonly string[] }
  readonly undo?: NonNullable<RolloutInput['undo']>
  readonly run: string
}

/**
 * Makes the host what is declared, from an empty Debian or Ubuntu on. Doing it again changes nothing.
 * @throws HostProgramError `unsupported-system`, `packages`, `image-pull`, `image-denied`, `registry-value`, `known-bad`, `schema-moved`, `upgrade-backup`, `migration`, `schema-incomplete`, `disk-full`, `service-down`, `salt-key-lost`, and those of a rollout
 */
export async function deploy(
  session: Session,
  input: DeployInput,
  options: RunOptions = {},
): Promise<DeployResult> {
  const { manifest, release, ...rest } = input
  const given = { ...rest, ...release, files: manifest.files, packages: manifest.packages }
  return await session.run('deploy', given, options)
}

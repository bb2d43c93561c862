import type { ManagedFile } from '../contract/programs/rollout.ts'

export type * from '../contract/programs/observe.ts'
export { PROTOCOL } from '../contract/programs/observe.ts'
export type { ManagedFile }

/** The part of the host that follows from the settings alone; `*` in a path is PostgreSQL's major version. */
export interface HostManifest {
  readonly files: Readonly<Record<string, ManagedFile>>
  readonly packages: readonly string[]
  readonly units: readonly string[]
}

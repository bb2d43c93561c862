import { createHash } from 'node:crypto'
import type { FileHash, HostManifest, Observation } from './facts.ts'
import type { RunOptions, Session } from './session.ts'

export interface ObserveInput {
  /** What the host should be made of; only hashes of the files travel. Left out: nothing of the host is compared. */
  readonly manifest?: HostManifest
  /** The image that should run, by digest. */
  readonly image?: string
  /** Values of provider keys that the step has; the host answers fingerprints of them, never the values. */
  readonly secrets?: Readonly<Record<string, string>>
  /** Whether to read the gateway itself (its API lists take most of the time). */
  readonly gateway?: boolean
}

/** Reads the state of the host and its gateway in one exec; changes nothing. @throws HostProgramError */
export async function observe(
  session: Session,
  input: ObserveInput,
  options: RunOptions = {},
): Promise<Observation> {
  const { manifest, image, secrets, gateway } = input
  return await session.run<Observation>(
    'observe',
    {
      files: Object.fromEntries(
        Object.entries(manifest?.files ?? {}).map(([path, { content, mode, owner }]): [string, FileHash] => [
          path,
          { sha256: createHash('sha256').update(content).digest('hex'), mode, owner },
        ]),
      ),
      packages: manifest?.packages ?? [],
      units: manifest?.units ?? [],
      image: image ?? null,
      secrets: secrets ?? {},
      gateway: gateway ?? true,
    },
    { timeoutMs: 5 * 60_000, ...options },
  )
}

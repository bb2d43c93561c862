import { isOlder } from '../../config/litellm/versions.ts'
import { OLDEST_LITELLM } from '../../contract/litellm.ts'
import type { ImportInput } from '../../import/declaration.ts'
import { RegistryError } from '../../registry/errors.ts'
import { OFFICIAL_DATABASE } from '../../registry/litellm.ts'
import type { Repository } from '../../registry/reference.ts'
import { type Pinned, pinned } from './pinned.ts'

/** Under which tags LiteLLM publishes a release, the usual one first. */
function tagsOf(version: string): string[] {
  return [`v${version}`, `v${version}-stable`, `main-v${version}-stable`, `main-v${version}`]
}

/**
 * LiteLLM's own image of the version that runs: a gateway does not say which one it is.
 * @param repository where it is looked for
 */
export async function runningImage(
  version: string | undefined,
  repository: Repository = OFFICIAL_DATABASE,
): Promise<ImportInput['image']> {
  if (version === undefined) return undefined
  if (isOlder(version, OLDEST_LITELLM))
    return { missing: `${version} runs there; ${OLDEST_LITELLM} is the oldest that is deployed` }
  try {
    const found = await ofVersion(version, repository)
    if (found === undefined) return { missing: `${version} runs there, of which LiteLLM has no image` }
    const detail = `LiteLLM's own of the ${version} that runs (${found.signature}); name yours if it runs another`
    return { found: found.image, detail }
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error
    return { missing: `${version} runs there; the registry was asked for its image: ${error.message}` }
  }
}

async function ofVersion(version: string, repository: Repository): Promise<Pinned | undefined> {
  for (const tag of tagsOf(version)) {
    try {
      return await pinned({ ...repository, tag, digest: undefined })
    } catch (error) {
      if (!(error instanceof RegistryError) || error.code !== 'image-unknown') throw error
    }
  }
  return undefined
}

import type { Desired } from '../../config/desired.ts'
import { ConfigError, type Position } from '../../config/problem.ts'
import { isRecord } from '../../config/record.ts'
import { readSource } from '../../config/yaml/source.ts'
import type { Observation } from '../../contract/programs/observe.ts'
import type { Note } from '../../plan/change.ts'
import { Registry } from '../../registry/client.ts'
import { RegistryError } from '../../registry/errors.ts'
import { type ImageReference, parseReference, referenceText } from '../../registry/reference.ts'
import type { StepContext } from '../command.ts'
import { loginOf, signatureText, withoutLogin } from './pinned.ts'

/** Registries name it otherwise than the kernel. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64' }
const CALL_MS = 30_000

/** A digest that is none there, or an image that this host cannot run: no deploy would help. */
const WRONG: ReadonlySet<string> = new Set(['image-unknown', 'image-architecture', 'image-digest'])

/**
 * What the registry says of an image that the host does not have yet: whether it exists, what its tag names today, who signed it.
 * A registry that this runner does not reach is only noted: the host pulls, and may reach it.
 * @throws ConfigError for an image that cannot be deployed
 */
export async function imageAtRegistry(
  desired: Desired,
  observed: Observation | undefined,
  context: StepContext,
): Promise<Note[]> {
  const at = desired.locate(['litellm', 'image'])
  const declared = declaredImage(desired, context)
  if (declared === undefined) return []
  const login = loginOf(desired.gateway.litellm, context)
  const architecture = ARCHITECTURES[observed?.host.arch ?? ''] ?? 'amd64'
  const registry = new Registry(declared, { login, architecture, callMs: CALL_MS })
  try {
    await registry.facts(declared.digest)
    const { text, suspicious } = await signatureText(registry, declared)
    const signature: Note = {
      severity: suspicious ? 'warning' : 'info',
      text: `Image ${referenceText({ ...declared, tag: undefined })}: ${text}.`,
      at,
    }
    return [...(await tagNotes(registry, declared, at)), signature]
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error
    // Without the login that is declared a registry may hide what it has.
    const why = withoutLogin(desired.gateway.litellm, login, context)
    if (WRONG.has(error.code) && why === '') throw refused(error, at)
    return [
      {
        severity: 'info',
        text: `What the registry has was not seen from here: ${error.message}${why} The host pulls the image itself. Signature not checked.`,
        at,
      },
    ]
  }
}

/** With its tag, which means nothing to the host. */
function declaredImage(
  { file }: Desired,
  { files }: StepContext,
): (ImageReference & { readonly digest: string }) | undefined {
  const { litellm } = readSource(file, files).value
  const image = isRecord(litellm) ? parseReference(String(litellm.image)) : undefined
  return image?.digest === undefined ? undefined : { ...image, digest: image.digest }
}

async function tagNotes(
  registry: Registry,
  { tag, digest, ...repository }: ImageReference & { readonly digest: string },
  at: Position,
): Promise<Note[]> {
  if (tag === undefined) return []
  const named = referenceText({ ...repository, tag })
  const now = await registry.digestOf(tag).catch((error: unknown) => {
    if (error instanceof RegistryError && error.code === 'image-unknown') return undefined
    throw error
  })
  if (now === digest) return []
  const today = now === undefined ? 'is gone from the registry' : `names ${now} by now`
  return [{ severity: 'info', text: `${named} ${today}; the declared ${digest} is what deploy takes.`, at }]
}

function refused({ code, message }: RegistryError, at: Position): ConfigError {
  const fix = 'name an image that exists for this host, by tag: plan then says the line with its digest.'
  return new ConfigError([{ severity: 'error', code, message: `litellm.image: ${message}`, fix, at }])
}

import { type KeyObject, verify } from 'node:crypto'
import { z } from 'zod'
import type { Registry } from './client.ts'
import type { Index, Manifest } from './manifest.ts'

/** What could be found out about the signature of an image. */
export type Signature =
  | { readonly state: 'verified'; readonly by: string }
  /** There is one, of a kind that this program does not check. */
  | { readonly state: 'unchecked'; readonly why: string }
  /** There is one, and none of the known keys made it. */
  | { readonly state: 'unknown' }
  | { readonly state: 'none' }

/** A public key and whose it is, in the words of a sentence: `LiteLLM's key until October 2026`. */
export interface SignerKey {
  readonly name: string
  readonly key: KeyObject
}

export interface Signers {
  /** Read when there is a signature that a key may have made. */
  readonly keys: () => Promise<readonly SignerKey[]>
  /** Checks a signature that a workflow made, without a key; undefined when nothing here can. */
  readonly keyless: () => Promise<Signature | undefined>
}

const SIMPLE = 'application/vnd.dev.cosign.simplesigning.v1+json'
const BUNDLE = /^application\/vnd\.dev\.sigstore\.bundle/
const OF_SIGNATURE = 'dev.cosignproject.cosign/signature'
const OF_CERTIFICATE = 'dev.sigstore.cosign/certificate'
const MOST_SIGNATURES = 20
const MOST_PAYLOAD = 64 * 1024

/** What cosign signs: which image it is, by its digest. */
const payload = z.object({
  critical: z.object({
    type: z.literal('cosign container image signature'),
    image: z.object({ 'docker-manifest-digest': z.string() }),
  }),
})

/**
 * Looks for a signature of cosign beside an image, and checks one that a known key made. One that a workflow made (keyless) needs the
 * certificates and logs of sigstore: a library for them is larger than all that is left of our bundle, so that is cosign's own work.
 * @param digest what was signed: what a tag names, the index where there is one
 * @throws RegistryError
 */
export async function signatureOf(registry: Registry, digest: string, signers: Signers): Promise<Signature> {
  const beside = digest.replace(':', '-')
  const document = await registry.document(`${beside}.sig`)
  const layers = document !== undefined && 'layers' in document ? document.layers.filter(isSimple) : []
  const keyed = layers.filter(({ annotations }) => annotations?.[OF_CERTIFICATE] === undefined)
  const by = keyed.length === 0 ? undefined : await signerOf(registry, digest, keyed, await signers.keys())
  if (by !== undefined) return { state: 'verified', by }
  if (layers.length > keyed.length || (await hasBundle(registry, digest, beside)))
    return (
      (await signers.keyless()) ?? {
        state: 'unchecked',
        why: 'a workflow made it, without a key; verify-image.yml checks it with cosign in the pull request',
      }
    )
  return layers.length === 0 ? { state: 'none' } : { state: 'unknown' }
}

type Layer = Manifest['layers'][number]

function isSimple({ mediaType }: Layer): boolean {
  return mediaType === SIMPLE
}

/** Whose key made one of these signatures of this image. */
async function signerOf(
  registry: Registry,
  digest: string,
  layers: readonly Layer[],
  keys: readonly SignerKey[],
): Promise<string | undefined> {
  for (const layer of layers.slice(0, MOST_SIGNATURES)) {
    const signed = await registry.blob(layer.digest, MOST_PAYLOAD)
    const signature = Buffer.from(layer.annotations?.[OF_SIGNATURE] ?? '', 'base64')
    const signer = keys.find(({ key }) => verify('sha256', signed, key, signature))
    // A signature of another image, put beside this one, proves nothing.
    if (signer !== undefined && imageIn(signed) === digest) return signer.name
  }
  return undefined
}

function imageIn(signed: Buffer): string | undefined {
  try {
    return payload.parse(JSON.parse(signed.toString())).critical.image['docker-manifest-digest']
  } catch {
    return undefined
  }
}

/** Whether there is a signature in the newer form, where OCI lists it or in the tag that stands for that list. */
async function hasBundle(registry: Registry, digest: string, tag: string): Promise<boolean> {
  if (isBundled(await registry.referrers(digest))) return true
  const listed = await registry.document(tag)
  if (listed === undefined || !('manifests' in listed)) return false
  // cosign writes the type there or in what is listed (cosign issue 4422).
  if (isBundled(listed)) return true
  for (const { digest: one } of listed.manifests.slice(0, MOST_SIGNATURES)) {
    const found = await registry.document(one)
    if (
      found !== undefined &&
      'layers' in found &&
      found.layers.some(({ mediaType }) => BUNDLE.test(mediaType))
    )
      return true
  }
  return false
}

function isBundled(index: Index | undefined): boolean {
  return index?.manifests.some(({ artifactType }) => BUNDLE.test(artifactType ?? '')) === true
}

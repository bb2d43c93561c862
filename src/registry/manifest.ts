import { z } from 'zod'
import { RegistryError } from './errors.ts'

export const INDEX_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
] as const
export const MANIFEST_TYPES = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
] as const

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/)
const part = z.object({ digest, size: z.int().nonnegative() })

export const indexSchema = z.object({
  schemaVersion: z.literal(2),
  manifests: z
    .array(
      z.object({
        digest,
        artifactType: z.string().optional(),
        platform: z.object({ os: z.string(), architecture: z.string() }).optional(),
      }),
    )
    .max(1000),
})
export type Index = z.infer<typeof indexSchema>

const manifest = z.object({
  schemaVersion: z.literal(2),
  config: part,
  layers: z
    .array(part.extend({ mediaType: z.string(), annotations: z.record(z.string(), z.string()).optional() }))
    .max(1000),
})
/** Of one image, for one architecture. */
export type Manifest = z.infer<typeof manifest>

/** Either form, by what is in it: the header that names the form is left out by some. */
export const manifestSchema = z.union([indexSchema, manifest])

const texts = z.array(z.string()).nullish()
export const configSchema = z.object({
  created: z.string().nullish(),
  os: z.string(),
  architecture: z.string(),
  config: z
    .object({
      Labels: z.record(z.string(), z.string()).nullish(),
      WorkingDir: z.string().nullish(),
      User: z.string().nullish(),
      Entrypoint: texts,
      Cmd: texts,
      Env: texts,
    })
    .nullish(),
})
export type ImageConfig = z.infer<typeof configSchema>

/** The digest of the image for linux and this architecture. @throws RegistryError */
export function imageFor({ manifests }: Index, architecture: string, what: string): string {
  const found = manifests.find(
    ({ platform }) => platform?.os === 'linux' && platform.architecture === architecture,
  )
  if (found !== undefined) return found.digest
  throw wrongArchitecture(
    what,
    architecture,
    manifests.flatMap(({ platform }) => (platform === undefined ? [] : [platform])),
  )
}

export function wrongArchitecture(
  what: string,
  architecture: string,
  platforms: readonly { readonly os: string; readonly architecture: string }[],
): RegistryError {
  const names = [...new Set(platforms.map(({ os, architecture: other }) => `${os}/${other}`))]
    .filter((name) => /^[a-z0-9]{1,20}\/[a-z0-9_]{1,20}$/.test(name) && name !== 'unknown/unknown')
    .slice(0, 10)
  const others = names.length === 0 ? 'no platform that it names' : names.join(', ')
  return new RegistryError(
    'image-architecture',
    `${what} is not built for linux/${architecture}; it is for ${others}.`,
  )
}

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { cp, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { must } from '../command.ts'

/** A layer of zstd, which podman unpacks several times as fast as gzip. */
export interface Layer {
  readonly file: string
  /** The digest of what is inside, unpacked. */
  readonly diffId: string
}

export interface LayoutOptions {
  /** Folder that is made: an OCI image layout (image-spec, image-layout.md). */
  readonly layout: string
  /** From below. */
  readonly layers: readonly Layer[]
  /** The image's `config`: entry point, environment. */
  readonly config: object
}

interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
}

/** Packs what `tar` is told to take of a folder; `file` ends in `.zst`. */
export async function packLayer(root: string, what: readonly string[], file: string): Promise<Layer> {
  const tar = file.replace(/\.zst$/, '')
  await must(['tar', '--create', '--numeric-owner', '--file', tar, '--directory', root, ...what])
  const diffId = await digestOf(tar)
  await must(['zstd', '--quiet', '--rm', '-3', '-T0', tar])
  return { file, diffId }
}

/** Writes layers as an image. They are copied. */
export async function writeImageLayout({ layout, layers, config }: LayoutOptions): Promise<void> {
  const blobs = join(layout, 'blobs/sha256')
  await mkdir(blobs, { recursive: true })
  const kept: Descriptor[] = []
  for (const { file } of layers) {
    const copy = join(layout, basename(file))
    await cp(file, copy)
    kept.push(await keep(copy, blobs, 'application/vnd.oci.image.layer.v1.tar+zstd'))
  }
  const image = {
    created: new Date(0).toISOString(),
    architecture: 'amd64',
    os: 'linux',
    config,
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
  }
  const imageConfig = await keepJson(layout, blobs, image, 'application/vnd.oci.image.config.v1+json')
  const mediaType = 'application/vnd.oci.image.manifest.v1+json'
  const manifest = await keepJson(
    layout,
    blobs,
    { schemaVersion: 2, mediaType, config: imageConfig, layers: kept },
    mediaType,
  )
  const named = { ...manifest, annotations: { 'org.opencontainers.image.ref.name': 'latest' } }
  await writeFile(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
  await writeFile(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [named] }))
  await rm(join(layout, 'document.json'), { force: true })
}

async function keepJson(
  layout: string,
  blobs: string,
  document: object,
  mediaType: string,
): Promise<Descriptor> {
  const file = join(layout, 'document.json')
  await writeFile(file, JSON.stringify(document))
  return await keep(file, blobs, mediaType)
}

async function keep(file: string, blobs: string, mediaType: string): Promise<Descriptor> {
  const digest = await digestOf(file)
  const { size } = await stat(file)
  await rename(file, join(blobs, digest.slice('sha256:'.length)))
  return { mediaType, digest, size }
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return `sha256:${hash.digest('hex')}`
}

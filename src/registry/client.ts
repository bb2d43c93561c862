import { createHash } from 'node:crypto'
import { z } from 'zod'
import { Access, type Login } from './access.ts'
import { RegistryError } from './errors.ts'
import type { Answer } from './exchange.ts'
import { parsedJson } from './json.ts'
import {
  configSchema,
  INDEX_TYPES,
  type Index,
  imageFor,
  indexSchema,
  MANIFEST_TYPES,
  type Manifest,
  manifestSchema,
  wrongArchitecture,
} from './manifest.ts'
import { isDigest, isTag, type Repository, referenceText } from './reference.ts'

export interface RegistryOptions {
  /** Sent only when the registry asks for one. */
  readonly login?: Login | undefined
  /** As registries name it; amd64 when left out. */
  readonly architecture?: string
  /** One request, and one call with all requests that it takes. */
  readonly requestMs?: number
  readonly callMs?: number
}

/** What a registry knows of an image. Labels and the like are what its builder wrote: text of others. */
export interface ImageFacts {
  /** What to pin: of the index where the image is in one, else of the image. */
  readonly digest: string
  /** Of the image for this architecture. */
  readonly imageDigest: string
  /** Undefined where the builder wrote no date; many write the same for every image. */
  readonly created: Date | undefined
  readonly labels: Readonly<Record<string, string>>
  readonly workingDirectory: string
  readonly user: string
  readonly entrypoint: readonly string[]
  readonly command: readonly string[]
  /** `NAME=value` */
  readonly environment: readonly string[]
  /** Bytes of all layers as they are sent. */
  readonly bytes: number
}

const KIB = 1024
const MOST = { manifest: 4 * KIB * KIB, config: 2 * KIB * KIB, tags: 4 * KIB * KIB } as const
const MOST_PAGES = 500
const MOST_TAGS = 100_000
const PAGE = 1000
const CALL_MS = 120_000

const tagList = z.object({ tags: z.array(z.string()).nullish() })

/**
 * One repository of a registry, by OCI's distribution API. All of it reads. Whatever a registry answers is bounded in size and time, and
 * everything that is asked for by digest is compared with it. Each method throws RegistryError.
 */
export class Registry {
  readonly #repository: Repository
  readonly #access: Access
  readonly #architecture: string
  readonly #callMs: number

  constructor(repository: Repository, options: RegistryOptions = {}) {
    const { login, architecture = 'amd64', requestMs, callMs = CALL_MS } = options
    this.#repository = repository
    this.#access = new Access(repository, login, requestMs)
    this.#architecture = architecture
    this.#callMs = callMs
  }

  /** All tags, in the order of the registry. */
  async tags(): Promise<string[]> {
    const signal = this.#deadline()
    const what = `the tags of ${referenceText(this.#repository)}`
    const found = new Set<string>()
    const first = this.#access.address(`tags/list?n=${PAGE}`)
    let next: URL | undefined = first
    for (let page = 0; next !== undefined; page += 1) {
      const answer: Answer = await this.#access.get(next, { mostBytes: MOST.tags, signal, what })
      for (const tag of parsedJson(answer, tagList, what).tags ?? []) if (isTag(tag)) found.add(tag)
      if (page >= MOST_PAGES || found.size > MOST_TAGS)
        throw new RegistryError('registry-answer', `${first.host} does not come to an end with ${what}.`)
      next = nextPage(answer, next, first)
    }
    return [...found]
  }

  /** The digest that a tag has now: of the index where the image is in one. The bytes were compared with it. */
  async digestOf(tag: string): Promise<string> {
    const { digest } = await this.#manifest(tag, this.#deadline())
    return digest
  }

  /** Everything that is known of an image without pulling it. @param name a tag or a digest */
  async facts(name: string): Promise<ImageFacts> {
    const signal = this.#deadline()
    const what = this.#named(name)
    const { digest, imageDigest, manifest } = await this.#image(name, signal)
    const body = await this.#blob(manifest.config.digest, MOST.config, signal)
    const url = this.#access.address('blobs')
    const read = parsedJson({ body, url }, configSchema, `the configuration of ${what}`)
    if (read.os !== 'linux' || read.architecture !== this.#architecture)
      throw wrongArchitecture(what, this.#architecture, [read])
    const created = new Date(read.created ?? Number.NaN)
    return {
      digest,
      imageDigest,
      created: Number.isNaN(created.getTime()) ? undefined : created,
      labels: read.config?.Labels ?? {},
      workingDirectory: read.config?.WorkingDir ?? '',
      user: read.config?.User ?? '',
      entrypoint: read.config?.Entrypoint ?? [],
      command: read.config?.Cmd ?? [],
      environment: read.config?.Env ?? [],
      bytes: manifest.layers.reduce((sum, { size }) => sum + size, 0),
    }
  }

  /** What the registry has under a tag, as it is: an index or an image, or what is signed in the place of one. Undefined where it has none. */
  async document(tag: string): Promise<Index | Manifest | undefined> {
    try {
      return (await this.#manifest(tag, this.#deadline())).document
    } catch (error) {
      if (error instanceof RegistryError && error.code === 'image-unknown') return undefined
      throw error
    }
  }

  /** What refers to an image by OCI's own list, such as signatures; undefined where the registry keeps no such list. */
  async referrers(digest: string): Promise<Index | undefined> {
    const what = `what refers to ${this.#named(digest)}`
    const url = this.#access.address(`referrers/${digest}`)
    try {
      const asked = { mostBytes: MOST.manifest, signal: this.#deadline(), what, accept: INDEX_TYPES[0] }
      return parsedJson(await this.#access.get(url, asked), indexSchema, what)
    } catch (error) {
      if (error instanceof RegistryError && ['image-unknown', 'registry-answer'].includes(error.code))
        return undefined
      throw error
    }
  }

  /** A small blob, compared with its digest. */
  async blob(digest: string, mostBytes: number): Promise<Buffer> {
    return await this.#blob(digest, mostBytes, this.#deadline())
  }

  async #image(name: string, signal: AbortSignal) {
    const { digest, document } = await this.#manifest(name, signal)
    if (!('manifests' in document)) return { digest, imageDigest: digest, manifest: document }
    const imageDigest = imageFor(document, this.#architecture, this.#named(name))
    const inner = await this.#manifest(imageDigest, signal)
    if ('manifests' in inner.document)
      throw new RegistryError('registry-answer', `${this.#named(name)} is an index within an index.`)
    return { digest, imageDigest, manifest: inner.document }
  }

  async #manifest(name: string, signal: AbortSignal) {
    const what = this.#named(name)
    const url = this.#access.address(`manifests/${name}`)
    const accept = [...INDEX_TYPES, ...MANIFEST_TYPES].join(', ')
    const answer = await this.#access.get(url, { accept, mostBytes: MOST.manifest, signal, what })
    const digest = digestOf(answer.body)
    const said = answer.headers.get('docker-content-digest') ?? ''
    if (isDigest(name) && name !== digest) throw wrongDigest(what, name, digest)
    if (said.startsWith('sha256:') && said !== digest) throw wrongDigest(what, said, digest)
    return { digest, document: parsedJson(answer, manifestSchema, what) }
  }

  async #blob(digest: string, mostBytes: number, signal: AbortSignal): Promise<Buffer> {
    const what = this.#named(digest)
    const { body } = await this.#access.get(this.#access.address(`blobs/${digest}`), {
      mostBytes,
      signal,
      what,
    })
    const got = digestOf(body)
    if (got !== digest) throw wrongDigest(what, digest, got)
    return body
  }

  #deadline(): AbortSignal {
    return AbortSignal.timeout(this.#callMs)
  }

  #named(name: string): string {
    return referenceText({ ...this.#repository, ...(isDigest(name) ? { digest: name } : { tag: name }) })
  }
}

/** Where the list continues (`Link: <…>; rel="next"`): the same list of the same registry, or the login would go elsewhere. */
function nextPage({ headers }: Answer, here: URL, first: URL): URL | undefined {
  const target = /^\s*<([^<>]{1,4000})>\s*;[^,]*\brel="?next"?/i.exec(headers.get('link') ?? '')?.[1]
  if (target === undefined) return undefined
  const next = URL.canParse(target, here.href) ? new URL(target, here) : undefined
  if (next?.origin === first.origin && next.pathname === first.pathname && next.href !== here.href)
    return next
  throw new RegistryError(
    'registry-answer',
    `${first.host} leads elsewhere for the rest of its list of tags.`,
  )
}

function digestOf(body: Buffer): string {
  return `sha256:${createHash('sha256').update(body).digest('hex')}`
}

/** What stands in the message is ours or was compared with a hash: a header may hold anything. */
function wrongDigest(what: string, wanted: string, got: string): RegistryError {
  const named = isDigest(wanted) ? wanted : 'another digest'
  return new RegistryError(
    'image-digest',
    `What the registry sent for ${what} has the digest ${got}, and not ${named}.`,
  )
}

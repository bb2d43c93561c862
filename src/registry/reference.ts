import { whole } from '../contract/whole.ts'

/** Where an image is: `registry/repository`. */
export interface Repository {
  /** As it is written: `ghcr.io`, `127.0.0.1:5000`; docker.io where none is. */
  readonly registry: string
  readonly path: string
}

/** An image by tag, by digest, or by both; the digest decides then. */
export interface ImageReference extends Repository {
  readonly tag: string | undefined
  /** `sha256:…` */
  readonly digest: string | undefined
}

const MOST = 1500
const TAG = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}'
const DIGEST = 'sha256:[0-9a-f]{64}'
// Nothing begins as an option or leads up.
const PART = '[a-z0-9][a-z0-9._-]{0,127}'
const REFERENCE = whole(
  `((?:[a-z0-9][a-z0-9.-]{0,252}(?::[0-9]{1,5})?/)?${PART}(?:/${PART}){0,7})(?::(${TAG}))?(?:@(${DIGEST}))?`,
)

/** Reads `registry/repository:tag@sha256:…`, of which tag and digest may be missing; undefined for anything else. */
export function parseReference(text: string): ImageReference | undefined {
  const [, name = '', tag, digest] = REFERENCE.exec(text.slice(0, MOST)) ?? []
  if (name === '') return undefined
  const [first = '', ...rest] = name.split('/')
  // As every client reads it: a registry has a dot or a port, or is this machine.
  const named = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  if (named && !URL.canParse(`https://${first}`)) return undefined
  const path = named ? rest.join('/') : rest.length === 0 ? `library/${name}` : name
  return { registry: named ? first : 'docker.io', path, tag, digest }
}

/** `ghcr.io/acme/litellm:v1@sha256:…`, as gateway.yaml has it. */
export function referenceText({
  registry,
  path,
  tag,
  digest,
}: Repository & { readonly tag?: string | undefined; readonly digest?: string | undefined }): string {
  return `${registry}/${path}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`
}

export function isTag(text: string): boolean {
  return whole(TAG).test(text)
}

export function isDigest(text: string): boolean {
  return whole(DIGEST).test(text)
}

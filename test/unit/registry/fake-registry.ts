import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Play = (request: IncomingMessage, response: ServerResponse) => boolean | undefined

/** A registry on loopback that has what is put there, and plays each fault that a test asks for. */
export class FakeRegistry {
  readonly #server = createServer((request, response) => this.#answer(request, response))
  readonly #content = new Map<string, { readonly body: Buffer; readonly type: string }>()
  /** Every request: method, path and Authorization. */
  readonly seen: { path: string; authorization: string | undefined }[] = []
  /** Answers first; a play that returns true has answered. */
  play: Play | undefined

  async start(): Promise<this> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done))
    return this
  }

  stop(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  get place(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Puts content under a part of the repository acme/litellm, and under its digest. */
  put(kind: 'manifests' | 'blobs', content: object | Buffer, type = MANIFEST, tag?: string): string {
    const body = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content))
    const digest = digestOf(body)
    for (const name of [digest, tag])
      if (name) this.#content.set(`/v2/acme/litellm/${kind}/${name}`, { body, type })
    return digest
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? ''
    this.seen.push({ path, authorization: request.headers.authorization })
    if (this.play?.(request, response) === true) return
    const found = this.#content.get(path.split('?')[0] ?? '')
    if (found === undefined) {
      refuse(response, 404, 'MANIFEST_UNKNOWN')
      return
    }
    response.writeHead(200, { 'Content-Type': found.type, 'Docker-Content-Digest': digestOf(found.body) })
    response.end(found.body)
  }
}

export const INDEX = 'application/vnd.oci.image.index.v1+json'
export const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'

export function digestOf(body: Buffer): string {
  return `sha256:${createHash('sha256').update(body).digest('hex')}`
}

export function refuse(response: ServerResponse, status: number, code: string, headers = {}): void {
  response.writeHead(status, headers)
  response.end(JSON.stringify({ errors: [{ code, message: 'evil \u001b[31m [text](javascript:x)' }] }))
}

/** An image for amd64 and arm64 in an index under the tag. */
export function putImage(registry: FakeRegistry, tag: string, config: object = {}) {
  const blob = registry.put('blobs', {
    created: '2026-11-20T10:00:00Z',
    os: 'linux',
    architecture: 'amd64',
    config: { Labels: { 'org.opencontainers.image.version': '1.106.2' }, WorkingDir: '/app', ...config },
  })
  const image = registry.put('manifests', {
    schemaVersion: 2,
    config: { digest: blob, size: 1 },
    layers: [{ mediaType: 'layer', digest: blob, size: 100 }],
  })
  const other = `sha256:${'b'.repeat(64)}`
  const index = registry.put(
    'manifests',
    {
      schemaVersion: 2,
      manifests: [
        { digest: other, size: 1, platform: { os: 'linux', architecture: 'arm64' } },
        { digest: image, size: 1, platform: { os: 'linux', architecture: 'amd64' } },
      ],
    },
    INDEX,
    tag,
  )
  return { index, image, blob }
}

import { request } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PeerCertificate } from 'node:tls'
import { HostError } from '../host/errors.ts'

export interface ProxmoxOptions {
  /** `https://pve.example:8006`. */
  readonly api: string
  /** `user@realm!name=secret`, as Proxmox shows an API token. */
  readonly token: string
  /** SHA-256 of the server's certificate, `AA:BB:…`, instead of an authority that this machine trusts. */
  readonly fingerprint?: string
  readonly timeoutMs?: number
  /** Milliseconds between two polls of a task; tests pass less. */
  readonly pollMs?: number
}

export type Parameters = Readonly<Record<string, string | number>>

/** Proxmox answered with an error; `status` is HTTP's, 0 for a task that failed or a connection that broke. */
export class ProxmoxError extends HostError {
  override name = 'ProxmoxError'
  readonly status: number

  constructor(message: string, status: number, options?: ErrorOptions) {
    super(message, options)
    this.status = status
  }
}

const TASK_MS = 30 * 60_000
const LOG_LINES = 500

/** Proxmox' HTTP API (8.4 or newer) with an API token. Nothing is retried here: the request may have taken effect. */
export class ProxmoxApi {
  readonly #options: ProxmoxOptions
  readonly #base: URL
  readonly #port: number

  constructor(options: ProxmoxOptions) {
    this.#options = options
    this.#base = new URL(options.api)
    // A URL forgets :443, the port of an API behind a proxy; without any, Proxmox listens on its own.
    const said = this.#base.port === '' && /:443\/?$/.test(options.api) ? '443' : this.#base.port
    this.#port = said === '' ? 8006 : Number(said)
  }

  async get<T>(path: string, query: Parameters = {}): Promise<T> {
    return (await this.#ask('GET', Object.keys(query).length === 0 ? path : `${path}?${form(query)}`)) as T
  }

  async post<T>(path: string, parameters: Parameters = {}): Promise<T> {
    return (await this.#ask('POST', path, form(parameters))) as T
  }

  async put<T>(path: string, parameters: Parameters = {}): Promise<T> {
    return (await this.#ask('PUT', path, form(parameters))) as T
  }

  async delete<T>(path: string, query: Parameters = {}): Promise<T> {
    return (await this.#ask('DELETE', Object.keys(query).length === 0 ? path : `${path}?${form(query)}`)) as T
  }

  /** Puts a file on a storage. The checksum is Proxmox' to compare. */
  async upload(
    node: string,
    storage: string,
    filename: string,
    content: Uint8Array,
    sha256: string,
  ): Promise<void> {
    const boundary = `litellm-gitops-${sha256.slice(0, 24)}`
    const field = (name: string, value: string) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
    const head = `${field('content', 'iso')}${field('checksum', sha256)}${field('checksum-algorithm', 'sha256')}--${boundary}\r\nContent-Disposition: form-data; name="filename"; filename="${filename}"\r\nContent-Type: application/octet-stream\r\n\r\n`
    const body = Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${boundary}--\r\n`)])
    const path = `/nodes/${node}/storage/${storage}/upload`
    await this.task(
      node,
      (await this.#ask('POST', path, body, `multipart/form-data; boundary=${boundary}`)) as string | null,
    )
  }

  /** Waits until a task has ended. @throws ProxmoxError with the task's own reason and its last lines when it did not end well */
  async task(node: string, upid: string | null): Promise<void> {
    // Some calls do their work at once and name no task.
    if (typeof upid !== 'string' || !upid.startsWith('UPID:')) return
    const exitstatus = await this.ended(node, upid)
    if (exitstatus === 'OK' || exitstatus.startsWith('WARNINGS')) return
    const log = await this.get<{ t: string }[]>(`${taskPath(node, upid)}/log`, { limit: LOG_LINES }).catch(
      () => [],
    )
    const kind = upid.split(':')[5] ?? 'task'
    const last = log.slice(-5).map(({ t }) => t)
    throw new ProxmoxError(`Proxmox' task ${kind} failed: ${exitstatus}. ${last.join(' | ')}`.trim(), 0)
  }

  /** Waits until a task has ended, well or not, and answers its exit status. */
  async ended(node: string, upid: string): Promise<string> {
    const deadline = Date.now() + TASK_MS
    for (;;) {
      const { status, exitstatus = '' } = await this.get<{ status: string; exitstatus?: string }>(
        `${taskPath(node, upid)}/status`,
      )
      if (status === 'stopped') return exitstatus
      if (Date.now() > deadline)
        throw new ProxmoxError(
          `Proxmox' task ${upid} did not end within ${TASK_MS / 60_000} minutes. Run again: it is waited for.`,
          0,
        )
      await this.pause()
    }
  }

  /** Waits a moment for Proxmox to continue. */
  async pause(): Promise<void> {
    await sleep(this.#options.pollMs ?? 1000)
  }

  #ask(
    method: string,
    path: string,
    body?: string | Buffer,
    type = 'application/x-www-form-urlencoded',
  ): Promise<unknown> {
    const { token, fingerprint, timeoutMs = 60_000 } = this.#options
    const what = `${method} ${path.split('?')[0]} at ${this.#base.host}`
    return new Promise((resolve, reject) => {
      const fail = (cause: Error) =>
        reject(
          new ProxmoxError(
            `${what} did not work: ${cause.message}. Check that the address is right, that this runner reaches it, and that its certificate is trusted or pinned by fingerprint.`,
            0,
            { cause },
          ),
        )
      const sent = request(
        {
          host: this.#base.hostname.replace(/^\[|\]$/g, ''),
          port: this.#port,
          method,
          path: `/api2/json${path}`,
          timeout: timeoutMs,
          agent: false,
          // A pinned certificate is compared below, before we send a byte.
          rejectUnauthorized: fingerprint === undefined,
          headers: {
            Authorization: `PVEAPIToken=${token}`,
            ...(body === undefined
              ? {}
              : { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) }),
          },
        },
        (response) => {
          const parts: Buffer[] = []
          response.on('data', (part: Buffer) => parts.push(part))
          response.on('error', fail)
          response.on('end', () => {
            const text = Buffer.concat(parts).toString()
            const status = response.statusCode ?? 0
            const answer = parsed(text)
            if (status >= 200 && status < 300 && answer !== undefined) return resolve(answer.data)
            reject(
              new ProxmoxError(
                `${what} answered ${status}: ${reasonIn(answer, response.statusMessage)}`,
                status,
              ),
            )
          })
        },
      )
      sent.on('timeout', () => sent.destroy(new Error(`no answer for ${timeoutMs / 1000} s`)))
      sent.on('error', fail)
      const send = () => sent.end(body)
      if (fingerprint === undefined) return send()
      sent.on('socket', (socket) =>
        socket.once('secureConnect', () => {
          const shown = (socket as unknown as { getPeerCertificate(): PeerCertificate }).getPeerCertificate()
            .fingerprint256
          if (same(shown, fingerprint)) return send()
          sent.destroy(new Error(`it shows the certificate ${shown}, but ${fingerprint} is pinned`))
        }),
      )
    })
  }
}

function taskPath(node: string, upid: string): string {
  return `/nodes/${node}/tasks/${encodeURIComponent(upid)}`
}

interface Answer {
  readonly data: unknown
  readonly message?: string
  readonly errors?: Readonly<Record<string, string>>
}

function parsed(text: string): Answer | undefined {
  try {
    return JSON.parse(text) as Answer
  } catch {
    return undefined
  }
}

function reasonIn(answer: Answer | undefined, otherwise: string | undefined): string {
  const fields = Object.entries(answer?.errors ?? {}).map(([name, problem]) => `${name}: ${problem.trim()}`)
  return [answer?.message?.trim() ?? otherwise, ...fields].filter((part) => part).join('; ')
}

function form(parameters: Parameters): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&')
}

function same(one: string, other: string): boolean {
  const plain = (text: string) => text.replaceAll(':', '').toUpperCase()
  return plain(one) === plain(other)
}

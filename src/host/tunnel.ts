import { Agent, type ClientRequest, request } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { HostUnreachableError } from './errors.ts'

export interface TunnelRequest {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal?: AbortSignal
}

/** HTTP to a port that only the host itself can reach. */
export interface Tunnel {
  /** Like `fetch`, for a path such as `/user/list?page=1`. At most eight requests are in flight; more wait. Any status resolves. */
  fetch(path: string, options?: TunnelRequest): Promise<Response>
  close(): void
}

/** The server of the host accepts ten sessions on a connection by default (sshd_config MaxSessions); direct channels count apart. */
const MOST_CHANNELS = 8
/** gunicorn closes an idle connection after 2 s. Ours goes before that, or a request meets a closing one. */
const IDLE_MS = 1_000
/** No answer of LiteLLM's is as long; what answers in its place must not take all memory. */
const MOST_BYTES = 256 * 1024 * 1024
const NO_BODY = new Set([204, 205, 304])

/** Makes a tunnel over channels that `open` opens; they are kept open and used again. No redirect is followed; an answer of more than `mostBytes` is none. */
export function openTunnel(
  port: number,
  open: () => Promise<Duplex>,
  mostBytes: number = MOST_BYTES,
): Tunnel {
  const agent = new ChannelAgent(open)
  const turn = turns(MOST_CHANNELS)
  return {
    fetch: (path, options = {}) => turn(() => send(agent, port, path, options, mostBytes)),
    close: () => agent.destroy(),
  }
}

/** Lets at most `most` pieces of work be in progress. (The agent's own `maxSockets` doesn't count channels that are being opened.) */
function turns(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = most
  const waiting: (() => void)[] = []
  return async (work) => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve))
    else free -= 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) free += 1
      else next()
    }
  }
}

class ChannelAgent extends Agent {
  private readonly open: () => Promise<Duplex>
  private readonly idle = new WeakMap<Duplex, NodeJS.Timeout>()

  constructor(open: () => Promise<Duplex>) {
    super({ keepAlive: true })
    this.open = open
  }

  override createConnection(_options: object, done?: (error: Error | null, stream: Duplex) => void): null {
    this.open().then(
      (channel) => done?.(null, asSocket(channel)),
      (error: Error) => done?.(error, undefined as never),
    )
    return null
  }

  override keepSocketAlive(channel: Duplex): boolean {
    this.idle.set(
      channel,
      setTimeout(() => channel.destroy(), IDLE_MS),
    )
    return true
  }

  override reuseSocket(channel: Duplex, asked: ClientRequest): void {
    clearTimeout(this.idle.get(channel))
    super.reuseSocket(channel, asked)
  }
}

/** What `http` calls on a socket and a channel doesn't have: nothing to do for any of it. */
function asSocket(channel: Duplex): Duplex {
  const nothing = () => channel
  const socket = channel as unknown as Partial<Record<keyof Socket, unknown>>
  for (const name of ['setKeepAlive', 'setNoDelay', 'setTimeout', 'ref', 'unref'] as const)
    socket[name] ??= nothing
  return channel
}

function send(
  agent: Agent,
  port: number,
  path: string,
  options: TunnelRequest,
  mostBytes: number,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body, signal } = options
    const broken = (cause: Error) => {
      if (signal?.aborted) reject(cause)
      else
        reject(
          new HostUnreachableError(
            `${method} ${path.split('?')[0]} through the tunnel to port ${port}: ${cause.message}`,
            { cause },
          ),
        )
    }
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const asked: ClientRequest = request(
      {
        agent,
        host: '127.0.0.1',
        port,
        path,
        method,
        headers: { ...headers, ...length },
        ...(signal ? { signal } : {}),
      },
      (answer) => {
        const chunks: Buffer[] = []
        let length = 0
        answer.on('data', (chunk: Buffer) => {
          length += chunk.length
          chunks.push(chunk)
          if (length > mostBytes) answer.destroy(new Error(`an answer of more than ${mostBytes} bytes`))
        })
        answer.on('error', broken)
        answer.on('end', () => {
          const status = answer.statusCode ?? 500
          const text = NO_BODY.has(status) ? null : Buffer.concat(chunks).toString('utf8')
          resolve(new Response(text, { status, headers: headersOf(answer.headers) }))
        })
      },
    )
    asked.on('error', broken)
    asked.end(body)
  })
}

function headersOf(headers: NodeJS.Dict<string | string[]>): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value ?? '']).map((one): [string, string] => [name, one]),
  )
}

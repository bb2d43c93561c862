// The LLM providers of a lab: one process that speaks the wire formats of OpenAI, Anthropic, OpenRouter and Perplexity on one
// port and Ollama's on another, records every call and does as tests tell it under /_control (client: upstream.ts).
//
//   node test/lab/upstream/server.ts --listen 127.0.0.1:8099 --listen-ollama 127.0.0.1:11434 [--exit-with-stdin]
//
// Prints one line of JSON when it is ready. With --exit-with-stdin it ends when its standard input does: the pipe from the
// process that started it closes even when that one is killed.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { anthropic } from './anthropic.ts'
import { type Call, CallLog } from './calls.ts'
import { ollama } from './ollama.ts'
import { openai } from './openai.ts'
import { openrouter } from './openrouter.ts'
import { perplexity } from './perplexity.ts'
import { type Effect, keyAccepted, parseBehaviour, Rules } from './rules.ts'
import {
  type Answer,
  type Exchange,
  hex,
  isObject,
  type JsonObject,
  type Reply,
  type WireFormat,
} from './wire.ts'

const SLOW_STREAM_SECONDS = 6
const SLOW_STREAM_CHUNKS = 12
const CLOUD_PROVIDERS: readonly WireFormat[] = [openai, anthropic, openrouter, perplexity]
/** Longer than any client keeps an idle connection: a server that hangs up first makes clients see resets that nobody caused. */
const KEEP_ALIVE_MS = 15 * 60_000

type Entry = ReturnType<CallLog['open']>

export interface ServedUpstream {
  /** `address:port` as bound: a port of 0 has become a real one. */
  readonly listen: string
  readonly listenOllama: string
  close(): Promise<void>
}

/** Milliseconds from any start. */
export interface Clock {
  now(): number
  /** Waits for a point in time, so that a stream's chunks don't drift. */
  until(time: number): Promise<void>
}

const CLOCK: Clock = {
  now: () => performance.now(),
  until: async (time) => {
    const wait = time - performance.now()
    if (wait > 1) await sleep(wait)
  },
}

/** Starts both listeners. Addresses are `ADDRESS:PORT`. Rejects when one can't be bound. */
export async function serveUpstream(options: {
  listen: string
  listenOllama: string
  clock?: Clock
}): Promise<ServedUpstream> {
  const upstream = new UpstreamService(options.clock ?? CLOCK)
  const servers: Server[] = []
  const bind = async (address: string, handle: Handler) => {
    const server = httpServer(handle)
    servers.push(server)
    return await listening(server, address)
  }
  const close = async () => {
    await Promise.all(
      servers.map(async (server) => {
        const closed = new Promise((resolve) => server.close(resolve))
        server.closeAllConnections()
        await closed
      }),
    )
  }
  try {
    const listen = await bind(options.listen, (request, response, path) =>
      upstream.cloud(request, response, path),
    )
    const listenOllama = await bind(options.listenOllama, (request, response, path) =>
      upstream.provider(ollama, request, response, path),
    )
    return { listen, listenOllama, close }
  } catch (cause) {
    await close()
    throw cause
  }
}

type Handler = (request: IncomingMessage, response: ServerResponse, path: string) => Promise<void>

function httpServer(handle: Handler): Server {
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/'
    handle(request, response, path).catch((error: unknown) => {
      // A client that has gone is the log's business; anything else is our own bug and must be seen.
      if (!response.destroyed && !request.errored) {
        process.stderr.write(`${error instanceof Error ? error.stack : error}\n`)
        response.destroy()
      }
    })
  })
  server.keepAliveTimeout = KEEP_ALIVE_MS
  server.requestTimeout = 0
  return server
}

function listening(server: Server, address: string): Promise<string> {
  const colon = address.lastIndexOf(':')
  const host = address.slice(0, colon)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port: Number(address.slice(colon + 1)), backlog: 1024 }, () => {
      const bound = server.address() as AddressInfo
      resolve(`${bound.address}:${bound.port}`)
    })
  })
}

class UpstreamService {
  readonly #rules = new Rules()
  readonly #calls = new CallLog()
  /** Never set back, not even by `reset`: an answer's number must not come twice while a gateway may still cache the first. */
  #answers = 0
  #requests = 0
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async cloud(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    if (path.startsWith('/_control/')) return await this.#control(request, response, path)
    const format = CLOUD_PROVIDERS.find(({ prefix }) => path.startsWith(`${prefix}/`))
    if (format !== undefined) return await this.provider(format, request, response, path)
    send(response, { status: 404, body: { error: `no provider at ${path}` } })
  }

  async provider(
    format: WireFormat,
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
  ): Promise<void> {
    const body = await readJson(request)
    const method = request.method ?? 'GET'
    const key = format.key(request.headers)
    const below = path.slice(format.prefix.length)
    const exchange =
      body === undefined ? undefined : format.read({ method, path: below, headers: request.headers, body })
    const model = exchange?.model ?? ''
    const entry = this.#calls.open({
      at: Date.now(),
      provider: format.provider,
      kind: callKind(exchange),
      model,
      path,
      stream: exchange?.kind === 'generate' && exchange.stream,
      key,
    })
    follow(response, entry)

    this.#requests += 1
    const id = hex(this.#requests, 32)
    const refuse = (status: number) => {
      entry.status = status
      send(response, format.error(status, { model, key, path, method, id }))
    }
    // A lookup must not use up a rule that was meant for a call to a model.
    const effect = this.#rules.effect({ provider: format.provider, model }, exchange?.kind !== 'lookup')
    if (!keyAccepted(key, format.keyless, effect)) return refuse(401)
    if (body === undefined) return refuse(400)
    if (exchange === undefined) return refuse(404)
    if (exchange.kind === 'lookup' || exchange.kind === 'refused') {
      entry.status = exchange.answer.status
      return send(response, exchange.answer)
    }
    const began = this.#clock.now()
    if (effect.delayMs !== undefined) await this.#clock.until(began + effect.delayMs)
    if (response.destroyed) return
    if (effect.cutAfterChunks === 0) return void response.destroy()
    if (effect.status !== undefined && effect.status >= 300) return refuse(effect.status)
    await this.#generate(format, exchange, effect, response, entry, began)
  }

  async #generate(
    format: WireFormat,
    exchange: Extract<Exchange, { kind: 'generate' | 'embed' }>,
    effect: Effect,
    response: ServerResponse,
    entry: Entry,
    began: number,
  ): Promise<void> {
    this.#answers += 1
    const seconds = effect.streamSeconds ?? (isSlow(exchange.model) ? SLOW_STREAM_SECONDS : 0)
    const reply = composed(format, exchange, effect, this.#answers, seconds > 0, this.#clock.now() - began)
    entry.status = 200
    if (exchange.kind === 'embed' || !exchange.stream) return send(response, exchange.whole(reply))

    const frames = exchange.frames(reply)
    response.writeHead(200, {
      'content-type': frames.contentType,
      'cache-control': 'no-cache',
      ...frames.headers,
    })
    response.flushHeaders()
    if (frames.head !== '') response.write(frames.head)
    const started = this.#clock.now()
    for (const [index, text] of reply.chunks.entries()) {
      await this.#clock.until(started + (seconds * 1000 * index) / reply.chunks.length)
      if (response.destroyed || effect.cutAfterChunks === index) return void response.destroy()
      response.write(frames.chunk(text, index))
    }
    await this.#clock.until(started + seconds * 1000)
    if (!response.destroyed) response.end(frames.tail(this.#clock.now() - began))
  }

  async #control(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const body = (await readJson(request)) ?? {}
    const done = (answer: Answer['body']) => send(response, { status: 200, body: answer })
    switch (`${request.method} ${path}`) {
      // A POST, so that the filter travels as JSON with its types.
      case 'POST /_control/calls':
        return done(this.#calls.find(body).map((call) => ({ ...call })))
      case 'POST /_control/count':
        return done({ count: this.#calls.find(body).length })
      case 'GET /_control/calls':
        return done(this.#calls.find().map((call) => ({ ...call })))
      case 'POST /_control/reset':
        this.#rules.clear()
        this.#calls.clear()
        return done({})
      case 'POST /_control/behave':
        try {
          this.#rules.add(parseBehaviour(body))
          return done({})
        } catch (error) {
          return send(response, {
            status: 400,
            body: { error: error instanceof Error ? error.message : String(error) },
          })
        }
      default:
        return send(response, { status: 404, body: { error: `no control at ${request.method} ${path}` } })
    }
  }
}

function callKind(exchange: Exchange | undefined): Call['kind'] {
  if (exchange === undefined) return 'unknown'
  return exchange.kind === 'refused' ? 'generate' : exchange.kind
}

function isSlow(model: string): boolean {
  return /(^|\/)slow-stream(:|$)/.test(model)
}

/** Completes the record when the connection is through with the answer, however it ended. */
function follow(response: ServerResponse, entry: Entry): void {
  response.once('close', () => {
    entry.ended = response.writableFinished ? 'complete' : 'aborted'
  })
}

function composed(
  format: WireFormat,
  exchange: Extract<Exchange, { kind: 'generate' | 'embed' }>,
  effect: Effect,
  number: number,
  slow: boolean,
  elapsedMs: number,
): Reply {
  const text = (
    effect.reply ?? `Answer {n} from ${format.provider} ${exchange.model}: one two three four five six seven`
  ).replaceAll('{n}', String(number))
  const words = text.match(/\s*\S+\s*$|\s*\S+/g) ?? [text]
  const chunks = slow ? grouped(words, SLOW_STREAM_CHUNKS) : words
  const usage = effect.usage ?? {
    inputTokens: Math.max(1, Math.ceil(exchange.prompt.length / 4)),
    outputTokens: words.length,
  }
  return { number, text, chunks, usage, created: Math.floor(Date.now() / 1000), elapsedMs }
}

/** The same words in at most `size` pieces of about the same length. */
function grouped(words: readonly string[], size: number): readonly string[] {
  const pieces = Math.min(size, words.length)
  return Array.from({ length: pieces }, (_, index) =>
    words
      .slice(Math.floor((index * words.length) / pieces), Math.floor(((index + 1) * words.length) / pieces))
      .join(''),
  )
}

/** The request's JSON object; `{}` without a body, `undefined` when it isn't one. */
async function readJson(request: IncomingMessage): Promise<JsonObject | undefined> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const text = Buffer.concat(parts).toString('utf8')
  if (text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function send(response: ServerResponse, { status, headers = {}, body }: Answer): void {
  const plain = typeof body === 'string'
  const text = plain ? body : JSON.stringify(body)
  response.writeHead(status, {
    'content-type': plain ? 'text/plain; charset=utf-8' : 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  })
  response.end(text)
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      listen: { type: 'string', default: '127.0.0.1:8099' },
      'listen-ollama': { type: 'string', default: '127.0.0.1:11434' },
      'exit-with-stdin': { type: 'boolean', default: false },
    },
  })
  const served = await serveUpstream({ listen: values.listen, listenOllama: values['listen-ollama'] })
  const end = () => process.exit(0)
  process.once('SIGTERM', end).once('SIGINT', end)
  if (values['exit-with-stdin']) process.stdin.once('end', end).once('close', end).resume()
  const { listen, listenOllama } = served
  process.stdout.write(`${JSON.stringify({ ready: true, pid: process.pid, listen, listenOllama })}\n`)
}

if (import.meta.main) await main()

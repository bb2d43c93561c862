// The process behind startLoad (load.ts): clients that each keep one connection alive, as an OpenAI client does, and send one
// request after the other. Nothing is tried again: a retry would hide the failure that the test is looking for.
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type LoadFailure, type LoadJob, type LoadShape, Tally } from './report.ts'

type FromTest = { readonly kind: 'start'; readonly job: LoadJob } | { readonly kind: 'stop' | 'progress' }

interface Outcome {
  readonly bytes: number
  readonly failure?: LoadFailure | undefined
}

const tally = new Tally()
const stopping = new AbortController()
let begun = 0

process.on('message', (message: FromTest) => {
  if (message.kind === 'start') run(message.job)
  if (message.kind === 'stop') stopping.abort()
  if (message.kind === 'progress') process.send?.({ kind: 'progress', report: tally.report() })
})
// The test is gone, however it went.
process.once('disconnect', () => process.exit(0))

async function run(job: LoadJob): Promise<void> {
  const clients = Array.from({ length: job.clients }, (_, index) => {
    const streams = job.stream !== undefined && (job.plain === undefined || index % 2 === 1)
    const shape = streams ? job.stream : job.plain
    return shape === undefined ? undefined : client(job, shape, streams, index)
  })
  process.send?.({ kind: 'ready' })
  await Promise.all(clients)
  process.send?.({ kind: 'report', report: tally.report() }, () => process.exit(0))
}

async function client(job: LoadJob, shape: LoadShape, stream: boolean, index: number): Promise<void> {
  const call = caller(job)
  while (!stopping.signal.aborted && begun < (job.targetRequests ?? Number.POSITIVE_INFINITY)) {
    begun += 1
    const content = shape.repeat ?? `Load ${process.pid}-${Date.now()}-${index}-${begun}: answer this one.`
    const body = { model: shape.model, messages: [{ role: 'user', content }], stream, ...shape.body }
    const start = performance.now()
    const { bytes, failure } = await call(JSON.stringify(body), stream)
    tally.add({ stream, ms: performance.now() - start, bytes, failure })
    // A gateway that refuses everything at once must not be hammered in a busy loop.
    if (failure !== undefined || shape.pauseMs !== undefined) await pause(shape.pauseMs ?? 0)
  }
}

/** At least 20 ms; cut short when the load is to end. */
async function pause(ms: number): Promise<void> {
  await sleep(Math.max(ms, 20), undefined, { signal: stopping.signal }).catch(() => {})
}

/** One client: a function that sends a request over its own kept connection and judges the answer. */
function caller(job: LoadJob): (body: string, stream: boolean) => Promise<Outcome> {
  const url = new URL(`${job.url.replace(/\/$/, '')}/v1/chat/completions`)
  const secure = url.protocol === 'https:'
  const { address } = job
  const lookup: LookupFunction | undefined =
    address === undefined
      ? undefined
      : (_name, options, done) =>
          options.all === true ? done(null, [{ address, family: 4 }]) : done(null, address, 4)
  const kept = { keepAlive: true, maxSockets: 1, ...(lookup === undefined ? {} : { lookup }) }
  const agent = secure
    ? new HttpsAgent({ ...kept, ...(job.ca === undefined ? {} : { ca: job.ca }) })
    : new HttpAgent(kept)
  const request = secure ? httpsRequest : httpRequest
  const timeoutMs = job.timeoutMs ?? 60_000

  return (body, stream) =>
    new Promise((resolve) => {
      let bytes = 0
      let status = 0
      let settled = false
      const end = (kind?: LoadFailure['kind'] | undefined, detail = '') => {
        if (settled) return
        settled = true
        if (kind === undefined) return resolve({ bytes })
        const hidden = detail.replaceAll(job.key, '***').slice(0, 400)
        resolve({ bytes, failure: { at: Date.now(), kind, status, detail: hidden } })
      }
      const sent = request(url, {
        agent,
        method: 'POST',
        timeout: timeoutMs,
        headers: {
          authorization: `Bearer ${job.key}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          accept: stream ? 'text/event-stream' : 'application/json',
        },
      })
      sent.on('timeout', () => {
        end('timeout', `nothing for ${timeoutMs} ms`)
        sent.destroy()
      })
      sent.on('error', (error: NodeJS.ErrnoException) =>
        end('connection', `${error.code ?? ''} ${error.message}`.trim()),
      )
      sent.on('response', (response: IncomingMessage) => {
        status = response.statusCode ?? 0
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => {
          bytes += part.length
          parts.push(part)
        })
        response.on('error', (error: Error) =>
          end('connection', `cut after ${bytes} bytes: ${error.message}`),
        )
        response.on('end', () => {
          const flaw = verdict(status, Buffer.concat(parts).toString(), stream)
          end(flaw?.kind, flaw?.detail)
        })
      })
      sent.end(body)
    })
}

/** Nothing when the answer is whole, else why it isn't. */
function verdict(
  status: number,
  text: string,
  stream: boolean,
): Pick<LoadFailure, 'kind' | 'detail'> | undefined {
  if (status !== 200) return { kind: 'status', detail: text }
  if (!stream) return readsAsJson(text) ? undefined : { kind: 'body', detail: text }
  const events = text.split(/\r?\n\r?\n/).map((event) => event.trim())
  const refusal = events.find((event) => /^(event: error|data: \{"error")/.test(event))
  if (refusal !== undefined) return { kind: 'body', detail: refusal }
  // Anywhere but at the end it would be part of what a model said.
  const last = events.findLast((event) => event !== '')
  return last === 'data: [DONE]'
    ? undefined
    : { kind: 'unfinished', detail: `ended with: ${text.slice(-300)}` }
}

function readsAsJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

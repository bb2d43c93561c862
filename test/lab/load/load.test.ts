import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type ServedUpstream, serveUpstream } from '../upstream/server.ts'
import { connectUpstream, type Upstream } from '../upstream/upstream.ts'
import { startLoad } from './load.ts'
import { percentile } from './report.ts'

let served: ServedUpstream
let upstream: Upstream
let url: string

beforeAll(async () => {
  served = await serveUpstream({ listen: '127.0.0.1:0', listenOllama: '127.0.0.1:0' })
  upstream = connectUpstream(`http://${served.listen}`)
  url = `http://${served.listen}/openai`
})
afterAll(async () => await served.close())
beforeEach(async () => await upstream.reset())

// Each test forks a process; a busy machine takes its time with that.
vi.setConfig({ testTimeout: 20_000 })

const key = 'sk-load-test-key'
const plain = { model: 'gpt-4' }
const stream = { model: 'streamed' }

describe('against a provider that serves', () => {
  test('half plain, half streams; nothing fails; the report adds up with what arrived', async () => {
    await upstream.behave({ model: 'streamed', streamSeconds: 0.3 })
    const load = await startLoad({ url, key, clients: 8, plain, stream })
    await expect
      .poll(async () => (await load.progress()).streams, { timeout: 15_000 })
      .toBeGreaterThanOrEqual(8)
    const report = await load.stop()
    expect(report).toMatchObject({ failed: 0, failures: [] })
    expect(report.requests).toBe(await upstream.count({ status: 200, ended: 'complete', key }))
    expect(report.streams).toBe(await upstream.count({ stream: true }))
    expect(report.p50Ms).toBeGreaterThan(0)
    expect(report.p99Ms).toBeGreaterThanOrEqual(report.p50Ms)
    expect(report.bytes).toBeGreaterThan(1000)
    expect(await load.stop()).toEqual(report)
  })

  test('ends by itself at its target', async () => {
    const load = await startLoad({ url, key, clients: 4, plain, targetRequests: 50 })
    expect(await load.finished).toMatchObject({ requests: 50, failed: 0, streams: 0 })
    expect(await upstream.count()).toBe(50)
  })
})

describe.concurrent('every way to fail is seen', () => {
  async function failuresOf(listener: RequestListener, shape: 'plain' | 'stream', timeoutMs = 5000) {
    const server = createServer(listener)
    try {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const broken = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      const load = await startLoad({
        url: broken,
        key,
        clients: 1,
        [shape]: plain,
        targetRequests: 1,
        timeoutMs,
      })
      const report = await load.finished
      expect(report).toMatchObject({ requests: 1, failed: 1 })
      return report.failures[0]!
    } finally {
      server.closeAllConnections()
      server.close()
    }
  }
  const answering =
    (status: number, body: string, type = 'application/json'): RequestListener =>
    (_request, response) =>
      void response.writeHead(status, { 'content-type': type }).end(body)

  test('a status other than 200, without the key in the detail', async () => {
    const failure = await failuresOf(answering(401, `{"error":"bad key ${key}"}`), 'plain')
    expect(failure).toMatchObject({ kind: 'status', status: 401, detail: '{"error":"bad key ***"}' })
  })

  test('a body that is no JSON', async () => {
    expect(await failuresOf(answering(200, '<html>'), 'plain')).toMatchObject({ kind: 'body', status: 200 })
  })

  test('a stream without [DONE], also when a model said those words', async () => {
    const said = 'data: {"choices":[{"delta":{"content":"data: [DONE]"}}]}\n\n'
    expect(await failuresOf(answering(200, said), 'stream')).toMatchObject({ kind: 'unfinished' })
  })

  test('an error within a stream', async () => {
    const text = 'data: {"error":{"message":"gone"}}\n\ndata: [DONE]\n\n'
    expect(await failuresOf(answering(200, text), 'stream')).toMatchObject({ kind: 'body' })
  })

  test('a connection that is reset before the answer, and one cut within', async () => {
    expect(await failuresOf((request) => request.socket.destroy(), 'plain')).toMatchObject({
      kind: 'connection',
      status: 0,
    })
    const cut: RequestListener = (request, response) => {
      response.writeHead(200).write('data: {}\n\n')
      setTimeout(() => request.socket.destroy(), 20)
    }
    expect(await failuresOf(cut, 'stream')).toMatchObject({ kind: 'connection', status: 200 })
  })

  test('no answer at all', async () => {
    expect(await failuresOf(() => {}, 'plain', 100)).toMatchObject({ kind: 'timeout', status: 0 })
  })

  test('nobody listening', async () => {
    const load = await startLoad({ url: 'http://127.0.0.1:9', key, clients: 2, plain, targetRequests: 2 })
    expect((await load.finished).failures).toMatchObject([{ kind: 'connection' }, { kind: 'connection' }])
  })
})

test('messages differ by default and repeat when told to', async () => {
  const bodies: string[] = []
  const server = createServer(async (request, response) => {
    for await (const part of request) bodies.push(String(part))
    response.end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const options = { url: target, key, clients: 3, targetRequests: 12 }
  await (await startLoad({ ...options, plain })).finished
  expect(new Set(bodies).size).toBe(12)
  bodies.length = 0
  await (await startLoad({ ...options, plain: { ...plain, repeat: 'same', body: { temperature: 0 } } }))
    .finished
  expect(bodies).toHaveLength(12)
  expect(new Set(bodies).size).toBe(1)
  expect(JSON.parse(bodies[0]!)).toMatchObject({
    messages: [{ role: 'user', content: 'same' }],
    temperature: 0,
  })
  server.close()
})

test('percentiles', () => {
  expect(percentile([], 0.5)).toBe(0)
  expect(percentile([1, 2, 3, 4], 0.5)).toBe(2)
  expect(percentile([1, 2, 3, 4], 0.99)).toBe(4)
})

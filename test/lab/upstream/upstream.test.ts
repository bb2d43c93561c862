import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Asking, bearer, post, startAsking } from './asking.ts'
import { connectUpstream, type Upstream } from './upstream.ts'
import { PROVIDERS } from './wire.ts'

let asking: Asking
let ask: Asking['ask']
let base: string
let ollamaBase: string
let upstream: Upstream

beforeAll(async () => {
  asking = await startAsking()
  ;({ ask, base, ollamaBase, upstream } = asking)
})
afterAll(async () => await asking.close())
beforeEach(async () => await upstream.reset())

describe('keys', () => {
  test.each(PROVIDERS.filter((provider) => provider !== 'ollama'))(
    '%s refuses a call without one',
    async (provider) => {
      const response = await ask[provider]({}, { 'anthropic-version': '2023-06-01' })
      expect(response.status).toBe(401)
      expect(await upstream.calls()).toMatchObject([{ provider, key: '', status: 401, ended: 'complete' }])
    },
  )

  test.each(PROVIDERS)('%s: one key required, another refused', async (provider) => {
    const withKey = (key: string) => ({ authorization: `Bearer ${key}`, 'anthropic-version': '2023-06-01' })
    await upstream.behave({ provider, requireKey: ['key-new', 'key-old'] })
    expect((await ask[provider]({}, withKey('key-old'))).status).toBe(200)
    expect((await ask[provider]({}, withKey('key-other'))).status).toBe(401)
    await upstream.behave({ provider, requireKey: 'key-new' })
    expect((await ask[provider]({}, withKey('key-old'))).status).toBe(401)
    await upstream.reset()
    await upstream.behave({ provider, refuseKey: 'key-old' })
    expect((await ask[provider]({}, withKey('key-old'))).status).toBe(401)
    expect((await ask[provider]({}, withKey('key-any'))).status).toBe(200)
  })
})

describe('rules', () => {
  test('fields come from the newest rule that sets them; a used-up rule is gone', async () => {
    await upstream.behave({ reply: 'old {n}' })
    await upstream.behave({ provider: 'openai', reply: 'new', times: 1 })
    await upstream.behave({ model: 'gpt-4', usage: { inputTokens: 7, outputTokens: 8 } })
    const said = async () => {
      const { choices, usage } = (await (await ask.openai()).json()) as {
        choices: { message: { content: string } }[]
        usage: { total_tokens: number }
      }
      return [choices[0]?.message.content, usage.total_tokens]
    }
    expect(await said()).toEqual(['new', 15])
    expect(await said()).toEqual([expect.stringMatching(/^old \d+$/), 15])
  })

  test('delay', async () => {
    await upstream.behave({ delayMs: 200 })
    const began = performance.now()
    await (await ask.openai()).json()
    expect(performance.now() - began).toBeGreaterThan(195)
  })

  test.each([
    { replay: 'x' },
    { status: 'bad' },
    { provider: 'mistral', status: 500 },
    { model: 'm' },
    { status: 500, times: 0 },
  ])('a wrong rule is refused: %o', async (rule) => {
    await expect(upstream.behave(rule as object)).rejects.toThrow('refused behave')
  })
})

describe('the record of calls', () => {
  test('filters; leaves lookups out unless asked', async () => {
    await ask.openai()
    await ask.anthropic({ model: 'claude-x' })
    expect((await fetch(`${ollamaBase}/api/version`)).status).toBe(200)
    expect((await fetch(`${ollamaBase}/api/tags`)).status).toBe(200)
    await post(`${ollamaBase}/api/show`, { name: 'llama2' })
    expect((await fetch(`${base}/openai/v1/models`, { headers: bearer })).status).toBe(200)
    expect(await upstream.count()).toBe(2)
    expect(await upstream.count({ kind: 'lookup' })).toBe(4)
    expect(await upstream.calls({ provider: 'anthropic' })).toMatchObject([
      { model: 'claude-x', path: '/anthropic/v1/messages', stream: false, key: 'sk-ant-lab', status: 200 },
    ])
    expect(await upstream.count({ model: 'gpt-4', status: 200 })).toBe(1)
    expect(await upstream.count({ since: Date.now() + 1000 })).toBe(0)
  })

  test('a lookup does not use up a rule', async () => {
    await upstream.behave({ provider: 'ollama', status: 500, times: 1 })
    expect((await post(`${ollamaBase}/api/show`, { model: 'llama2' }, {})).status).toBe(200)
    expect((await ask.ollama()).status).toBe(500)
  })
})

test('as a process: one line when ready, gone when its standard input closes', async () => {
  const entry = fileURLToPath(new URL('./server.ts', import.meta.url))
  const args = [entry, '--listen', '127.0.0.1:0', '--listen-ollama', '127.0.0.1:0', '--exit-with-stdin']
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const ready = JSON.parse(line) as { ready: boolean; listen: string }
  expect(ready).toMatchObject({ ready: true, pid: child.pid })
  expect(await connectUpstream(`http://${ready.listen}`).count()).toBe(0)
  child.stdin.end()
  expect(await once(child, 'exit')).toEqual([0, null])
})

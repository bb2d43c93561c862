import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Asking, bearer, messages, post, startAsking } from './asking.ts'
import type { Upstream } from './upstream.ts'

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

interface Doc {
  readonly [name: string]: unknown
}

function events(text: string): Doc[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice('data: '.length)) as Doc)
}

describe('plain answers', () => {
  test('OpenAI', async () => {
    const response = await ask.openai()
    expect(response.headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{32}$/)
    expect(await response.json()).toMatchObject({
      id: expect.stringMatching(/^chatcmpl-\w{29}$/),
      object: 'chat.completion',
      created: expect.any(Number),
      model: 'gpt-4',
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: expect.stringMatching(/^Answer \d+ from openai gpt-4:/),
            refusal: null,
          },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: {
        prompt_tokens: 3,
        completion_tokens: 12,
        total_tokens: 15,
        prompt_tokens_details: { cached_tokens: 0 },
      },
    })
  })

  test('Anthropic', async () => {
    expect(await (await ask.anthropic()).json()).toMatchObject({
      id: expect.stringMatching(/^msg_01/),
      type: 'message',
      role: 'assistant',
      model: 'claude-3',
      content: [{ type: 'text', text: expect.stringMatching(/^Answer \d+ from anthropic/) }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: expect.any(Number), output_tokens: 12, cache_read_input_tokens: 0 },
    })
  })

  test('OpenRouter says who served and what it cost', async () => {
    await upstream.behave({ usage: { inputTokens: 1000, outputTokens: 100 } })
    expect(await (await ask.openrouter()).json()).toMatchObject({
      id: expect.stringMatching(/^gen-\d+-/),
      provider: 'Lab',
      choices: [{ finish_reason: 'stop', native_finish_reason: 'stop', message: { role: 'assistant' } }],
      usage: { total_tokens: 1100, cost: expect.closeTo(0.0045, 6) },
    })
  })

  test('Perplexity cites', async () => {
    expect(await (await ask.perplexity()).json()).toMatchObject({
      object: 'chat.completion',
      citations: ['https://www.example.com/', 'https://www.example.org/'],
      search_results: [{ title: 'Example Domain', url: 'https://www.example.com/' }, {}],
      usage: { search_context_size: 'low', cost: { request_cost: 0.005 } },
    })
  })

  test('Ollama chat and generate', async () => {
    const metrics = { done: true, done_reason: 'stop', eval_count: 12, total_duration: expect.any(Number) }
    expect(await (await ask.ollama()).json()).toMatchObject({
      model: 'llama2',
      created_at: expect.stringMatching(/Z$/),
      message: { role: 'assistant', content: expect.stringMatching(/^Answer \d+ from ollama/) },
      ...metrics,
    })
    const generated = await post(
      `${ollamaBase}/api/generate`,
      { model: 'llama2', prompt: 'hi', stream: false },
      {},
    )
    expect(await generated.json()).toMatchObject({ response: expect.stringMatching(/^Answer/), ...metrics })
  })

  test('every answer has its own number, also after a reset', async () => {
    const text = async () => JSON.stringify(await (await ask.openai()).json())
    const first = await text()
    await upstream.reset()
    const numbers = [first, await text()].map((answer) => Number(/Answer (\d+)/.exec(answer)?.[1]))
    expect(numbers[1]).toBeGreaterThan(numbers[0]!)
  })
})

describe('embeddings', () => {
  const embed = async (body: object) =>
    (await (
      await post(`${base}/openai/v1/embeddings`, { model: 'text-embedding-3-small', ...body })
    ).json()) as {
      data: { embedding: number[] | string; index: number }[]
    }

  test('as floats and as base64 they are the same unit vectors', async () => {
    const { data } = await embed({ input: ['one', 'two'], dimensions: 8 })
    expect(data.map(({ index }) => index)).toEqual([0, 1])
    const floats = data[0]!.embedding as number[]
    expect(Math.hypot(...floats)).toBeCloseTo(1, 6)
    const encoded = (await embed({ input: 'one', dimensions: 8, encoding_format: 'base64' })).data[0]!
      .embedding
    const bytes = Buffer.from(encoded as string, 'base64')
    for (const [index, value] of floats.entries()) expect(bytes.readFloatLE(index * 4)).toBeCloseTo(value, 6)
  })

  test('Ollama', async () => {
    const response = await post(
      `${ollamaBase}/api/embed`,
      { model: 'nomic-embed-text', input: ['a', 'b'] },
      {},
    )
    expect(await response.json()).toMatchObject({ embeddings: [expect.any(Array), expect.any(Array)] })
  })
})

describe('streams', () => {
  test('OpenAI: role, words, finish, usage when asked, [DONE]', async () => {
    const response = await ask.openai({ stream: true, stream_options: { include_usage: true } })
    expect(response.headers.get('content-type')).toMatch('text/event-stream')
    const text = await response.text()
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
    const chunks = events(text)
    expect(chunks[0]).toMatchObject({
      object: 'chat.completion.chunk',
      choices: [{ delta: { role: 'assistant', content: '' }, finish_reason: null }],
      usage: null,
    })
    expect(chunks.at(-2)).toMatchObject({ choices: [{ delta: {}, finish_reason: 'stop' }] })
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 12 } })
    expect(chunks).toHaveLength(1 + 12 + 2)
    expect(await (await ask.openai({ stream: true })).text()).not.toContain('"usage"')
  })

  test('Anthropic: the named events in order', async () => {
    const text = await (await ask.anthropic({ stream: true })).text()
    const names = [...text.matchAll(/^event: (.*)$/gm)].map((match) => match[1])
    expect(names.filter((name, index) => name !== names[index - 1])).toEqual([
      'message_start',
      'content_block_start',
      'ping',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ])
    expect(events(text).find(({ type }) => type === 'message_delta')).toMatchObject({
      delta: { stop_reason: 'end_turn' },
      usage: { output_tokens: 12 },
    })
  })

  test('OpenRouter: a comment first, the cost last', async () => {
    const text = await (await ask.openrouter({ stream: true })).text()
    expect(text.startsWith(': OPENROUTER PROCESSING\n\n')).toBe(true)
    expect(events(text).at(-1)).toMatchObject({ usage: { cost: expect.any(Number) } })
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
  })

  test('Perplexity: every frame repeats what was said and cites', async () => {
    const chunks = events(await (await ask.perplexity({ stream: true })).text())
    expect(chunks[1]).toMatchObject({
      citations: expect.any(Array),
      choices: [
        {
          message: { content: expect.stringMatching(/^Answer \d+$/) },
          delta: { content: expect.stringMatching(/^ \d+$/) },
        },
      ],
    })
    expect(chunks.at(-1)).toMatchObject({ choices: [{ finish_reason: 'stop' }] })
  })

  test('Ollama: lines of JSON, on by default', async () => {
    const response = await ask.ollama({ stream: undefined })
    expect(response.headers.get('content-type')).toBe('application/x-ndjson')
    const lines = (await response.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Doc)
    expect(lines[0]).toMatchObject({ message: { role: 'assistant', content: 'Answer' }, done: false })
    expect(lines.at(-1)).toMatchObject({ done: true, done_reason: 'stop', eval_count: 12 })
  })

  /** An upstream whose time passes at once up to the moment `end`, and then stops; and the moments it waited for. */
  async function atOnce(end: number): Promise<Asking & { readonly moments: readonly number[] }> {
    const moments: number[] = []
    let now = 0
    const asking = await startAsking({
      now: () => now,
      until: async (time) => {
        moments.push(Math.round(time))
        if (time > end) await new Promise(() => {})
        now = time
      },
    })
    return { ...asking, moments }
  }

  test('a rule spreads twelve chunks evenly over its time', async () => {
    const { ask, upstream, moments, close } = await atOnce(600)
    await upstream.behave({ streamSeconds: 0.6 })
    const text = await (await ask.openai({ stream: true })).text()
    expect(text.match(/"delta":\{"content":/g)).toHaveLength(12)
    expect(moments).toEqual([0, 50, 100, 150, 200, 250, 300, 350, 400, 450, 500, 550, 600])
    await close()
  })

  test('the model slow-stream takes six seconds without a rule', async () => {
    const { base, upstream, moments, close } = await atOnce(500)
    const abort = new AbortController()
    const response = await fetch(`${base}/openai/v1/chat/completions`, {
      method: 'POST',
      headers: bearer,
      body: JSON.stringify({ model: 'slow-stream', messages, stream: true }),
      signal: abort.signal,
    })
    const reader = response.body!.getReader()
    let seen = ''
    while (!seen.includes('"content":" ')) seen += Buffer.from((await reader.read()).value!).toString()
    await expect.poll(() => moments).toEqual([0, 500, 1000])
    expect(await upstream.calls({ model: 'slow-stream' })).toMatchObject([
      { stream: true, status: 200, ended: 'open' },
    ])
    abort.abort()
    await expect.poll(async () => (await upstream.calls({ model: 'slow-stream' }))[0]?.ended).toBe('aborted')
    await close()
  })
})

describe('errors in each provider’s own form', () => {
  test.each([
    ['openai', 401, { error: { type: 'invalid_request_error', code: 'invalid_api_key', param: null } }],
    ['openai', 404, { error: { code: 'model_not_found' } }],
    ['openai', 429, { error: { type: 'requests', code: 'rate_limit_exceeded' } }],
    ['openai', 500, { error: { type: 'server_error' } }],
    ['anthropic', 401, { type: 'error', error: { type: 'authentication_error' } }],
    ['anthropic', 404, { type: 'error', error: { type: 'not_found_error', message: 'model: claude-3' } }],
    ['anthropic', 429, { type: 'error', error: { type: 'rate_limit_error' } }],
    ['anthropic', 500, { type: 'error', error: { type: 'api_error' } }],
    ['anthropic', 529, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }],
    ['openrouter', 401, { error: { code: 401 } }],
    ['openrouter', 429, { error: { code: 429, metadata: { provider_name: 'Lab' } } }],
    ['openrouter', 500, { error: { code: 500 } }],
    ['perplexity', 401, { error: { type: 'invalid_api_key', code: 401 } }],
    ['perplexity', 429, { error: { code: 429 } }],
    ['ollama', 404, { error: "model 'llama2' not found" }],
    ['ollama', 503, { error: expect.stringContaining('server busy') }],
  ] as const)('%s %i', async (provider, status, body) => {
    await upstream.behave({ provider, status, times: 1 })
    const response = await ask[provider]()
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject(body)
    if (status === 429) expect(response.headers.get('retry-after')).toBe('2')
    expect((await ask[provider]()).status).toBe(200)
  })

  test('what is missing in a request is a 400, an unknown endpoint a 404', async () => {
    expect((await ask.openai({ messages: [] })).status).toBe(400)
    expect((await ask.anthropic({ max_tokens: undefined })).status).toBe(400)
    expect((await ask.anthropic({}, { 'x-api-key': 'k' })).status).toBe(400)
    expect((await post(`${base}/openai/v1/nothing`, {})).status).toBe(404)
    const broken = await fetch(`${base}/openai/v1/chat/completions`, {
      method: 'POST',
      headers: bearer,
      body: '{',
    })
    expect(broken.status).toBe(400)
    expect(await upstream.count({ kind: 'unknown' })).toBe(2)
  })

  test('a connection can be cut before and within an answer', async () => {
    await upstream.behave({ cutAfterChunks: 0, times: 1 })
    await expect(ask.openai()).rejects.toThrow('fetch failed')
    await upstream.behave({ cutAfterChunks: 3, times: 1 })
    const response = await ask.openai({ stream: true })
    await expect(response.text()).rejects.toThrow('terminated')
    expect((await upstream.calls()).map(({ ended }) => ended)).toEqual(['aborted', 'aborted'])
  })
})

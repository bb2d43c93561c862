// Perplexity's wire format: chat completions in OpenAI's shape with citations, search results and a cost in `usage`.
// Shapes: https://docs.perplexity.ai/api-reference/chat-completions-post and …/guides/streaming
import {
  type Answer,
  bearer,
  type ErrorContext,
  type Exchange,
  type Frames,
  hex,
  type Json,
  promptOf,
  type Reply,
  sse,
  stringOf,
  type WireFormat,
  type WireRequest,
} from './wire.ts'

const REQUEST_COST = 0.005
const COST_PER_TOKEN = 0.000_001

const SEARCH_RESULTS = [
  {
    title: 'Example Domain',
    url: 'https://www.example.com/',
    date: '2026-01-15',
    last_updated: '2026-06-01',
    snippet: 'An example.',
  },
  {
    title: 'Example Organisation',
    url: 'https://www.example.org/',
    date: null,
    last_updated: null,
    snippet: 'Another example.',
  },
]
const CITATIONS = SEARCH_RESULTS.map((result) => result.url)

export const perplexity: WireFormat = {
  provider: 'perplexity',
  prefix: '/perplexity',
  keyless: false,
  key: bearer,
  read,
  error,
}

function read({ method, path, body }: WireRequest): Exchange | undefined {
  if (method !== 'POST' || path !== '/chat/completions') return undefined
  const model = stringOf(body.model)
  const prompt = promptOf(body.messages)
  if (model === '') return refused(model, 'model: Field required')
  if (prompt === undefined) return refused(model, 'messages: at least one message is required')
  return {
    kind: 'generate',
    model,
    stream: body.stream === true,
    prompt,
    whole: (reply) => ({
      status: 200,
      body: completion(model, reply, { content: reply.text, delta: '', end: true }),
    }),
    frames: (reply) => chatFrames(model, reply),
  }
}

interface Progress {
  /** Everything said so far: Perplexity repeats it in every frame's `message`. */
  readonly content: string
  readonly delta: string
  readonly end: boolean
}

function completion(
  model: string,
  reply: Reply,
  { content, delta, end }: Progress,
  object = 'chat.completion',
): Json {
  return {
    id: `00000000-0000-4000-8000-${hex(reply.number, 12)}`,
    model,
    created: reply.created,
    usage: usage(reply),
    citations: CITATIONS,
    search_results: SEARCH_RESULTS,
    object,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content },
        delta: { role: 'assistant', content: delta },
        finish_reason: end ? 'stop' : null,
      },
    ],
  }
}

function usage(reply: Reply): Json {
  const { inputTokens, outputTokens } = reply.usage
  const inputCost = inputTokens * COST_PER_TOKEN
  const outputCost = outputTokens * COST_PER_TOKEN
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    search_context_size: 'low',
    cost: {
      input_tokens_cost: inputCost,
      output_tokens_cost: outputCost,
      request_cost: REQUEST_COST,
      total_cost: inputCost + outputCost + REQUEST_COST,
    },
  }
}

function chatFrames(model: string, reply: Reply): Frames {
  const said = (chunks: number) => reply.chunks.slice(0, chunks).join('')
  const frame = (progress: Progress) => sse(completion(model, reply, progress, 'chat.completion.chunk'))
  return {
    contentType: 'text/event-stream; charset=utf-8',
    head: '',
    chunk: (delta, index) => frame({ content: said(index + 1), delta, end: false }),
    tail: () => `${frame({ content: reply.text, delta: '', end: true })}data: [DONE]\n\n`,
  }
}

function errorBody(status: number, type: string, message: string): Json {
  return { error: { message, type, code: status } }
}

function refused(model: string, text: string): Exchange {
  return { kind: 'refused', model, answer: { status: 400, body: errorBody(400, 'bad_request', text) } }
}

function error(status: number, { model, path }: ErrorContext): Answer {
  switch (status) {
    case 401:
      return { status, body: errorBody(status, 'invalid_api_key', 'Invalid API key provided.') }
    case 404:
      // An unknown model is a bad request with Perplexity; only an unknown path is "not found".
      return model === ''
        ? { status, body: { detail: `Not Found: ${path}` } }
        : { status: 400, body: errorBody(400, 'invalid_model', `Invalid model '${model}'.`) }
    case 429:
      return {
        status,
        headers: { 'retry-after': '2' },
        body: errorBody(
          status,
          'requests_rate_limit_exceeded',
          'Request rate limit exceeded, please try again later.',
        ),
      }
    default:
      return {
        status,
        body:
          status < 500
            ? errorBody(status, 'bad_request', 'Bad Request')
            : errorBody(status, 'internal_server_error', 'Internal Server Error'),
      }
  }
}

// OpenAI's wire format: chat completions, embeddings, models.
// Shapes: https://platform.openai.com/docs/api-reference/chat and https://platform.openai.com/docs/guides/error-codes
import { createHash, randomBytes } from 'node:crypto'
import {
  type Answer,
  bearer,
  type ErrorContext,
  type Exchange,
  type Frames,
  hex,
  isObject,
  type Json,
  promptOf,
  type Reply,
  sse,
  stringOf,
  type WireFormat,
  type WireRequest,
} from './wire.ts'

const FINGERPRINT = 'fp_5e1ab0a7c3'
const DEFAULT_DIMENSIONS = 1536

export const openai: WireFormat = {
  provider: 'openai',
  prefix: '/openai/v1',
  keyless: false,
  key: bearer,
  read,
  error,
}

function read(request: WireRequest): Exchange | undefined {
  const { method, path } = request
  if (method === 'POST' && path === '/chat/completions') return readChat(request)
  if (method === 'POST' && path === '/embeddings') return readEmbeddings(request)
  if (method === 'GET' && path === '/models')
    return lookup('', { object: 'list', data: MODELS.map(modelCard) })
  if (method === 'GET' && path.startsWith('/models/')) {
    const id = decodeURIComponent(path.slice('/models/'.length))
    return lookup(id, modelCard(id))
  }
  return undefined
}

const MODELS = ['gpt-4', 'gpt-4o', 'gpt-4o-mini', 'text-embedding-3-small', 'slow-stream']

function modelCard(id: string): Json {
  return { id, object: 'model', created: 1_687_882_411, owned_by: 'openai' }
}

function lookup(model: string, body: Json): Exchange {
  return { kind: 'lookup', model, answer: { status: 200, body } }
}

/** Token counts with the break-down that current OpenAI models report. */
export function openaiUsage(reply: Reply): { readonly [name: string]: Json } {
  const { inputTokens, outputTokens } = reply.usage
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  }
}

function readChat({ body }: WireRequest): Exchange {
  const model = stringOf(body.model)
  if (model === '') return refused(model, 'you must provide a model parameter', null)
  const prompt = promptOf(body.messages)
  if (prompt === undefined) return refused(model, "Missing required parameter: 'messages'.", 'messages')
  const includeUsage = isObject(body.stream_options) && body.stream_options.include_usage === true
  return {
    kind: 'generate',
    model,
    stream: body.stream === true,
    prompt,
    whole: (reply) => ({
      status: 200,
      headers: responseHeaders(reply),
      body: {
        id: chatId(reply),
        object: 'chat.completion',
        created: reply.created,
        model,
        choices: [
          {
            index: 0,
            message: { role: 'assistant', content: reply.text, refusal: null, annotations: [] },
            logprobs: null,
            finish_reason: 'stop',
          },
        ],
        usage: openaiUsage(reply),
        service_tier: 'default',
        system_fingerprint: FINGERPRINT,
      },
    }),
    frames: (reply) => chatFrames(model, reply, includeUsage),
  }
}

/** Two providers never give the same id: LiteLLM keeps one line in its log for each. */
const OURS = randomBytes(4).toString('hex')

function chatId(reply: Reply): string {
  return `chatcmpl-${OURS}${hex(reply.number, 21)}`
}

function responseHeaders(reply: Reply): Record<string, string> {
  return {
    'openai-organization': 'lab',
    'openai-processing-ms': String(Math.round(reply.elapsedMs)),
    'openai-version': '2020-10-01',
    'x-ratelimit-limit-requests': '10000',
    'x-ratelimit-remaining-requests': '9999',
    'x-ratelimit-reset-requests': '6ms',
    'x-request-id': `req_${hex(reply.number, 32)}`,
  }
}

function chatFrames(model: string, reply: Reply, includeUsage: boolean): Frames {
  const frame = (choices: Json, usage: Json) =>
    sse({
      id: chatId(reply),
      object: 'chat.completion.chunk',
      created: reply.created,
      model,
      service_tier: 'default',
      system_fingerprint: FINGERPRINT,
      choices,
      // With include_usage every chunk has the field, null until the last one.
      ...(includeUsage ? { usage } : {}),
    })
  const choice = (delta: Json, finish_reason: string | null) => [
    { index: 0, delta, logprobs: null, finish_reason },
  ]
  return {
    contentType: 'text/event-stream; charset=utf-8',
    headers: responseHeaders(reply),
    head: frame(choice({ role: 'assistant', content: '', refusal: null }, null), null),
    chunk: (content) => frame(choice({ content }, null), null),
    tail: () =>
      frame(choice({}, 'stop'), null) +
      (includeUsage ? frame([], openaiUsage(reply)) : '') +
      'data: [DONE]\n\n',
  }
}

function readEmbeddings({ body }: WireRequest): Exchange {
  const model = stringOf(body.model)
  if (model === '') return refused(model, 'you must provide a model parameter', null)
  const inputs = embeddingInputs(body.input)
  if (inputs === undefined) return refused(model, "'$.input' is invalid.", 'input')
  const dimensions = typeof body.dimensions === 'number' ? body.dimensions : DEFAULT_DIMENSIONS
  const encode = body.encoding_format === 'base64' ? base64Floats : (vector: readonly number[]) => vector
  return {
    kind: 'embed',
    model,
    prompt: inputs.join('\n'),
    whole: (reply) => ({
      status: 200,
      headers: responseHeaders(reply),
      body: {
        object: 'list',
        data: inputs.map((input, index) => ({
          object: 'embedding',
          index,
          embedding: encode(embeddingOf(input, dimensions)),
        })),
        model,
        usage: { prompt_tokens: reply.usage.inputTokens, total_tokens: reply.usage.inputTokens },
      },
    }),
  }
}

/** One text per wanted vector: the field is a text, a list of texts, a list of tokens or a list of such lists. */
function embeddingInputs(input: unknown): readonly string[] | undefined {
  if (typeof input === 'string') return input === '' ? undefined : [input]
  if (!Array.isArray(input) || input.length === 0) return undefined
  if (input.every((item) => typeof item === 'number')) return [input.join(' ')]
  return input.map((item: unknown) => (Array.isArray(item) ? item.join(' ') : stringOf(item)))
}

/** A unit vector that depends on the text alone. */
export function embeddingOf(text: string, dimensions: number): readonly number[] {
  const digest = createHash('sha256').update(text).digest()
  const raw = Array.from({ length: dimensions }, (_, index) => (digest[index % digest.length] ?? 0) - 127.5)
  const length = Math.hypot(...raw)
  return raw.map((value) => value / length)
}

/** Little-endian 32-bit floats, as OpenAI's own clients ask for. */
function base64Floats(vector: readonly number[]): string {
  return Buffer.from(Float32Array.from(vector).buffer).toString('base64')
}

function refused(model: string, message: string, param: string | null): Exchange {
  return {
    kind: 'refused',
    model,
    answer: { status: 400, body: errorBody(message, 'invalid_request_error', param, null) },
  }
}

function errorBody(message: string, type: string, param: string | null, code: string | null): Json {
  return { error: { message, type, param, code } }
}

function error(status: number, { key, model, path, method, id }: ErrorContext): Answer {
  const answer = (body: Json, headers: Record<string, string> = {}): Answer => ({
    status,
    headers: { 'x-request-id': `req_${id}`, ...headers },
    body,
  })
  switch (status) {
    case 401:
      return answer(
        key === ''
          ? errorBody("You didn't provide an API key.", 'invalid_request_error', null, null)
          : errorBody(
              `Incorrect API key provided: ${masked(key)}.`,
              'invalid_request_error',
              null,
              'invalid_api_key',
            ),
      )
    case 404:
      return answer(
        model === ''
          ? errorBody(`Invalid URL (${method} ${path})`, 'invalid_request_error', null, null)
          : errorBody(
              `The model \`${model}\` does not exist or you do not have access to it.`,
              'invalid_request_error',
              null,
              'model_not_found',
            ),
      )
    case 429:
      return answer(
        errorBody(
          `Rate limit reached for ${model} in organization org-lab on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 2s.`,
          'requests',
          null,
          'rate_limit_exceeded',
        ),
        {
          'retry-after': '2',
          'retry-after-ms': '2000',
          'x-ratelimit-limit-requests': '3',
          'x-ratelimit-remaining-requests': '0',
          'x-ratelimit-reset-requests': '2s',
        },
      )
    case 503:
      return answer(
        errorBody('The engine is currently overloaded, please try again later', 'server_error', null, null),
      )
    default:
      return answer(
        status < 500
          ? errorBody(`The request was refused with status ${status}.`, 'invalid_request_error', null, null)
          : errorBody(
              'The server had an error while processing your request. Sorry about that!',
              'server_error',
              null,
              null,
            ),
      )
  }
}

/** The key as OpenAI echoes it: a few characters at either end. */
function masked(key: string): string {
  if (key.length < 12) return '*'.repeat(key.length)
  return key.slice(0, 3) + '*'.repeat(Math.min(key.length - 7, 20)) + key.slice(-4)
}

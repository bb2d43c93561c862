// Anthropic's wire format: messages with their named event stream.
// Shapes: https://platform.claude.com/docs/en/api/messages, …/build-with-claude/streaming, …/api/errors, …/api/rate-limits
import type { IncomingHttpHeaders } from 'node:http'
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
  textOf,
  type WireFormat,
  type WireRequest,
} from './wire.ts'

const MODELS = ['claude-3-5-sonnet-20241022', 'claude-3-haiku-20240307', 'claude-3-opus-20240229']

export const anthropic: WireFormat = {
  provider: 'anthropic',
  prefix: '/anthropic',
  keyless: false,
  key,
  read,
  error,
}

/** API keys travel in `x-api-key`; OAuth tokens as a bearer. */
function key(headers: IncomingHttpHeaders): string {
  const given = headers['x-api-key']
  return typeof given === 'string' && given.trim() !== '' ? given.trim() : bearer(headers)
}

function read(request: WireRequest): Exchange | undefined {
  const { method, path } = request
  if (method === 'POST' && path === '/v1/messages') return readMessages(request)
  if (method === 'POST' && path === '/v1/messages/count_tokens') {
    const prompt = promptOf(request.body.messages) ?? ''
    const answer: Answer = { status: 200, body: { input_tokens: Math.max(1, Math.ceil(prompt.length / 4)) } }
    return { kind: 'lookup', model: stringOf(request.body.model), answer }
  }
  if (method === 'GET' && path === '/v1/models') {
    const data = MODELS.map((id) => ({
      type: 'model',
      id,
      display_name: id,
      created_at: '2024-10-22T00:00:00Z',
    }))
    const body = { data, has_more: false, first_id: MODELS.at(0), last_id: MODELS.at(-1) }
    return { kind: 'lookup', model: '', answer: { status: 200, body } }
  }
  return undefined
}

function readMessages({ body, headers }: WireRequest): Exchange {
  const model = stringOf(body.model)
  const prompt = promptOf(body.messages)
  if (headers['anthropic-version'] === undefined)
    return refused(model, 'anthropic-version: header is required')
  if (model === '') return refused(model, 'model: Field required')
  if (prompt === undefined) return refused(model, 'messages: at least one message is required')
  if (typeof body.max_tokens !== 'number') return refused(model, 'max_tokens: Field required')
  return {
    kind: 'generate',
    model,
    stream: body.stream === true,
    prompt: `${textOf(body.system)}\n${prompt}`,
    whole: (reply) => ({
      status: 200,
      headers: responseHeaders(reply),
      body: message(model, reply, [{ type: 'text', text: reply.text }], 'end_turn', reply.usage.outputTokens),
    }),
    frames: (reply) => messageFrames(model, reply),
  }
}

function message(
  model: string,
  reply: Reply,
  content: Json,
  stopReason: string | null,
  outputTokens: number,
): Json {
  return {
    id: `msg_01${hex(reply.number, 22)}`,
    type: 'message',
    role: 'assistant',
    model,
    content,
    stop_reason: stopReason,
    stop_sequence: null,
    usage: {
      input_tokens: reply.usage.inputTokens,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
      output_tokens: outputTokens,
      service_tier: 'standard',
    },
  }
}

function responseHeaders(reply: Reply): Record<string, string> {
  return {
    'request-id': `req_01${hex(reply.number, 22)}`,
    'anthropic-organization-id': '00000000-0000-4000-8000-000000000000',
    'anthropic-ratelimit-requests-limit': '4000',
    'anthropic-ratelimit-requests-remaining': '3999',
    'anthropic-ratelimit-requests-reset': new Date((reply.created + 1) * 1000).toISOString(),
  }
}

function messageFrames(model: string, reply: Reply): Frames {
  const event = (data: { readonly type: string; readonly [name: string]: Json }) => sse(data, data.type)
  return {
    contentType: 'text/event-stream; charset=utf-8',
    headers: responseHeaders(reply),
    head:
      event({ type: 'message_start', message: message(model, reply, [], null, 1) }) +
      event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }) +
      event({ type: 'ping' }),
    chunk: (text) => event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
    tail: () =>
      event({ type: 'content_block_stop', index: 0 }) +
      event({
        type: 'message_delta',
        delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: {
          input_tokens: reply.usage.inputTokens,
          cache_creation_input_tokens: 0,
          cache_read_input_tokens: 0,
          output_tokens: reply.usage.outputTokens,
        },
      }) +
      event({ type: 'message_stop' }),
  }
}

function errorBody(type: string, text: string, id: string): Json {
  return { type: 'error', error: { type, message: text }, request_id: id }
}

function refused(model: string, text: string): Exchange {
  const body = errorBody('invalid_request_error', text, 'req_01refused')
  return { kind: 'refused', model, answer: { status: 400, body } }
}

const ERROR_TYPES: Readonly<Record<number, readonly [type: string, text: string]>> = {
  401: ['authentication_error', 'invalid x-api-key'],
  403: ['permission_error', 'Your API key does not have permission to use the specified resource.'],
  413: ['request_too_large', 'Request exceeds the maximum allowed number of bytes.'],
  429: [
    'rate_limit_error',
    'This request would exceed your organization’s rate limit of 50 requests per minute.',
  ],
  500: ['api_error', 'Internal server error'],
  504: ['timeout_error', 'The request timed out while processing.'],
  529: ['overloaded_error', 'Overloaded'],
}

function error(status: number, { key: given, model, path, id }: ErrorContext): Answer {
  const requestId = `req_01${id.slice(0, 22)}`
  let [type, text] =
    ERROR_TYPES[status] ?? (status < 500 ? ['invalid_request_error', 'Refused'] : ['api_error', 'Failed'])
  if (status === 401 && given === '') text = 'x-api-key header is required'
  if (status === 404)
    [type, text] = ['not_found_error', model === '' ? `Not found: ${path}` : `model: ${model}`]
  const headers: Record<string, string> = { 'request-id': requestId }
  // 529 says "not now" without a time; only the account's own limit has one.
  if (status === 429) {
    headers['retry-after'] = '2'
    headers['anthropic-ratelimit-requests-limit'] = '50'
    headers['anthropic-ratelimit-requests-remaining'] = '0'
    headers['anthropic-ratelimit-requests-reset'] = new Date(Date.now() + 2000).toISOString()
  }
  if (status === 429 || status >= 500) headers['x-should-retry'] = 'true'
  return { status, headers, body: errorBody(type, text, requestId) }
}

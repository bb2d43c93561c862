// OpenRouter's wire format: chat completions in OpenAI's shape with the serving provider, native finish reasons, the cost in
// `usage` and keep-alive comments in streams.
// Shapes: https://openrouter.ai/docs/api-reference/overview, …/errors, …/streaming, …/use-cases/usage-accounting
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

/** Dollars per token that the answer's `usage.cost` is counted with. */
const COST_PER_INPUT_TOKEN = 0.000_003
const COST_PER_OUTPUT_TOKEN = 0.000_015
const MODELS = ['anthropic/claude-3.5-sonnet', 'meta-llama/llama-3.3-70b-instruct', 'openai/gpt-4o']

export const openrouter: WireFormat = {
  provider: 'openrouter',
  prefix: '/openrouter/api/v1',
  keyless: false,
  key: bearer,
  read,
  error,
}

function read(request: WireRequest): Exchange | undefined {
  const { method, path } = request
  if (method === 'POST' && path === '/chat/completions') return readChat(request)
  if (method === 'GET' && path === '/models') {
    return { kind: 'lookup', model: '', answer: { status: 200, body: { data: MODELS.map(modelCard) } } }
  }
  return undefined
}

function modelCard(id: string): Json {
  return {
    id,
    canonical_slug: id,
    name: id,
    created: 1_729_555_200,
    context_length: 131_072,
    architecture: { modality: 'text->text', input_modalities: ['text'], output_modalities: ['text'] },
    pricing: {
      prompt: String(COST_PER_INPUT_TOKEN),
      completion: String(COST_PER_OUTPUT_TOKEN),
      request: '0',
    },
  }
}

function readChat({ body }: WireRequest): Exchange {
  const model = stringOf(body.model)
  const prompt = promptOf(body.messages)
  if (model === '') return refused(model, 'No models provided')
  if (prompt === undefined) return refused(model, 'Input required: specify "prompt" or "messages"')
  return {
    kind: 'generate',
    model,
    stream: body.stream === true,
    prompt,
    whole: (reply) => ({
      status: 200,
      body: {
        ...envelope(model, reply, 'chat.completion'),
        system_fingerprint: null,
        choices: [
          {
            logprobs: null,
            finish_reason: 'stop',
            native_finish_reason: 'stop',
            index: 0,
            message: { role: 'assistant', content: reply.text, refusal: null, reasoning: null },
          },
        ],
        usage: usage(reply),
      },
    }),
    frames: (reply) => chatFrames(model, reply),
  }
}

function envelope(model: string, reply: Reply, object: string): { readonly [name: string]: Json } {
  return {
    id: `gen-${reply.created}-${hex(reply.number, 20)}`,
    provider: 'Lab',
    model,
    object,
    created: reply.created,
  }
}

function usage(reply: Reply): Json {
  const { inputTokens, outputTokens } = reply.usage
  const promptCost = inputTokens * COST_PER_INPUT_TOKEN
  const completionCost = outputTokens * COST_PER_OUTPUT_TOKEN
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    cost: promptCost + completionCost,
    is_byok: false,
    prompt_tokens_details: { cached_tokens: 0 },
    cost_details: {
      upstream_inference_cost: null,
      upstream_inference_prompt_cost: promptCost,
      upstream_inference_completions_cost: completionCost,
    },
    completion_tokens_details: { reasoning_tokens: 0 },
  }
}

function chatFrames(model: string, reply: Reply): Frames {
  const frame = (
    content: string,
    finishReason: string | null,
    more: { readonly [name: string]: Json } = {},
  ) =>
    sse({
      ...envelope(model, reply, 'chat.completion.chunk'),
      choices: [
        {
          index: 0,
          delta: { role: 'assistant', content },
          finish_reason: finishReason,
          native_finish_reason: finishReason,
          logprobs: null,
        },
      ],
      ...more,
    })
  return {
    contentType: 'text/event-stream',
    // A comment that clients must skip: real streams begin with it while the model is found.
    head: ': OPENROUTER PROCESSING\n\n',
    chunk: (content) => frame(content, null),
    tail: () => `${frame('', 'stop')}${frame('', null, { usage: usage(reply) })}data: [DONE]\n\n`,
  }
}

function refused(model: string, text: string): Exchange {
  return { kind: 'refused', model, answer: { status: 400, body: { error: { message: text, code: 400 } } } }
}

function error(status: number, { model, key, path }: ErrorContext): Answer {
  const answer = (text: string, more: { readonly [name: string]: Json } = {}, headers = {}): Answer => ({
    status,
    headers,
    body: { error: { message: text, code: status, ...more }, user_id: 'user_lab' },
  })
  switch (status) {
    case 401:
      return answer(key === '' ? 'No auth credentials found' : 'User not found.')
    case 402:
      return answer('Insufficient credits. Add more using https://openrouter.ai/settings/credits')
    case 404:
      return answer(model === '' ? `Not Found: ${path}` : `No endpoints found for ${model}.`)
    case 429:
      return answer(
        'Provider returned error',
        {
          metadata: {
            raw: `${model} is temporarily rate-limited upstream. Please retry shortly.`,
            provider_name: 'Lab',
            headers: { 'Retry-After': '2' },
          },
        },
        { 'retry-after': '2' },
      )
    case 503:
      return answer('There is no available model provider that meets your routing requirements')
    default:
      return answer(status < 500 ? 'Bad Request' : 'Internal Server Error')
  }
}

// Ollama's wire format at the root of its own port: generate, chat, embed and the model lookups; streams are lines of JSON,
// on by default, durations are nanoseconds. Shapes: https://github.com/ollama/ollama/blob/main/docs/api.md
import { embeddingOf } from './openai.ts'
import {
  type Answer,
  bearer,
  type ErrorContext,
  type Exchange,
  type Frames,
  type Json,
  promptOf,
  type Reply,
  stringOf,
  textOf,
  type WireFormat,
  type WireRequest,
} from './wire.ts'

const VERSION = '0.12.6'
const EMBEDDING_DIMENSIONS = 768
const DETAILS = {
  parent_model: '',
  format: 'gguf',
  family: 'llama',
  families: ['llama'],
  parameter_size: '7B',
  quantization_level: 'Q4_0',
}
const TAGS = ['llama2:latest', 'llama3.2:latest', 'nomic-embed-text:latest']

export const ollama: WireFormat = { provider: 'ollama', prefix: '', keyless: true, key: bearer, read, error }

function read(request: WireRequest): Exchange | undefined {
  const { method, path, body } = request
  switch (`${method} ${path}`) {
    case 'POST /api/generate':
      return readGenerate(request)
    case 'POST /api/chat':
      return readChat(request)
    case 'POST /api/embed':
      return readEmbed(request)
    case 'POST /api/show':
      return lookup(modelName(body), showBody(modelName(body)))
    case 'GET /api/tags':
      return lookup('', { models: TAGS.map(tagCard) })
    case 'GET /api/ps':
      return lookup('', { models: [] })
    case 'GET /api/version':
      return lookup('', { version: VERSION })
    case 'GET /':
    case 'HEAD /':
      return lookup('', 'Ollama is running')
    default:
      return undefined
  }
}

function lookup(model: string, body: Json): Exchange {
  return { kind: 'lookup', model, answer: { status: 200, body } }
}

/** `model`, or `name` in requests of older clients. */
function modelName(body: WireRequest['body']): string {
  return stringOf(body.model) || stringOf(body.name)
}

function tagCard(name: string): Json {
  return {
    name,
    model: name,
    modified_at: '2026-01-15T09:30:00.000000000Z',
    size: 3_826_793_677,
    digest: '78e26419b4469263f75331927a00a0284ef6544c1975b826b15abdaef17bb962',
    details: DETAILS,
  }
}

function showBody(model: string): Json {
  return {
    license: 'LLAMA 2 COMMUNITY LICENSE AGREEMENT',
    modelfile: `FROM ${model}\nTEMPLATE """{{ .Prompt }}"""\n`,
    parameters: 'stop                           "[INST]"',
    template: '[INST] {{ .System }} {{ .Prompt }} [/INST]',
    details: DETAILS,
    model_info: {
      'general.architecture': 'llama',
      'general.parameter_count': 6_738_415_616,
      'llama.context_length': 4096,
      'llama.embedding_length': 4096,
    },
    capabilities: ['completion'],
    modified_at: '2026-01-15T09:30:00.000000000Z',
  }
}

function readGenerate({ body }: WireRequest): Exchange {
  const model = modelName(body)
  if (model === '') return refused(model, 'model is required')
  const done = (text: string) => ({ response: text, done: true, done_reason: 'stop', context: [1, 2, 3] })
  return generation(body, model, `${stringOf(body.system)}\n${stringOf(body.prompt)}`, {
    part: (text) => ({ response: text, done: false }),
    done,
  })
}

function readChat({ body }: WireRequest): Exchange {
  const model = modelName(body)
  if (model === '') return refused(model, 'model is required')
  const prompt = promptOf(body.messages)
  if (prompt === undefined) return refused(model, 'messages is required')
  const message = (content: string) => ({ message: { role: 'assistant', content } })
  return generation(body, model, prompt, {
    part: (text) => ({ ...message(text), done: false }),
    done: (text) => ({ ...message(text), done: true, done_reason: 'stop' }),
  })
}

interface Shape {
  readonly part: (text: string) => { readonly [name: string]: Json }
  readonly done: (text: string) => { readonly [name: string]: Json }
}

function generation(body: WireRequest['body'], model: string, prompt: string, shape: Shape): Exchange {
  const stamp = () => ({ model, created_at: new Date().toISOString().replace('Z', '000000Z') })
  const line = (data: Json) => `${JSON.stringify(data)}\n`
  return {
    kind: 'generate',
    model,
    stream: body.stream !== false,
    prompt,
    whole: (reply) => ({
      status: 200,
      body: { ...stamp(), ...shape.done(reply.text), ...metrics(reply, reply.elapsedMs) },
    }),
    frames: (reply): Frames => ({
      contentType: 'application/x-ndjson',
      head: '',
      chunk: (text) => line({ ...stamp(), ...shape.part(text) }),
      tail: (elapsedMs) => line({ ...stamp(), ...shape.done(''), ...metrics(reply, elapsedMs) }),
    }),
  }
}

function metrics(reply: Reply, elapsedMs: number): { readonly [name: string]: Json } {
  const total = Math.max(1, Math.round(elapsedMs * 1e6))
  return {
    total_duration: total,
    load_duration: Math.round(total * 0.05),
    prompt_eval_count: reply.usage.inputTokens,
    prompt_eval_duration: Math.round(total * 0.15),
    eval_count: reply.usage.outputTokens,
    eval_duration: Math.round(total * 0.8),
  }
}

function readEmbed({ body }: WireRequest): Exchange {
  const model = modelName(body)
  if (model === '') return refused(model, 'model is required')
  const inputs = Array.isArray(body.input) ? body.input.map(textOf) : [stringOf(body.input)]
  return {
    kind: 'embed',
    model,
    prompt: inputs.join('\n'),
    whole: (reply) => ({
      status: 200,
      body: {
        model,
        embeddings: inputs.map((input) => embeddingOf(input, EMBEDDING_DIMENSIONS)),
        total_duration: Math.max(1, Math.round(reply.elapsedMs * 1e6)),
        load_duration: 1,
        prompt_eval_count: reply.usage.inputTokens,
      },
    }),
  }
}

function refused(model: string, message: string): Exchange {
  return { kind: 'refused', model, answer: { status: 400, body: { error: message } } }
}

function error(status: number, { model }: ErrorContext): Answer {
  const text: Readonly<Record<number, string>> = {
    400: 'invalid request',
    401: 'unauthorized',
    403: 'forbidden',
    404: `model '${model}' not found`,
    429: 'too many requests',
    503: 'server busy, please try again.  maximum pending requests exceeded',
  }
  // An unknown path is plain text, straight from Ollama's router.
  if (status === 404 && model === '') return { status, body: '404 page not found' }
  const headers = status === 429 ? { 'retry-after': '2' } : {}
  return { status, headers, body: { error: text[status] ?? 'llama runner process has terminated' } }
}

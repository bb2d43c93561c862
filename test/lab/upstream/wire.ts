// What the five wire formats have in common. A format reads a request into an `Exchange`; the server decides when, whether
// and with which text it is answered, so that delays, errors and streams behave the same way for every provider.
import type { IncomingHttpHeaders } from 'node:http'

export const PROVIDERS = ['openai', 'anthropic', 'openrouter', 'perplexity', 'ollama'] as const
export type Provider = (typeof PROVIDERS)[number]

/** Tokens as the provider would bill them. */
export interface Usage {
  readonly inputTokens: number
  readonly outputTokens: number
}

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json | undefined }
export type JsonObject = Readonly<Record<string, unknown>>

export interface WireRequest {
  readonly method: string
  /** Path below the provider's base URL, without the query: `/chat/completions`. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: JsonObject
}

/** What the model "said": `chunks` joined are `text`; a stream sends them one by one. */
export interface Reply {
  /** Counts every generated answer of this server and never repeats: it tells a cached answer from a fresh one. */
  readonly number: number
  readonly text: string
  readonly chunks: readonly string[]
  readonly usage: Usage
  /** Seconds since the epoch. */
  readonly created: number
  /** How long the answer took so far, in milliseconds. */
  readonly elapsedMs: number
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: Json | string
}

/** A streamed answer as text frames: `head` goes out at once, one frame for each chunk, `tail` when the stream ends. */
export interface Frames {
  readonly contentType: string
  readonly headers?: Readonly<Record<string, string>>
  readonly head: string
  readonly chunk: (text: string, index: number) => string
  readonly tail: (elapsedMs: number) => string
}

export type Exchange =
  | {
      readonly kind: 'generate'
      readonly model: string
      readonly stream: boolean
      readonly prompt: string
      readonly whole: (reply: Reply) => Answer
      readonly frames: (reply: Reply) => Frames
    }
  | {
      readonly kind: 'embed'
      readonly model: string
      readonly prompt: string
      readonly whole: (reply: Reply) => Answer
    }
  /** A read of metadata (model lists, versions): answered, but no call to a model. */
  | { readonly kind: 'lookup'; readonly model: string; readonly answer: Answer }
  | { readonly kind: 'refused'; readonly model: string; readonly answer: Answer }

export interface WireFormat {
  readonly provider: Provider
  /** Path in front of the provider's own paths. */
  readonly prefix: string
  /** Ollama answers without a key unless told otherwise; the others never do. */
  readonly keyless: boolean
  readonly key: (headers: IncomingHttpHeaders) => string
  /** `undefined`: the provider has no such endpoint. */
  readonly read: (request: WireRequest) => Exchange | undefined
  /** The provider's own error document for a status, with the headers that go with it. */
  readonly error: (status: number, context: ErrorContext) => Answer
}

export interface ErrorContext {
  readonly model: string
  readonly key: string
  readonly path: string
  readonly method: string
  /** Unique per request, hexadecimal. */
  readonly id: string
}

/** The key of an `Authorization: Bearer …` header, or the empty string. */
export function bearer(headers: IncomingHttpHeaders): string {
  return /^Bearer\s+(\S+)\s*$/i.exec(headers.authorization ?? '')?.[1] ?? ''
}

export function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The text of a message's content, which is a string or a list of parts. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part: unknown) => (isObject(part) ? stringOf(part.text) : stringOf(part))).join(' ')
}

/** All messages' text, or `undefined` when `messages` is not a list of messages with at least one. */
export function promptOf(messages: unknown): string | undefined {
  if (!Array.isArray(messages) || messages.length === 0) return undefined
  if (!messages.every((message) => isObject(message) && typeof message.role === 'string')) return undefined
  return messages.map((message: JsonObject) => textOf(message.content)).join('\n')
}

/** Server-sent event: `data:` with JSON, after an `event:` line when the format names its events. */
export function sse(data: Json, event?: string): string {
  return `${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`
}

/** A number as lower-case hexadecimal of fixed width, for ids that look like the provider's. */
export function hex(number: number, width: number): string {
  return number.toString(16).padStart(width, '0')
}

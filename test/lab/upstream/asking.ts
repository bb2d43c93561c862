// The upstream as its tests meet it: started on free ports, with one way to ask each provider.

import { type Clock, serveUpstream } from './server.ts'
import { connectUpstream, type Provider, type Upstream } from './upstream.ts'

export interface Asking {
  readonly base: string
  readonly ollamaBase: string
  readonly upstream: Upstream
  /** A plain chat request that succeeds; `body` is laid over it, `headers` replace the key. */
  readonly ask: Record<Provider, (body?: object, headers?: Record<string, string>) => Promise<Response>>
  close(): Promise<void>
}

export const messages = [{ role: 'user', content: 'hello there' }]
export const bearer = { authorization: 'Bearer sk-lab' }
const claude = { 'x-api-key': 'sk-ant-lab', 'anthropic-version': '2023-06-01' }

export async function post(
  url: string,
  body: object,
  headers: Record<string, string> = bearer,
): Promise<Response> {
  return await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

export async function startAsking(clock?: Clock): Promise<Asking> {
  const listen = '127.0.0.1:0'
  const served = await serveUpstream({
    listen,
    listenOllama: listen,
    ...(clock === undefined ? {} : { clock }),
  })
  const base = `http://${served.listen}`
  const ollamaBase = `http://${served.listenOllama}`
  return {
    base,
    ollamaBase,
    upstream: connectUpstream(base),
    ask: {
      openai: (body, headers) =>
        post(`${base}/openai/v1/chat/completions`, { model: 'gpt-4', messages, ...body }, headers),
      anthropic: (body, headers = claude) =>
        post(
          `${base}/anthropic/v1/messages`,
          { model: 'claude-3', max_tokens: 64, messages, ...body },
          headers,
        ),
      openrouter: (body, headers) =>
        post(
          `${base}/openrouter/api/v1/chat/completions`,
          { model: 'meta/llama', messages, ...body },
          headers,
        ),
      perplexity: (body, headers) =>
        post(`${base}/perplexity/chat/completions`, { model: 'sonar', messages, ...body }, headers),
      ollama: (body, headers = {}) =>
        post(`${ollamaBase}/api/chat`, { model: 'llama2', messages, stream: false, ...body }, headers),
    },
    close: () => served.close(),
  }
}

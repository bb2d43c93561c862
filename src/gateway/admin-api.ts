import type { Tunnel } from '../host/tunnel.ts'

/** LiteLLM refused or failed to answer a call of its admin API. */
export class GatewayError extends Error {
  override name = 'GatewayError'
  readonly status: number

  constructor(call: string, status: number, message: string) {
    super(`${call} answered ${status}: ${message}`)
    this.status = status
  }
}

/** LiteLLM's admin API, reached through the tunnel with the master key that was read on the host. */
export interface AdminApi {
  /** @throws GatewayError for any status but 2xx */
  get(path: string): Promise<unknown>
  /** @throws GatewayError for any status but 2xx */
  post(path: string, body: object): Promise<unknown>
}

const ATTEMPTS = 3

export function createAdminApi(tunnel: Tunnel, masterKey: string): AdminApi {
  const headers = { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' }
  const ask = async (method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> => {
    for (let attempt = 1; ; attempt += 1) {
      const sent = body === undefined ? {} : { body: JSON.stringify(body) }
      const answer = await tunnel.fetch(path, { method, headers, ...sent })
      const text = await answer.text()
      if (answer.ok) return JSON.parse(text)
      // Too many requests: LiteLLM did nothing, so asking again is safe. Other failures may have been carried out.
      if (answer.status !== 429 || attempt === ATTEMPTS)
        throw new GatewayError(`${method} ${path.split('?')[0]}`, answer.status, reason(text))
      await new Promise((wait) => setTimeout(wait, 1000 * attempt))
    }
  }
  return { get: (path) => ask('GET', path), post: (path, body) => ask('POST', path, body) }
}

/** LiteLLM answers errors as `{error: {message}}`, `{detail: {error}}` or `{detail: "…"}`. */
function reason(text: string): string {
  try {
    const { error, detail } = JSON.parse(text)
    return String(
      error?.message ?? detail?.error ?? (typeof detail === 'string' ? detail : undefined) ?? text,
    ).slice(0, 500)
  } catch {
    return text.slice(0, 200)
  }
}

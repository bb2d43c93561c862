import type { Tunnel, TunnelRequest } from '../host/tunnel.ts'

/** LiteLLM refused or failed to answer a call of its admin API. */
export class GatewayError extends Error {
  override name = 'GatewayError'
  /** 0 when no answer came. */
  readonly status: number

  constructor(call: string, status: number, message: string) {
    super(status === 0 ? `${call}: ${message}` : `${call} answered ${status}: ${message}`)
    this.status = status
  }
}

/** LiteLLM's admin API, reached through the tunnel with the master key that was read on the host. */
export interface AdminApi {
  /** @throws GatewayError for any status but 2xx */
  get(path: string): Promise<unknown>
  /** @throws GatewayError for any status but 2xx */
  post(path: string, body: object): Promise<unknown>
  /** For the few that want another method. @throws GatewayError for any status but 2xx */
  send(method: Method, path: string, body: object): Promise<unknown>
}

export type Method = 'POST' | 'PUT' | 'PATCH' | 'DELETE'

const ATTEMPTS = 3
/** A bulk call writes one object after the other. */
const TIMEOUT_MS = 120_000

export interface AdminApiOptions {
  /** How long one call may take before it counts as failed. */
  readonly timeoutMs?: number | undefined
  /** Where the gateway looks for keys: `general_settings.litellm_key_header_name`. */
  readonly keyHeader?: string | undefined
}

export function createAdminApi(
  tunnel: Tunnel,
  masterKey: string,
  { timeoutMs = TIMEOUT_MS, keyHeader = 'authorization' }: AdminApiOptions = {},
): AdminApi {
  const headers = { [keyHeader]: `Bearer ${masterKey}`, 'content-type': 'application/json' }
  const ask = async (method: 'GET' | Method, path: string, body?: object): Promise<unknown> => {
    const call = `${method} ${path.split('?')[0]}`
    for (let attempt = 1; ; attempt += 1) {
      const sent = body === undefined ? {} : { body: JSON.stringify(body) }
      const signal = AbortSignal.timeout(timeoutMs)
      const { answer, text } = await answered(tunnel, path, { method, headers, signal, ...sent }).catch(
        (error) => {
          if (!signal.aborted) throw error
          throw new GatewayError(call, 0, `no answer within ${Math.round(timeoutMs / 1000)} s`)
        },
      )
      if (answer.ok) return parsed(call, answer.status, text)
      // Too many requests: LiteLLM did nothing, so asking again is safe. Other failures may have been carried out.
      if (answer.status !== 429 || attempt === ATTEMPTS)
        throw new GatewayError(call, answer.status, reason(text))
      await new Promise((wait) => setTimeout(wait, 1000 * attempt))
    }
  }
  return {
    get: (path) => ask('GET', path),
    post: (path, body) => ask('POST', path, body),
    send: ask,
  }
}

function parsed(call: string, status: number, text: string): unknown {
  // Of something that was deleted there is nothing to say.
  if (status === 204) return null
  try {
    return JSON.parse(text)
  } catch {
    throw new GatewayError(call, status, `something that is not JSON: ${text.slice(0, 200)}`)
  }
}

async function answered(tunnel: Tunnel, path: string, options: TunnelRequest) {
  const answer = await tunnel.fetch(path, options)
  return { answer, text: await answer.text() }
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

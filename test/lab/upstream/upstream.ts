// A test's view of the lab's LLM providers (server.ts): what reached them, and how they shall behave.
import type { Call, CallFilter } from './calls.ts'
import type { Behaviour } from './rules.ts'

export type { Call, CallFilter } from './calls.ts'
export type { Behaviour } from './rules.ts'
export type { Provider, Usage } from './wire.ts'

/** Base URLs as the guest sees them, each in the form that LiteLLM takes as `api_base`. */
const GUEST_URLS = {
  openai: 'http://upstream.lab:8099/openai/v1',
  anthropic: 'http://upstream.lab:8099/anthropic',
  openrouter: 'http://upstream.lab:8099/openrouter/api/v1',
  perplexity: 'http://upstream.lab:8099/perplexity',
  ollama: 'http://ollama.mgmt.internal:11434',
} as const

export interface Upstream {
  readonly urls: typeof GUEST_URLS
  /** Calls that match every given field, oldest first; lookups (model lists, versions) only when `kind` asks for them. */
  calls(filter?: CallFilter): Promise<readonly Call[]>
  count(filter?: CallFilter): Promise<number>
  /** Forgets all calls and rules. The number in the answers goes on counting. */
  reset(): Promise<void>
  /** Adds a rule; each of its fields wins over older rules' for the calls that it matches. */
  behave(rule: Behaviour): Promise<void>
}

/** A client of the upstream at `baseUrl` (`http://ADDRESS:8099`). Calls reject when it can't be reached or refuses a rule. */
export function connectUpstream(baseUrl: string): Upstream {
  const control = async (verb: string, body: object): Promise<unknown> => {
    const response = await fetch(new URL(`/_control/${verb}`, baseUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`The lab's upstream refused ${verb}: ${await response.text()}`)
    return await response.json()
  }
  return {
    urls: GUEST_URLS,
    calls: async (filter = {}) => (await control('calls', filter)) as readonly Call[],
    count: async (filter = {}) => ((await control('count', filter)) as { count: number }).count,
    reset: async () => void (await control('reset', {})),
    behave: async (rule) => void (await control('behave', rule)),
  }
}

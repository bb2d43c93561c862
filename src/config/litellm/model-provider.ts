import { isRecord } from '../record.ts'
import data from './litellm-keys.json' with { type: 'json' }
import models from './models.json' with { type: 'json' }

const PROVIDERS: ReadonlySet<string> = new Set(data.providers)
/** Names without a provider, as families: LiteLLM knows them by their form (`get_llm_provider`). */
const FAMILIES: readonly (readonly [RegExp, string])[] = [
  [/ft:gpt-(?:3\.5-turbo|4)|^gpt-image|^dall-e-[23]$/, 'openai'],
  [/^amazon_nova/, 'amazon_nova'],
  [/^embed-(?:english-light|english|multilingual)-v2\.0$|^embed-v4\.0$/, 'cohere'],
  [/^veo-\d\.\d-(?:(?:fast-)?generate-preview|(?:fast-|lite-)?generate-001)$/, 'vertex_ai'],
  [/^(?:qvv0xeq|q841o8w|31dxrj3)$/, 'baseten'],
  [/^[^:]+:[^:]{64}$/, 'replicate'],
]
const ROUTED = models.routed.map((pattern) => new RegExp(pattern))

/**
 * The provider by which LiteLLM reaches a deployment, as far as the deployment names it; undefined when it names none, or one that is not
 * known here.
 */
export function providerOf(params: Readonly<Record<string, unknown>>): string | undefined {
  const { model, custom_llm_provider: custom } = params
  if (typeof custom === 'string') return custom
  if (typeof model !== 'string') return undefined
  const [provider = '', ...rest] = model.split('/')
  if (rest.length > 0) return PROVIDERS.has(provider) ? provider : undefined
  return /^(?:gpt-|chatgpt-|o\d|text-embedding-3|text-embedding-ada|dall-e|tts-1|whisper-1|omni-moderation)/.test(
    model,
  )
    ? 'openai'
    : /^claude-/.test(model)
      ? 'anthropic'
      : undefined
}

/** Whether LiteLLM finds a provider for a deployment without a provider in front of its name, by `get_llm_provider` of the known version. */
export function isRouted(model: string, apiBase: unknown): boolean {
  return (
    isEndpoint(apiBase) ||
    (bareNames().has(model) && !unrouted().has(model)) ||
    FAMILIES.some(([form]) => form.test(model)) ||
    ROUTED.some((pattern) => pattern.test(model))
  )
}

/** Whether an address is of a provider that LiteLLM knows by it. */
export function isEndpoint(apiBase: unknown): boolean {
  const given = addressOf(apiBase)
  return (
    given !== undefined &&
    endpoints().some(
      ({ host, path }) =>
        host === given.host && (path === '' || given.path === path || given.path.startsWith(`${path}/`)),
    )
  )
}

function addressOf(text: unknown): { host: string; path: string } | undefined {
  const full = typeof text !== 'string' ? '' : text.includes('://') ? text : `https://${text}`
  if (!URL.canParse(full)) return undefined
  const { hostname, pathname } = new URL(full)
  return { host: hostname, path: pathname.replace(/\/+$/, '') }
}

type Folders = Readonly<Record<string, string>>
const PRICED: Folders = models.priced
const UNPRICED: Folders = models.unpriced
const UNROUTED: Folders = models.unrouted

function namesIn(folders: Folders, folder: string): string[] {
  return Object.hasOwn(folders, folder) ? (folders[folder] ?? '').split(' ') : []
}

function once<Value>(make: () => Value): () => Value {
  let made: Value | undefined
  return () => {
    made ??= make()
    return made
  }
}

const endpoints = once(() => models.endpoints.flatMap((endpoint) => addressOf(endpoint) ?? []))
const bareNames = once(() => new Set([...namesIn(PRICED, ''), ...namesIn(UNPRICED, '')]))
const unrouted = once(() => new Set(namesIn(UNROUTED, '')))

const pricedIn = new Map<string, ReadonlySet<string>>()

/** Whether the price list of the known version has a price under this very name. */
export function isPriced(name: string): boolean {
  const slash = name.lastIndexOf('/')
  const folder = name.slice(0, Math.max(slash, 0))
  const names = pricedIn.get(folder) ?? new Set(namesIn(PRICED, folder))
  pricedIn.set(folder, names)
  return names.has(name.slice(slash + 1))
}

export const LISTED_VERSION: string = models.version

/** What a deployment is set to cost itself. */
export function hasOwnPrice(...places: readonly unknown[]): boolean {
  return places.some(
    (place) => isRecord(place) && Object.keys(place).some((key) => key.includes('cost_per_')),
  )
}

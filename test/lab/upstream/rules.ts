// How the upstream is told to behave: rules from tests, laid over the defaults. Pure.
import { isObject, PROVIDERS, type Provider, type Usage } from './wire.ts'

/** A rule. Without `provider` and `model` it holds for every call. */
export interface Behaviour {
  readonly provider?: Provider
  /** The model's name as the provider sees it, without LiteLLM's `openai/` prefix. */
  readonly model?: string
  /** Wait before the first byte of the answer. */
  readonly delayMs?: number
  /** Spread a stream's chunks evenly over this time. */
  readonly streamSeconds?: number
  /** Answer with this status: 200, or an error in the provider's own format. */
  readonly status?: number
  /** Break the connection off after this many streamed chunks; 0 cuts it before any answer. */
  readonly cutAfterChunks?: number
  /** Only these keys are accepted; any other is a 401. */
  readonly requireKey?: string | readonly string[]
  /** These keys get a 401. */
  readonly refuseKey?: string | readonly string[]
  /** What the model says; `{n}` becomes the number of the answer. */
  readonly reply?: string
  readonly usage?: Usage
  /** How many calls the rule holds for; without it, until `reset`. */
  readonly times?: number
}

/** The fields that change an answer, each from the newest rule that sets it. */
export type Effect = Omit<Behaviour, 'provider' | 'model' | 'times'>

const EFFECTS = [
  'delayMs',
  'streamSeconds',
  'status',
  'cutAfterChunks',
  'requireKey',
  'refuseKey',
  'reply',
  'usage',
] as const satisfies readonly (keyof Effect)[]

export class Rules {
  #rules: { rule: Behaviour; left: number }[] = []

  add(rule: Behaviour): void {
    this.#rules.unshift({ rule, left: rule.times ?? Number.POSITIVE_INFINITY })
  }

  clear(): void {
    this.#rules = []
  }

  /** The effect on one call. `spend: false` looks without using up a rule's `times`. */
  effect(call: { readonly provider: Provider; readonly model: string }, spend = true): Effect {
    const effect: Record<string, unknown> = {}
    for (const entry of this.#rules) {
      if (!matches(entry.rule, call)) continue
      const fresh = EFFECTS.filter((name) => entry.rule[name] !== undefined && effect[name] === undefined)
      // A rule that a newer one hides completely has done nothing, so it keeps its `times`.
      if (fresh.length === 0) continue
      for (const name of fresh) effect[name] = entry.rule[name]
      if (spend) entry.left -= 1
    }
    this.#rules = this.#rules.filter((entry) => entry.left > 0)
    return effect
  }
}

function matches(rule: Behaviour, call: { readonly provider: Provider; readonly model: string }): boolean {
  return (
    (rule.provider === undefined || rule.provider === call.provider) &&
    (rule.model === undefined || rule.model === call.model)
  )
}

/** Whether a key passes the rules; the empty key only where the provider needs none. */
export function keyAccepted(key: string, keyless: boolean, effect: Effect): boolean {
  if (effect.requireKey !== undefined) return listed(effect.requireKey, key)
  if (effect.refuseKey !== undefined && listed(effect.refuseKey, key)) return false
  return key !== '' || keyless
}

function listed(keys: string | readonly string[], key: string): boolean {
  return typeof keys === 'string' ? keys === key : keys.includes(key)
}

/** Reads a rule sent by a test. Throws an Error naming the field: a misspelt rule must not pass as "no rule". */
export function parseBehaviour(value: unknown): Behaviour {
  if (!isObject(value)) throw new Error('a rule is a JSON object')
  for (const [name, field] of Object.entries(value)) {
    const check = CHECKS[name]
    if (check === undefined)
      throw new Error(`unknown field ${name}; known: ${Object.keys(CHECKS).join(', ')}`)
    if (!check(field)) throw new Error(`${name} can't be ${JSON.stringify(field)}`)
  }
  if (!EFFECTS.some((name) => value[name] !== undefined))
    throw new Error(`a rule sets one of ${EFFECTS.join(', ')}`)
  return value
}

const isText = (value: unknown) => typeof value === 'string'
const isAmount = (value: unknown) => typeof value === 'number' && value >= 0
const isCount = (value: unknown) => Number.isInteger(value) && isAmount(value)
const isKeys = (value: unknown) => isText(value) || (Array.isArray(value) && value.every(isText))

const CHECKS: Readonly<Record<string, (value: unknown) => boolean>> = {
  provider: (value) => PROVIDERS.some((provider) => provider === value),
  model: isText,
  delayMs: isAmount,
  streamSeconds: isAmount,
  status: (value) => isCount(value) && Number(value) >= 200 && Number(value) <= 599,
  cutAfterChunks: isCount,
  requireKey: isKeys,
  refuseKey: isKeys,
  reply: isText,
  usage: (value) => isObject(value) && isCount(value.inputTokens) && isCount(value.outputTokens),
  times: (value) => isCount(value) && Number(value) > 0,
}

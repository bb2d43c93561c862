import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

/** What LiteLLM does with a configuration: it starts with all of it, or without a deployment or a guardrail, or not at all. */
export type Verdict = 'accepted' | 'dropped' | 'refused'

export interface Documented {
  readonly name: string
  readonly is: Verdict
  /** Why we refuse what LiteLLM accepts. */
  readonly ours?: string
  readonly config: Readonly<Record<string, unknown>>
}

export const DOCUMENTED: readonly Documented[] = parse(
  readFileSync(join(import.meta.dirname, 'documented.yaml'), 'utf8'),
)

/** What `load_config.py` answers. */
export interface Loaded {
  readonly name: string
  readonly accepted: boolean
  readonly error?: string
  readonly models?: readonly { readonly name: string; readonly id: string }[]
  readonly guardrails?: readonly string[]
  readonly config?: Readonly<Record<string, unknown>>
}

export function verdictOf(
  { accepted, models = [], guardrails = [] }: Loaded,
  config: Documented['config'],
): Verdict {
  if (!accepted) return 'refused'
  const isWhole = models.length >= count(config.model_list) && guardrails.length >= count(config.guardrails)
  return isWhole ? 'accepted' : 'dropped'
}

function count(list: unknown): number {
  return Array.isArray(list) ? list.length : 0
}

import { loadDesired } from '../../src/config/desired.ts'
import { userSections } from '../../src/config/litellm/litellm-config.ts'
import { ConfigError, formatProblem } from '../../src/config/problem.ts'
import { base } from '../unit/plan/applied.ts'
import { textOf } from './text.ts'

const { model_list: _models, budget_config: _budgets, ...own } = base
/** The version whose LiteLLM the lab has. */
const IMAGE = `ghcr.io/berriai/litellm-database:v1.106.2@sha256:${'b'.repeat(64)}`
const HEAD = textOf({ ...own, litellm: { image: IMAGE } })

/** What we do with a configuration under a head: what LiteLLM would get, or why not. */
export type Ours =
  | { readonly text: string }
  | { readonly errors: readonly string[]; readonly codes: readonly string[] }

export function ours(config: object): Ours {
  const text = `${HEAD}${textOf(config)}`
  try {
    const { litellm } = loadDesired('gateway.yaml', { read: () => text, list: () => [] })
    // Without the host's Redis, which LiteLLM would try to reach for half a minute.
    return { text: textOf(userSections(litellm).sections) }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const found = error.problems.filter(({ severity }) => severity === 'error')
    return { errors: found.map(formatProblem), codes: found.map(({ code }) => code) }
  }
}

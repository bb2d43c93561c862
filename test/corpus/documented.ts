import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

/** What LiteLLM does with a configuration: it starts with all of it, or without a deployment or a guardrail, or not at all. */
type Verdict = 'accepted' | 'dropped' | 'refused'

interface Documented {
  readonly name: string
  readonly is: Verdict
  /** Why we refuse what LiteLLM accepts. */
  readonly ours?: string
  readonly config: Readonly<Record<string, unknown>>
}

export const DOCUMENTED: readonly Documented[] = parse(
  readFileSync(join(import.meta.dirname, 'documented.yaml'), 'utf8'),
)

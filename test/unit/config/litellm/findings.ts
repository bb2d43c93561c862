import { stringify } from 'yaml'
import { loadDesired } from '../../../../src/config/desired.ts'
import { ConfigError, formatProblem, type Problem } from '../../../../src/config/problem.ts'
import { base } from '../../plan/applied.ts'

/** All that is said of a declaration, errors or not. */
export function findings(parts: object): readonly Problem[] {
  const text = stringify({ ...base, budget_config: [], ...parts })
  try {
    const { warnings, notes } = loadDesired('gateway.yaml', { read: () => text, list: () => [] })
    return [...warnings, ...notes]
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

/** Those of one kind, as `severity: message Fix: fix`. */
export function found(code: string, parts: object): string[] {
  return findings(parts)
    .filter((problem) => problem.code === code)
    .map((problem) => `${problem.severity}: ${formatProblem(problem)}`)
}

/** A deployment; a key is always there unless it is taken away. */
export function model(name: string, params: object = {}, info?: object): object {
  const litellm_params = { model: 'openai/gpt-4o', api_key: 'os.environ/OPENAI_API_KEY', ...params }
  return { model_name: name, litellm_params, ...(info === undefined ? {} : { model_info: info }) }
}

/** The same deployment without a key. */
export function keyless(target: string, params: object = {}): object {
  return { model_name: 'm', litellm_params: { model: target, ...params } }
}

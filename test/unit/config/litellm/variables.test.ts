import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { loadDesired } from '../../../../src/config/desired.ts'
import { setterOf } from '../../../../src/config/secrets/variables.ts'
import { callAgent } from '../../host/agent.ts'
import { base } from '../../plan/applied.ts'
import { keyless } from './findings.ts'

function secretsOf(environment_variables: object): string[] {
  const model_list = [keyless('openai/a', { api_key: 'os.environ/KEY' })]
  const text = stringify({ ...base, budget_config: [], model_list, environment_variables })
  return loadDesired('gateway.yaml', { read: () => text, list: () => [] }).secrets.map(({ name }) => name)
}

test('what the configuration sets nobody has to give; what it refers to under the same name has to be given', () => {
  expect(secretsOf({ OTHER: 'x' })).toEqual(['KEY'])
  expect(secretsOf({ KEY: 'os.environ/KEY' })).toEqual(['KEY'])
  expect(secretsOf({ KEY: 'os.environ/SHARED' })).toEqual(['SHARED'])
})

test('the host and the declaration agree on what no configuration sets', () => {
  const names = [
    ...[
      'DATABASE_URL',
      'database_host',
      'REDIS_URL',
      'LITELLM_SALT_KEY',
      'PORT',
      'PATH',
      'ld_preload',
      'PYTHONPATH',
    ],
    ...[
      'NODE_OPTIONS',
      'HOME',
      'MAX_STRING_LENGTH_PROMPT_IN_DB',
      'LANGFUSE_HOST',
      'AWS_REGION',
      'HTTPS_PROXY',
    ],
  ]
  const config = JSON.stringify({
    environment_variables: Object.fromEntries(names.map((name) => [name, 'x'])),
  })
  const [answer] = callAgent(['gateway.variables.declared', config])
  const taken = answer !== undefined && 'value' in answer ? Object.keys(answer.value as object) : []
  expect(taken.sort()).toEqual(names.filter((name) => setterOf(name) === undefined).sort())
})

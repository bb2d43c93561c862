import { describe, expect, test } from 'vitest'
import { withReferences } from '../../../src/import/references.ts'

const models = (...all: object[]) => ({
  model_list: all.map((litellm_params, index) => ({ model_name: `m${index}`, litellm_params })),
})
/** What becomes of one parameter of a deployment, and the names to be set. */
function imported(more: object) {
  const { document, fields, variables } = withReferences(models({ model: 'openai/a', ...more }))
  const [model] = document.model_list as { litellm_params: Record<string, unknown> }[]
  const { model: _, ...params } = model?.litellm_params ?? {}
  return { params, names: variables.map(({ name }) => name), outcomes: fields.map(({ outcome }) => outcome) }
}

describe('a variable in the form of a shell or a workflow', () => {
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: as people write it.
  test.each([
    ['${DEEPINFRA_KEY}', 'DEEPINFRA_KEY'],
    ['$DEEPINFRA_KEY', 'DEEPINFRA_KEY'],
    ['${DEEPINFRA_KEY:-none}', 'DEEPINFRA_KEY'],
    ['${DEEPINFRA_KEY-none}', 'DEEPINFRA_KEY'],
    ['${DEEPINFRA_KEY:?not set}', 'DEEPINFRA_KEY'],
    ['${{ secrets.DEEPINFRA_KEY }}', 'DEEPINFRA_KEY'],
    ['os.getenv("DEEPINFRA_KEY")', 'DEEPINFRA_KEY'],
    ['os.environ["DEEPINFRA_KEY"]', 'DEEPINFRA_KEY'],
    ['env:DEEPINFRA_KEY', 'DEEPINFRA_KEY'],
    ['DEEPINFRA_API_KEY', 'DEEPINFRA_API_KEY'],
    ['${GITHUB_TOKEN}', 'EXTERNAL_GITHUB_TOKEN'],
    ['${LITELLM_MASTER_KEY}', 'EXTERNAL_LITELLM_MASTER_KEY'],
  ])('%s as a key is os.environ/%s', (api_key, name) => {
    const { params, names } = imported({ api_key })
    expect(params).toEqual({ api_key: `os.environ/${name}` })
    expect(names).toEqual([name])
  })

  test.each([
    [{ api_base: '${OLLAMA_URL}' }, { api_base: 'os.environ/OLLAMA_URL' }],
    [{ api_base: '$OLLAMA_URL' }, { api_base: 'os.environ/OLLAMA_URL' }],
  ])('%j is one in any other place, too', (given, wanted) => expect(imported(given).params).toEqual(wanted))

  test('is said to have had a default', () => {
    const { fields } = withReferences(models({ model: 'openai/a', api_key: '${KEY:-sk-1234}' }))
    expect(fields.map(({ detail }) => detail).join()).toMatch(/had a default there/)
    expect(JSON.stringify(fields)).not.toContain('sk-1234')
  })

  test.each([
    { api_base: 'http://${HOST}:8000/v1' },
    { api_base: 'https://x.example/${REGION:-eu}/v1' },
    { api_key: 'os.environ/K', extra_body: { note: 'for ${TEAM_NAME}' } },
  ])('between other words is for a person: %j', (given) => {
    const { params, outcomes } = imported(given)
    expect(params).toEqual(given)
    expect(outcomes).toContain('decide')
  })

  test('is LiteLLM’s own in its MCP servers', () => {
    const given = {
      mcp_servers: { a: { url: 'https://${HOST}/', static_headers: { Authorization: 'Bearer ${T}' } } },
    }
    const { document, fields } = withReferences(given)
    expect(document).toEqual(given)
    expect(fields).toEqual([])
  })

  test('is none in a list of names', () => {
    const given = { general_settings: { key_management_settings: { hosted_keys: ['OPENAI_API_KEY', '$X'] } } }
    expect(withReferences(given).document).toEqual(given)
  })
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: as people write it.
})

describe('a reference that is there', () => {
  test('is listed with those that are new', () => {
    const given = models(
      { model: 'openai/a', api_key: 'os.environ/MINE', api_base: 'os.environ/BASE' },
      { model: 'groq/a', api_key: 'hunter2hunter2' },
    )
    const endpoints = [{ path: '/a', headers: { Authorization: 'Bearer os.environ/COHERE_API_KEY' } }]
    const { variables } = withReferences({
      ...given,
      general_settings: { pass_through_endpoints: endpoints },
    })
    expect(variables.map(({ name }) => name)).toEqual(['BASE', 'COHERE_API_KEY', 'GROQ_API_KEY', 'MINE'])
    expect(variables.map(({ from }) => from).join('\n')).not.toContain('hunter2')
  })

  test('keeps the text around it when it is renamed', () => {
    const endpoints = [{ path: '/a', headers: { Authorization: 'Bearer os.environ/GITHUB_TOKEN' } }]
    const { document, variables } = withReferences({
      general_settings: { pass_through_endpoints: endpoints },
    })
    expect(JSON.stringify(document)).toContain('Bearer os.environ/EXTERNAL_GITHUB_TOKEN')
    expect(variables).toEqual([
      { name: 'EXTERNAL_GITHUB_TOKEN', from: 'what the old gateway has as GITHUB_TOKEN' },
    ])
  })

  test('that is renamed takes no name of another', () => {
    const given = models(
      { model: 'github/a', api_key: 'os.environ/GITHUB_TOKEN' },
      { model: 'openai/a', api_key: 'os.environ/EXTERNAL_GITHUB_TOKEN' },
      { model: 'openai/b', api_key: 'os.environ/github_token' },
    )
    expect(withReferences(given).variables.map(({ name }) => name)).toEqual([
      'EXTERNAL_GITHUB_TOKEN',
      'EXTERNAL_GITHUB_TOKEN_2',
      'EXTERNAL_GITHUB_TOKEN_3',
    ])
  })

  test('is not asked for where the host’s own is to be removed', () => {
    const environment_variables = { LITELLM_SALT_KEY: 'os.environ/MY_SALT', OTHER: 'os.environ/OTHER' }
    expect(withReferences({ environment_variables }).variables.map(({ name }) => name)).toEqual(['OTHER'])
  })
})

test('what the host answers in place of a secret is one', () => {
  const { params, names } = imported({ api_key: { fingerprint: '0123456789abcdef' } })
  expect(params).toEqual({ api_key: 'os.environ/OPENAI_API_KEY' })
  expect(names).toEqual(['OPENAI_API_KEY'])
})

test('a placeholder stays, and a secret in a mapping, a list or a number goes', () => {
  expect(imported({ api_base: 'http://10.0.0.7/v1', api_key: 'not-needed' }).params.api_key).toBe(
    'not-needed',
  )
  expect(imported({ api_key: { v: 'hunter2' } }).params).toEqual({
    api_key: { v: 'os.environ/OPENAI_API_KEY' },
  })
  expect(imported({ api_key: 1234567890123 }).params).toEqual({ api_key: 'os.environ/OPENAI_API_KEY' })
})

test('a secret in the place of a key is left out and said, and seen nowhere', () => {
  const given = { general_settings: { 'sk-abcdefgh1234': { a: 1 }, b: 2 } }
  const { document, fields } = withReferences(given)
  expect(document).toEqual({ general_settings: { b: 2 } })
  expect(fields).toEqual([expect.objectContaining({ outcome: 'decide', path: 'general_settings.a key' })])
})

describe('the host’s own Redis', () => {
  const redis = { host: 'os.environ/REDIS_HOST', port: 'os.environ/REDIS_PORT' }

  test('stays where the host’s own may be named', () => {
    const { document, variables } = withReferences({ general_settings: { coordination_redis: redis } })
    expect(document.general_settings).toEqual({ coordination_redis: redis })
    expect(variables).toEqual([])
  })

  test('is another one beside another host', () => {
    const { variables } = withReferences({
      general_settings: { coordination_redis: { ...redis, host: 'redis.example' } },
    })
    expect(variables.map(({ name }) => name)).toEqual(['EXTERNAL_REDIS_PORT'])
  })
})

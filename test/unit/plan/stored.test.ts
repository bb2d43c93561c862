import { expect, test } from 'vitest'
import type { StoredSetting } from '../../../src/contract/programs/observe.ts'
import { diff } from '../../../src/plan/diff.ts'
import { madeBy } from '../../../src/plan/kinds.ts'
import { planMarkdown } from '../../../src/plan/markdown.ts'
import { applied, base, load, NOW } from './applied.ts'

/** What stands in LiteLLM's database: in the place of what is declared, beside it, or for nobody. */
const desired = load({
  ...base,
  router_settings: { num_retries: 2 },
  litellm_settings: { cache: true },
  general_settings: {
    store_model_in_db: true,
    pass_through_endpoints: [{ path: '/a', target: 'https://a' }],
  },
  credential_list: [
    {
      credential_name: 'shared',
      credential_info: {},
      credential_values: { api_key: 'os.environ/OPENAI_API_KEY' },
    },
  ],
  environment_variables: { LANGFUSE_HOST: 'https://langfuse.example.com' },
})
const [model] = desired.litellm.model_list

function plan(stored: readonly StoredSetting[], version = '1.106.2') {
  return diff(desired, applied(desired, { stored, version }), NOW)
}
const setting = (section: StoredSetting['section'], name: string, value: StoredSetting['value'] = null) => ({
  section,
  name,
  value,
})

test.each([
  ['environment_variables', 'OPENAI_API_KEY', 'value of OPENAI_API_KEY'],
  ['environment_variables', 'openai_api_key', 'value of openai_api_key'],
  ['environment_variables', 'LANGFUSE_HOST', 'value of LANGFUSE_HOST'],
  ['environment_variables', 'LITELLM_MASTER_KEY', 'value of LITELLM_MASTER_KEY'],
  ['credential_list', 'shared', 'credential shared'],
  ['cache', 'cache_config', 'settings of the cache'],
] as const)('%s %s in the place of a declared one is a change', (section, name, shown) => {
  const found = plan([setting(section, name)])
  expect(found.changes).toMatchObject([{ kind: 'override', action: 'delete', section, name }])
  expect(found.changes.every((change) => madeBy(change, 'rollout'))).toBe(true)
  expect(found.unmanaged).toEqual([])
  const text = planMarkdown(found, { file: 'gateway.yaml' }).replaceAll('\\', '')
  expect(text).toContain(`| ➖ | ${shown} in LiteLLM's database | one set in the UI or by the API `)
})

test('a model with the id of a declared one is a change, at its place in the file', () => {
  const id = model?.model_info.id ?? ''
  const models = [{ id, model_name: 'gpt-4', source: 'database' as const }]
  const found = diff(desired, applied(desired, { models }), NOW)
  expect(found.changes).toMatchObject([
    { kind: 'override', section: 'model_list', name: id, at: { file: 'gateway.yaml' } },
  ])
  expect(found.unmanaged).toEqual([])
})

test('a setting that the file declares is served from there since 1.103, and was not before', () => {
  const stored = [setting('router_settings', 'num_retries', 9)]
  expect(plan(stored)).toMatchObject({ changes: [], unmanaged: [] })
  expect(plan(stored, '1.103.0').changes).toEqual([])
  expect(plan(stored, '1.102.9').changes).toMatchObject([{ kind: 'override', name: 'num_retries', value: 9 }])
})

test('of a LiteLLM whose version nobody knows it is shown, as it may serve either, and left alone', () => {
  const stored = [setting('router_settings', 'num_retries', 9)]
  const found = diff(desired, applied(desired, { stored, version: null }), NOW)
  expect(found.changes).toEqual([])
  expect(found.unmanaged).toMatchObject([{ kind: 'setting', id: 'router_settings.num_retries' }])
})

test.each([
  ['router_settings', 'timeout', 30, 'router_settings.timeout', '30, set in the UI or by the API'],
  ['general_settings', 'pass_through_endpoints', null, 'general_settings.pass_through_endpoints', 'set in'],
  ['environment_variables', 'SLACK_WEBHOOK_URL', null, 'value of SLACK_WEBHOOK_URL', 'set in the UI'],
  ['credential_list', 'theirs', null, 'credential theirs', 'set in the UI or by the API'],
] as const)('%s %s that nobody declares is told and left alone', (section, name, value, id, detail) => {
  const found = plan([setting(section, name, value)])
  expect(found.changes).toEqual([])
  expect(found.unmanaged).toMatchObject([{ kind: 'setting', id, detail: expect.stringContaining(detail) }])
})

test('a program of the host from before says nothing of them', () => {
  expect(diff(desired, applied(desired), NOW)).toMatchObject({ changes: [], unmanaged: [] })
})

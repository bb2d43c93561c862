import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { litellmConfigText } from '../../../src/config/litellm/config-text.ts'
import { diff } from '../../../src/plan/diff.ts'
import { details, title } from '../../../src/plan/kinds.ts'
import { applied, base, load, NOW } from './applied.ts'

const mask = { guardrail_name: 'mask', litellm_params: { guardrail: 'presidio', mode: 'pre_call' } }
const scan = { guardrail_name: 'scan', litellm_params: { guardrail: 'lakera', mode: 'during_call' } }

function planned(before: object, after: object) {
  const desired = load({ ...base, ...after })
  const live = load({ ...base, ...before })
  return diff(desired, applied(desired, { config: parse(litellmConfigText(live.litellm)) }), NOW)
}

/** The changes as a reviewer reads them. */
function lines(before: object, after: object): string[] {
  return planned(before, after).changes.map(
    (change) => `${change.action} ${title(change)}: ${details(change).join('; ')}`,
  )
}

test.each([
  [
    'a section that comes',
    {},
    { guardrails: [mask] },
    'create guardrails: [mask].guardrail_name: mask; [mask].litellm_params.guardrail: presidio; [mask].litellm_params.mode: pre_call',
  ],
  [
    'one that goes',
    { mcp_servers: { github: { url: 'https://mcp.example' } } },
    {},
    'delete mcp_servers: github.url: https://mcp.example → removed',
  ],
  [
    'a value in a list, by the name of its item',
    { guardrails: [mask, scan] },
    {
      guardrails: [mask, { ...scan, litellm_params: { ...scan.litellm_params, mode: 'post_call' } }],
    },
    'update guardrails: [scan].litellm_params.mode: during_call → post_call',
  ],
  [
    'the order of a list',
    { guardrails: [mask, scan] },
    { guardrails: [scan, mask] },
    'update guardrails: order: ["mask","scan"] → ["scan","mask"]',
  ],
  [
    'a list without names',
    { files_settings: [{ custom_llm_provider: 'openai' }] },
    { files_settings: [{ custom_llm_provider: 'azure' }] },
    'update files_settings: [{"custom_llm_provider":"openai"}] → [{"custom_llm_provider":"azure"}]',
  ],
  [
    'a reference',
    { search_tools: [{ search_tool_name: 'web', litellm_params: { api_key: 'os.environ/OPENAI_API_KEY' } }] },
    { search_tools: [{ search_tool_name: 'web', litellm_params: { api_key: 'os.environ/OTHER' } }] },
    'update search_tools: [web].litellm_params.api_key: os.environ/OPENAI_API_KEY → os.environ/OTHER',
  ],
])('%s', (_, before, after, line) => {
  expect(lines(before, after)).toEqual([line])
})

test('a change is shown at its line', () => {
  const changed = { ...scan, litellm_params: { ...scan.litellm_params, mode: 'post_call' } }
  const [change] = planned({ guardrails: [mask, scan] }, { guardrails: [mask, changed] }).changes
  expect(change).toHaveProperty('at.file', 'gateway.yaml')
  const desired = load({ ...base, guardrails: [mask, changed] })
  expect(change).toHaveProperty('at.line', desired.locate(['guardrails', 1, 'litellm_params', 'mode']).line)
})

test('a literal secret on the host is known by its fingerprint', () => {
  const desired = load({
    ...base,
    mcp_servers: { github: { url: 'https://a', auth_value: 'os.environ/TOKEN' } },
  })
  const config: Record<string, unknown> = parse(litellmConfigText(desired.litellm))
  config.mcp_servers = { github: { url: 'https://a', auth_value: { fingerprint: 'f00d' } } }
  const [change] = diff(desired, applied(desired, { config }), NOW).changes
  expect(change && details(change)).toEqual([
    'github.auth_value: a value written out on the host (fingerprint f00d) → os.environ/TOKEN',
  ])
})

test.each([
  [
    { guardrails: [mask] },
    'What users ask and models answer will from now on be sent to the guardrail presidio.',
  ],
  [
    { mcp_servers: { github: { url: 'https://mcp.example/x', auth_value: 'os.environ/OPENAI_API_KEY' } } },
    'Key OPENAI_API_KEY will from now on also be sent to mcp.example.',
  ],
  [
    { mcp_servers: { wiki: { url: 'https://wiki.example/x' } } },
    'What LiteLLM sends by mcp_servers.wiki will from now on be sent to wiki.example.',
  ],
  [
    {
      search_tools: [
        {
          search_tool_name: 'web',
          litellm_params: { search_provider: 'x', api_key: 'os.environ/OPENAI_API_KEY' },
        },
      ],
    },
    'Key OPENAI_API_KEY will from now on also be sent to whom search_tools.web is for.',
  ],
])('what a section sends is shown first: %j', (after, text) => {
  const { notes } = planned({}, after)
  expect(notes.filter(({ about }) => about === 'destination').map((note) => note.text)).toEqual([text])
})

test('two deployments of one id, as LiteLLM serves them, are no change after an apply', () => {
  const model = (name: string) => ({
    model_name: name,
    litellm_params: { model: 'openai/a', api_key: 'os.environ/OPENAI_API_KEY' },
    model_info: { id: 'one' },
  })
  const both = { model_list: [model('a'), model('b')] }
  expect(lines(both, both)).toEqual([])
  expect(lines({ model_list: [model('a')] }, both)).toHaveLength(1)
})

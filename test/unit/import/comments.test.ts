import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { declarationOf } from '../../../src/import/declaration.ts'
import { readLitellmFiles } from '../../../src/import/includes.ts'

const HEAD = `# Our gateway, ask ops@example.com
domain: llm.example.com # since 2024
# the machine in the cellar
vm:
  ssh: {host: 192.0.2.10, user: debian, host_key: "ssh-ed25519 AAAA"}
litellm:
  image: ghcr.io/berriai/litellm-database@sha256:${'0'.repeat(64)} # 1.106.2
`

/** What is written of the files, and what it says. */
function written(texts: Record<string, string>, own?: string) {
  const files = { read: (path: string) => texts[path] ?? '', list: () => [] }
  const { config, origins, main } = readLitellmFiles('config.yaml', files)
  const { text } = declarationOf({
    config,
    budgets: [],
    own: own === undefined ? {} : parse(own),
    written: { origins, main, ...(own === undefined ? {} : { own }) },
  })
  return { text, config, value: parse(text) as Record<string, unknown> }
}
const imported = (text: string, own?: string) => written({ 'config.yaml': text }, own)

describe('comments are kept', () => {
  const FILE = `# The gateway of the team

# models, by price
model_list:
  # the good one
  - model_name: gpt-4o # alias
    litellm_params: # as in the contract
      model: openai/gpt-4o
      # from the vault
      api_key: os.environ/OPENAI_API_KEY # do not share
  # the cheap one
  - {model_name: mini, litellm_params: {model: openai/gpt-4o-mini}} # cheap
litellm_settings:
  drop_params: true # or clients fail
  # nothing below
# the end
`
  const COMMENTS = [...FILE.matchAll(/# (.*)/g)].map(([, comment = '']) => comment)

  test('of the configuration, each once and above or beside what it was', () => {
    const { text } = imported(FILE)
    for (const comment of COMMENTS) expect(text.split(`# ${comment}`), comment).toHaveLength(2)
    expect(text).toContain('  # the good one\n  - model_name: gpt-4o # alias\n')
    expect(text).toContain(
      '      # from the vault\n      api_key: os.environ/OPENAI_API_KEY # do not share\n',
    )
    expect(text).toContain('# The gateway of the team')
    expect(text).toMatch(/# the end\n$/)
  })

  test('of a gateway.yaml that is there', () => {
    const { text } = imported('model_list: []\n', HEAD)
    expect(text).toContain('# Our gateway, ask ops@example.com\n')
    expect(text).toContain('domain: llm.example.com # since 2024\n# the machine in the cellar\nvm:\n')
    expect(text).toContain('# 1.106.2\n')
    expect(text).not.toContain('Written by')
  })

  test('of each included file, at its own items', () => {
    const { text } = written({
      'config.yaml':
        'include: [s.yaml, t.yaml]\nmodel_list:\n# one\n- {model_name: a, litellm_params: {model: openai/a}}\n',
      's.yaml': 'model_list:\n- model_name: b # two\n  litellm_params: {model: openai/b}\n',
      't.yaml': 'litellm_settings:\n  drop_params: true # three\n',
    })
    expect(text).toMatch(
      /# one[\s\S]*model_name: a[\s\S]*model_name: b # two[\s\S]*drop_params: true # three/,
    )
  })

  test('and the form: flow, quotes, blocks, the order of sections', () => {
    const { text } = imported(
      'general_settings: {alerting: ["slack"]}\nmodel_list:\n- {model_name: \'a\', litellm_params: {model: "openai/a"}}\nlitellm_settings:\n  note: |\n    two\n    lines\n',
    )
    expect(text).toMatch(
      /general_settings: \{alerting: \["slack"\]\}\nmodel_list:\n {2}- \{model_name: 'a', litellm_params: \{model: "openai\/a"\}\}\nlitellm_settings:\n {2}note: \|\n {4}two\n {4}lines\n$/,
    )
  })
})

describe('what is written means what LiteLLM read', () => {
  test.each<[string, string]>([
    ['CRLF', 'model_list:\r\n# a\r\n- model_name: a # b\r\n  litellm_params: {model: openai/a}\r\n'],
    ['a mark of order', '\ufeffmodel_list:\n- {model_name: a, litellm_params: {model: openai/a}}\n'],
    ['a document’s start', '---\nmodel_list:\n- {model_name: a, litellm_params: {model: openai/a}}\n'],
    [
      'anchors',
      'model_list:\n- model_name: a\n  litellm_params: &p {model: openai/a, rpm: 1}\n- {model_name: b, litellm_params: *p}\n',
    ],
    [
      'merge keys',
      'x-p: &p {rpm: 1, tpm: 2} # c\nmodel_list:\n- model_name: a\n  litellm_params: {<<: *p, model: openai/a, rpm: 3}\n',
    ],
    [
      'several merged',
      'x-p: &p {rpm: 1}\nx-q: &q {rpm: 2, tpm: 2}\nmodel_list:\n- model_name: a\n  litellm_params:\n    <<: [*p, *q]\n    model: openai/a\n',
    ],
    [
      'words and numbers of YAML 1.1',
      'model_list:\n- {model_name: a, litellm_params: {model: openai/a, tpm: 20_000, order: 010, stream_timeout: 1:30, drop_params: yes}}\nlitellm_settings: {json_logs: on, set_verbose: off, a: "on", b: \'1:30\', c: 1e3, d: 1.0e+3, e: ~, f: "null", g: 0x10, h: 1.50}\n',
    ],
    ['dates', 'model_list:\n- {model_name: a, litellm_params: {model: azure/a, api_version: 2024-10-21}}\n'],
    ['a text over lines', 'model_list: []\nlitellm_settings: {note: "a\\n  b: c\\n"}\n'],
    [
      'a quoted text over lines',
      'model_list: []\nlitellm_settings:\n  note: >-\n    folded\n    text\n  other: |+\n    kept\n\n',
    ],
  ])('%s', (_, text) => {
    const { value, config } = imported(text)
    for (const section of ['model_list', 'litellm_settings']) expect(value[section]).toEqual(config[section])
    const [again] = [imported(text).text]
    // Both versions of YAML read the same.
    expect(parse(again, { version: '1.1', schema: 'yaml-1.1', merge: true })).toEqual(value)
    expect(again).not.toMatch(/\r|<<|[&*]p\b/)
  })
})

describe('no secret stays in a comment', () => {
  test.each([
    'was sk-abcdefgh12345678',
    'api_key: hunter2hunter2',
    'redis_password: "hunter2hunter2"',
    'UI_PASSWORD=hunter2hunter2',
    '- {model: x, api_key: hunter2hunter2}',
    'the value is same-as-below-1, do not tell',
    'see: api_key: hunter2hunter2',
    'note: it was password = hunter2hunter2 until May',
    'postgresql://me:hunter2hunter2@db/litellm',
    'https://hooks.slack.com/services/T0/B0/hunter2hunter2',
  ])('%s', (comment) => {
    const { text } = imported(
      `# ${comment}\nmodel_list:\n# ${comment}\n- model_name: a # ${comment}\n  litellm_params: {model: openai/a, api_key: same-as-below-1}\n# ${comment}\n`,
      `${HEAD.replace('since 2024', comment)}`,
    )
    expect(text).not.toMatch(/hunter2|same-as-below|abcdefgh12345678/)
    expect(text).toContain('***')
  })

  test.each([
    'api_key: os.environ/OPENAI_API_KEY',
    'model: openai/gpt-4o',
    'api_key: not-needed',
    'see https://docs.litellm.ai/docs',
  ])('%s is none', (comment) =>
    expect(imported(`model_list: [] # ${comment}\n`).text).toContain(`# ${comment}`),
  )
})

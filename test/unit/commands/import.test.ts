import { describe, expect, test } from 'vitest'
import { importGateway } from '../../../src/commands/import.ts'
import { MADE_HERE } from '../../../src/config/litellm/config-text.ts'
import { ConfigError, formatProblem } from '../../../src/config/problem.ts'
import { createKnownSecrets } from '../../../src/log/known-secrets.ts'
import { createRecordingLogger } from '../../../src/log/logger.ts'
import { loadText } from '../plan/applied.ts'

function run(files: Record<string, string>, { from = 'config.yaml', force = false } = {}) {
  const written: Record<string, string> = {}
  const read = (name: string) => {
    const text = written[name] ?? files[name]
    if (text === undefined) throw Object.assign(new Error(name), { code: 'ENOENT' })
    return text
  }
  const context = {
    inputs: { from, force },
    config: 'gateway.yaml',
    files: { read, list: () => [] },
    write: (name: string, text: string) => {
      written[name] = text
    },
    env: {},
    secrets: createKnownSecrets(),
    logger: createRecordingLogger(),
  }
  return { report: importGateway(context as never), written, logger: context.logger }
}

test('a config.yaml is imported as LiteLLM reads it, and what YAML 1.2 reads differently is told with its place there', async () => {
  const { report, written } = run({
    'config.yaml': 'model_list: []\nlitellm_settings: {json_logs: on}\ninclude: [more.yaml]\n',
    'more.yaml': 'model_list:\n- {model_name: a, litellm_params: {model: openai/a, tpm: 20_000}}\n',
  })
  const { problems = [] } = await report
  expect(written['gateway.yaml']).toMatch(/json_logs: true/)
  expect(written['gateway.yaml']).toMatch(/tpm: 20000/)
  const told = problems.filter(({ code }) => code === 'yaml-version')
  expect(told.map(({ at }) => `${at.file}:${at.line}`)).toEqual(['config.yaml:2', 'more.yaml:2'])
})

test('what a config.yaml of ours says of itself is not said of gateway.yaml', async () => {
  const { report, written } = run({ 'config.yaml': `${MADE_HERE}\n# mine\nmodel_list: []\n` })
  await report
  expect(written['gateway.yaml']).toContain('# mine')
  expect(written['gateway.yaml']).not.toContain('undone')
})

test('of a key that is given twice the last is taken, as LiteLLM does it, and the place is said', async () => {
  const { report, written } = run({
    'config.yaml':
      'model_list: []\nlitellm_settings: {drop_params: true}\nlitellm_settings: {json_logs: true}\n',
  })
  const { problems = [] } = await report
  expect(written['gateway.yaml']).toContain('litellm_settings: {json_logs: true}')
  expect(written['gateway.yaml']).not.toContain('drop_params')
  expect(problems.map(({ at }) => `${at.file}:${at.line}`)).toContain('config.yaml:3')
})

test('what LiteLLM will read from its environment and nobody delivers is named, with the lines to add', async () => {
  const { report } = run({
    'config.yaml': `model_list:
  - {model_name: g, litellm_params: {model: gemini/gemini-2.5-pro}}
  - {model_name: c, litellm_params: {model: bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0, aws_region_name: eu-central-1}}
litellm_settings: {success_callback: [langfuse]}
`,
  })
  const { problems = [], last } = await report
  expect(last).toMatch(
    /what LiteLLM reads from its environment.*\n.*GEMINI_API_KEY.*\n.*AWS_SECRET_ACCESS_KEY.*\n.*LANGFUSE_SECRET_KEY/,
  )
  const told = problems.filter(({ code }) => code === 'environment').map(({ fix }) => fix)
  expect(told).toEqual([
    expect.stringContaining('api_key: os.environ/GEMINI_API_KEY'),
    expect.stringContaining('AWS_SECRET_ACCESS_KEY: os.environ/AWS_SECRET_ACCESS_KEY'),
    expect.stringContaining(
      'LANGFUSE_PUBLIC_KEY: os.environ/LANGFUSE_PUBLIC_KEY, LANGFUSE_SECRET_KEY: os.environ/LANGFUSE_SECRET_KEY',
    ),
  ])
})

describe('files that the configuration names', () => {
  const config = 'litellm_settings: {callbacks: hooks.handler}\ngeneral_settings: {custom_auth: auth.check}\n'

  test('are named, and left where they are when they are beside gateway.yaml', async () => {
    const { report, written, logger } = run({
      'config.yaml': config,
      'hooks.py': 'import words',
      'words.py': '',
      'auth.py': '',
    })
    const { problems = [], failed, imported } = await report
    expect(problems.filter(({ code }) => code.startsWith('beside'))).toEqual([])
    expect(failed).toBe(false)
    expect(Object.keys(written)).toEqual(['gateway.yaml'])
    expect(JSON.stringify(logger)).toContain('auth.py, hooks.py, words.py')
    expect(imported).toContainEqual({ path: 'words.py', outcome: 'kept', detail: expect.any(String) })
  })

  test('are copied from elsewhere', async () => {
    const files = {
      'old/config.yaml': config,
      'old/hooks.py': 'h = 1',
      'old/auth.py': 'a = 1',
      'old/other.py': '',
    }
    const { report, written } = run(files, { from: 'old/config.yaml' })
    expect((await report).failed).toBe(false)
    expect(written).toMatchObject({ 'hooks.py': 'h = 1', 'auth.py': 'a = 1' })
    expect(written).not.toHaveProperty(['other.py'])
  })

  test('do not replace another file unless forced', async () => {
    const files = {
      'old/config.yaml': config,
      'old/hooks.py': 'h = 1',
      'old/auth.py': '',
      'auth.py': '',
      'hooks.py': 'mine',
    }
    const kept = run(files, { from: 'old/config.yaml' })
    const { problems = [], failed } = await kept.report
    expect(failed).toBe(true)
    expect(problems).toContainEqual(
      expect.objectContaining({
        code: 'exists',
        at: expect.objectContaining({ file: 'old/config.yaml', line: 1 }),
      }),
    )
    expect(kept.written).not.toHaveProperty(['hooks.py'])
    const forced = run(files, { from: 'old/config.yaml', force: true })
    expect((await forced.report).failed).toBe(false)
    expect(forced.written).toMatchObject({ 'hooks.py': 'h = 1' })
  })

  test('and are missing fail the import with their place', async () => {
    const { report, written } = run({ 'config.yaml': config, 'auth.py': '' })
    const { problems = [], failed } = await report
    expect(failed).toBe(true)
    expect(problems.filter(({ severity }) => severity === 'error')).toMatchObject([
      {
        code: 'beside-missing',
        message: expect.stringContaining('no hooks.py'),
        at: { file: 'config.yaml', line: 1 },
      },
    ])
    // Everything else is there to continue with.
    expect(written).toHaveProperty(['gateway.yaml'])
  })

  test('are not taken along with a key in them, and the key is not printed', async () => {
    const key = 'sk-proj-Ab1cdefghijklmnopqrstuvwxyz012345'
    const { report, written, logger } = run({
      'config.yaml': config,
      'hooks.py': `KEY = "${key}"`,
      'auth.py': '',
    })
    const { problems = [], failed } = await report
    expect(failed).toBe(true)
    expect(problems).toContainEqual(
      expect.objectContaining({ code: 'secret-in-file', at: { file: 'hooks.py', line: 1, column: 8 } }),
    )
    expect(JSON.stringify([problems, written, logger])).not.toContain(key)
  })
})

/** What is imported of a file, and what a plan says of it when it is pasted under a head. */
async function both(text: string) {
  const { report, written } = run({ 'config.yaml': text })
  const { imported = [], problems = [], result, unfinished, last = '' } = await report
  return {
    imported,
    problems,
    result,
    unfinished,
    last,
    text: written['gateway.yaml'] ?? '',
    pasted: pasted(text),
  }
}

const HEAD = `domain: llm.example.com
vm: {ssh: {host: 192.0.2.10, user: debian, host_key: "ssh-ed25519 AAAA"}}
litellm: {image: "ghcr.io/berriai/litellm-database@sha256:${'0'.repeat(64)}"}
`

function pasted(text: string): string[] {
  try {
    loadText(HEAD + text)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.filter(({ severity }) => severity === 'error').map(formatProblem)
  }
}

const MODEL =
  'model_list:\n  - {model_name: a, litellm_params: {model: openai/gpt-4o, api_key: os.environ/OPENAI_API_KEY}}\n'

describe('pasted and imported, a configuration', () => {
  test('with placeholders for local servers is taken as it is', async () => {
    const text = `model_list:
  - {model_name: local, litellm_params: {model: openai/qwen3, api_base: "http://10.0.0.7:8000/v1", api_key: not-needed}}
  - {model_name: local2, litellm_params: {model: hosted_vllm/qwen3, api_base: "http://10.0.0.8:8000/v1", api_key: "none"}}
  - {model_name: gpt-4o, litellm_params: {model: openai/gpt-4o}}
`
    const found = await both(text)
    expect([found.pasted, found.unfinished]).toEqual([[], undefined])
    expect(found.text).toContain(text)
    expect(found.text).not.toContain('os.environ')
  })

  test('with a variable of a shell refers to it', async () => {
    const text =
      // biome-ignore lint/suspicious/noTemplateCurlyInString: as people write it.
      'model_list:\n  - {model_name: a, litellm_params: {model: deepinfra/a, api_key: "${DEEPINFRA_KEY}"}}\n'
    const found = await both(text)
    expect(found.pasted.join()).toMatch(/Fix: write os\.environ\/DEEPINFRA_KEY/)
    expect(found.text).toContain('api_key: os.environ/DEEPINFRA_KEY')
    expect(found.last).toMatch(
      /\n +DEEPINFRA_KEY: .*\n[\s\S]*\n +DEEPINFRA_KEY: \$\{\{ secrets\.DEEPINFRA_KEY \}\}/,
    )
  })

  test('with headers keeps their text, and what they refer to is listed', async () => {
    const text = `model_list:
  - {model_name: a, litellm_params: {model: anthropic/claude-sonnet-4-5, api_key: os.environ/ANTHROPIC_API_KEY, extra_headers: {anthropic-beta: context-1m-2025-08-07}}}
general_settings:
  pass_through_endpoints:
    - path: /v1/rerank
      target: https://api.cohere.com/v1/rerank
      headers: {Authorization: "bearer os.environ/COHERE_API_KEY", content-type: application/json, accept: application/json}
`
    const found = await both(text)
    expect([found.pasted, found.unfinished]).toEqual([[], undefined])
    expect(found.text).toContain(text)
    expect(found.last).toMatch(/ANTHROPIC_API_KEY: .*\n +COHERE_API_KEY: /)
  })

  test('with names of keys keeps them', async () => {
    const text = `${MODEL}general_settings:
  key_management_system: aws_secret_manager
  key_management_settings: {hosted_keys: ["litellm_master_key", "OPENAI_API_KEY"], access_mode: read_only, prefix_for_stored_virtual_keys: "litellm/"}
`
    const found = await both(text)
    expect(found.pasted).toEqual([])
    expect(found.text).toContain(text)
  })

  test('with secrets that are numbers is refused or gets names, and none is seen', async () => {
    const text = `model_list:
  - {model_name: a, litellm_params: {model: openai/gpt-4o, api_key: 1234567890123}}
router_settings: {redis_host: r.example.com, redis_password: 55556666}
environment_variables: {UI_PASSWORD: 12345678}
`
    const found = await both(text)
    expect(found.pasted).toHaveLength(3)
    for (const line of found.pasted) expect(line).toMatch(/Fix: write os\.environ\/[A-Z_]+ /)
    expect(JSON.stringify(found)).not.toMatch(/1234567|5555/)
    expect(found.text).toMatch(
      /api_key: os\.environ\/OPENAI_API_KEY.*\n.*EXTERNAL_REDIS_PASSWORD.*\n.*os\.environ\/UI_PASSWORD/,
    )
  })

  test('that sets what the host owns is an error for each, and 2 at the end', async () => {
    const text =
      'model_list: []\nenvironment_variables: {LITELLM_SALT_KEY: os.environ/MY_SALT, DATABASE_URL: os.environ/MY_DB, LITELLM_MASTER_KEY: os.environ/MINE, REDIS_HOST: redis}\n'
    const found = await both(text)
    expect(found.pasted).toHaveLength(4)
    const errors = found.problems.filter(({ severity }) => severity === 'error')
    expect(errors.map(({ code }) => code)).toEqual(Array(4).fill('owned-variable'))
    expect(found.unfinished).toBe(true)
    // They are left out: nobody has to set a value for them.
    expect(found.last).not.toMatch(/MY_SALT:/)
    expect(found.text).not.toContain('environment_variables')
  })

  test('that sets what the host owns to nothing, or to itself, loses it with a word', async () => {
    const found = await both(
      `${MODEL}environment_variables: {REDIS_PORT: , REDIS_HOST: os.environ/REDIS_HOST, MY_NAME: a}\n`,
    )
    expect(found.unfinished).toBeUndefined()
    expect(found.text).toMatch(/environment_variables: *\{? *\n? *MY_NAME: a/)
    expect(found.last).toMatch(/environment_variables\.REDIS_PORT: the host makes and keeps it/)
  })

  test('of YAML 1.1 means what PyYAML reads', async () => {
    const found = await both(
      'model_list:\n  - {model_name: a, litellm_params: {model: azure/gpt-4o, api_base: "https://x.openai.azure.com", api_version: 2024-10-21, api_key: os.environ/AZURE_API_KEY, tpm: 20_000, order: 010, stream_timeout: 1:30}}\nlitellm_settings: {drop_params: off, json_logs: on}\n',
    )
    expect(found.pasted).toEqual([])
    expect(found.text).toContain(
      'api_version: "2024-10-21", api_key: os.environ/AZURE_API_KEY, tpm: 20000, order: 8, stream_timeout: 90',
    )
    expect(found.text).toContain('litellm_settings: {drop_params: false, json_logs: true}')
    expect(found.problems.filter(({ code }) => code === 'yaml-version')).toHaveLength(5)
  })
})

test('a section that has no place and that LiteLLM reads is for a person; one that LiteLLM ignores is not', async () => {
  const ignored = await both(`${MODEL}x-common: {a: 1}\nlogging: {level: debug}\n`)
  expect(ignored.unfinished).toBeUndefined()
  expect(ignored.last).toMatch(/x-common: LiteLLM reads no such section\n +logging: /)
})

test('what LiteLLM reads from its environment is in the list with the lines to add', async () => {
  const found = await both(
    'model_list:\n  - {model_name: g, litellm_params: {model: gemini/gemini-2.5-pro}}\nlitellm_settings: {success_callback: [langfuse]}\n',
  )
  expect(found.last).toMatch(
    /what LiteLLM reads from its environment[\s\S]*GEMINI_API_KEY[\s\S]*LANGFUSE_SECRET_KEY: os\.environ/,
  )
  expect(found.unfinished).toBeUndefined()
})

test('a key of a provider is named so when nothing else would get it', async () => {
  const text = (second: string) =>
    `model_list:\n- {model_name: a, litellm_params: {model: openai/a, api_key: sk-abcdefgh1234}}\n- {model_name: b, litellm_params: {model: openai/b, api_base: "http://10.0.0.7/v1"${second}}}\n`
  expect((await both(text(', api_key: none'))).text).toContain('os.environ/OPENAI_API_KEY')
  // LiteLLM would send it to that server.
  expect((await both(text(''))).text).toContain('os.environ/A_API_KEY')
})

test('the master key is one error when it is pasted, and left out when it is imported', async () => {
  const found = await both(`${MODEL}general_settings: {master_key: sk-1234}\n`)
  expect(found.pasted).toHaveLength(1)
  expect(found.pasted[0]).toMatch(/remove it/)
  expect(found.text).not.toMatch(/sk-1234|general_settings/)
  expect(found.unfinished).toBeUndefined()
})

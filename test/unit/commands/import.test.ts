import { describe, expect, test } from 'vitest'
import { importGateway } from '../../../src/commands/import.ts'
import { ConfigError } from '../../../src/config/problem.ts'
import { createKnownSecrets } from '../../../src/log/known-secrets.ts'
import { createRecordingLogger } from '../../../src/log/logger.ts'

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

test('a config.yaml with a key that is given twice is refused', async () => {
  const { report } = run({ 'config.yaml': 'model_list: []\nmodel_list: []\n' })
  await expect(report).rejects.toBeInstanceOf(ConfigError)
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

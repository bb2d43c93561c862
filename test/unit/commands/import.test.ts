import { expect, test } from 'vitest'
import { importGateway } from '../../../src/commands/import.ts'
import { ConfigError } from '../../../src/config/problem.ts'
import { createKnownSecrets } from '../../../src/log/known-secrets.ts'
import { createRecordingLogger } from '../../../src/log/logger.ts'

function run(files: Record<string, string>) {
  const written: Record<string, string> = {}
  const read = (name: string) => {
    const text = written[name] ?? files[name]
    if (text === undefined) throw Object.assign(new Error(name), { code: 'ENOENT' })
    return text
  }
  const context = {
    inputs: { from: 'config.yaml' },
    config: 'gateway.yaml',
    files: { read, list: () => [] },
    write: (name: string, text: string) => {
      written[name] = text
    },
    env: {},
    secrets: createKnownSecrets(),
    logger: createRecordingLogger(),
  }
  return { report: importGateway(context as never), written }
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

import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { loadDesired } from '../../../../src/config/desired.ts'
import { ConfigError, formatProblem } from '../../../../src/config/problem.ts'
import { base, loadText } from '../../plan/applied.ts'

const { model_list: _, litellm_settings: __, budget_config: ___, ...own } = base as Record<string, unknown>
const HEAD = stringify(own)

/** As `../shared/cases` has it: a file of LiteLLM's under our head. */
const PASTED = `model_list:
  - {model_name: a, litellm_params: {model: azure/gpt-4o, api_version: 2024-10-21, api_key: os.environ/AZURE_API_KEY, tpm: 20_000, order: 010, stream_timeout: 1:30, input_cost_per_token: 1e-8}}
litellm_settings: {set_verbose: off, json_logs: on}
`

test('what is pasted means what PyYAML reads, with a note for each value that YAML 1.2 reads differently', () => {
  const { litellm, warnings } = loadText(HEAD + PASTED)
  expect(litellm.model_list[0]?.litellm_params).toMatchObject({
    api_version: '2024-10-21',
    tpm: 20_000,
    order: 8,
    stream_timeout: 90,
    input_cost_per_token: '1e-8',
  })
  expect(litellm.litellm_settings).toMatchObject({ set_verbose: false, json_logs: true })
  const told = warnings.filter(({ code }) => code === 'yaml-version')
  expect(told.map(({ message, fix }) => `${message} ${fix}`)).toEqual([
    'model_list[0].litellm_params.tpm is 20000 to LiteLLM, which reads YAML 1.1, but the text "20_000" in YAML 1.2. write 20000, or "20_000" in quotes for the text.',
    'model_list[0].litellm_params.order is 8 to LiteLLM, which reads YAML 1.1, but 10 in YAML 1.2. write 8, or "010" in quotes for the text.',
    'model_list[0].litellm_params.stream_timeout is 90 to LiteLLM, which reads YAML 1.1, but the text "1:30" in YAML 1.2. write 90, or "1:30" in quotes for the text.',
    'model_list[0].litellm_params.input_cost_per_token is the text "1e-8" to LiteLLM, which reads YAML 1.1, but 1e-8 in YAML 1.2. write 1.0e-8, or "1e-8" in quotes for the text.',
    'litellm_settings.set_verbose is false to LiteLLM, which reads YAML 1.1, but the text "off" in YAML 1.2. write false, or "off" in quotes for the text.',
    'litellm_settings.json_logs is true to LiteLLM, which reads YAML 1.1, but the text "on" in YAML 1.2. write true, or "on" in quotes for the text.',
  ])
})

test('our own keys are read as they always were', () => {
  const { gateway, warnings } = loadText(
    `${HEAD}model_list: []\ntls: off\nbackup: {at: 12:00}\nfirewall: off\n`,
  )
  expect(gateway).toMatchObject({ tls: 'off', backup: { at: '12:00' }, firewall: undefined })
  expect(warnings).toEqual([])
})

test('a number with more digits than are kept is told', () => {
  const { warnings } = loadText(`${HEAD}model_list: []\nrouter_settings: {a_b: 12345678901234567890}\n`)
  expect(warnings.map(({ code }) => code)).toContain('yaml-version')
})

test.each(['api_key: 0777777', 'api_key: 1_000_000', 'password: 1:30:30:30', 'api_key: 0x1F2F3F'])(
  'a secret that is a number to one of the versions is not printed: %s',
  (secret) => {
    const text = `${HEAD}model_list:\n- {model_name: a, litellm_params: {model: openai/a, ${secret}}}\n`
    const value = secret.split(': ')[1] ?? ''
    try {
      expect(loadText(text).warnings.map(formatProblem).join()).not.toContain(value)
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      expect(error.message).toMatch(/literal secret/)
      expect(error.message).not.toContain(value)
      expect(error.problems.map(({ code }) => code)).not.toContain('yaml-version')
    }
  },
)

test('values in included files are told with their own file', () => {
  const files: Record<string, string> = {
    'gateway.yaml': `${HEAD}model_list: []\ninclude: models.yaml\n`,
    'models.yaml': 'model_list:\n- {model_name: a, litellm_params: {model: openai/a, tpm: 1_0}}\n',
  }
  const read = (name: string) => files[name] ?? expect.fail(name)
  const { warnings, litellm } = loadDesired('gateway.yaml', { read, list: (name) => [name] })
  expect(litellm.model_list[0]?.litellm_params.tpm).toBe(10)
  expect(warnings.map(({ at }) => `${at.file}:${at.line}`)).toEqual(['models.yaml:2'])
})

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { loadDesired } from '../../../../src/config/desired.ts'
import { ConfigError, formatProblem } from '../../../../src/config/problem.ts'
import { readSource } from '../../../../src/config/yaml/source.ts'
import { filesIn } from '../../../../src/steps/files.ts'
import { base } from '../../plan/applied.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function folderOf(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'include-'))
  folders.push(folder)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return filesIn(folder)
}

/** What the whole says, without our own keys. */
function whole(files: Readonly<Record<string, string>>, file = 'config.yaml') {
  const { value, problems } = readSource(file, folderOf(files))
  const { include: _, ...rest } = value
  return { value: rest, problems: problems.map((one) => `${one.severity} ${formatProblem(one)}`) }
}

describe('included files are put together as LiteLLM does it', () => {
  test('lists go on, in the order of the files', () => {
    const { value, problems } = whole({
      'config.yaml': 'include: [b.yaml, a.yaml]\nmodel_list: [1]\nguardrails: [x]',
      'a.yaml': 'model_list: [3]\nprompts: [p]',
      'b.yaml': 'model_list: [2]\nguardrails: [y]',
    })
    expect(value).toEqual({ model_list: [1, 2, 3], guardrails: ['x', 'y'], prompts: ['p'] })
    expect(problems).toEqual([])
  })

  test('any other value is replaced as a whole, and that is said', () => {
    const { value, problems } = whole({
      'config.yaml':
        'include: [s.yaml]\nlitellm_settings: {drop_params: true}\nrouter_settings: {num_retries: 1}',
      's.yaml': 'a: 1\nlitellm_settings: {request_timeout: 60}\nrouter_settings:',
    })
    expect(value).toEqual({ litellm_settings: { request_timeout: 60 }, router_settings: null, a: 1 })
    expect(problems).toEqual([
      expect.stringMatching(/^warning s\.yaml:2:1: "litellm_settings" of this included file takes the place/),
      expect.stringMatching(/^warning s\.yaml:3:1: "router_settings" of this included file takes the place/),
    ])
  })

  test('what an included file includes comes last, beside the file that names it', () => {
    const { value } = whole({
      'config.yaml': 'include: [sub/a.yaml, b.yaml]\nmodel_list: [1]',
      'sub/a.yaml': 'include: [c.yaml]\nmodel_list: [2]',
      'sub/c.yaml': 'model_list: [4]',
      'b.yaml': 'model_list: [3]',
    })
    expect(value).toEqual({ model_list: [1, 2, 3, 4] })
  })

  test('or else beside the first one', () => {
    const { value } = whole({
      'config.yaml': 'include: [sub/a.yaml]',
      'sub/a.yaml': 'include: [c.yaml]',
      'c.yaml': 'model_list: [1]',
    })
    expect(value).toEqual({ model_list: [1] })
  })

  test.each([
    ['itself', { 'config.yaml': 'include: [config.yaml]\nmodel_list: [1]' }],
    [
      'each other',
      { 'config.yaml': 'include: [a.yaml]\nmodel_list: [1]', 'a.yaml': 'include: [config.yaml, a.yaml]' },
    ],
    ['one twice', { 'config.yaml': 'include: [a.yaml, ./a.yaml, "*.yaml"]', 'a.yaml': 'model_list: [1]' }],
    [
      'a folder above',
      {
        'config.yaml': 'include: [sub/a.yaml]',
        'sub/a.yaml': 'include: [../b.yaml]',
        'b.yaml': 'model_list: [1]',
      },
    ],
  ])('files that include %s are read once', (_, files) => {
    const { value, problems } = whole(files)
    expect(value).toEqual({ model_list: [1] })
    expect(problems).toEqual([])
  })

  test.each([
    ['nothing.yaml', 'no file matches the include "nothing.yaml"'],
    ['../outside.yaml', 'the include "../outside.yaml" is refused'],
    ['/etc/passwd', 'the include "/etc/passwd" is refused'],
  ])('%s is an error at its place', (name, text) => {
    const { problems } = whole({
      'config.yaml': 'model_list: []\ninclude:\n- a.yaml',
      'a.yaml': `include: ["${name}"]`,
    })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(`error a.yaml:1:11: ${text}`)
  })
})

describe('in a declaration', () => {
  const { model_list: _models, budget_config: _budgets, ...own } = base
  const main = stringify({ ...own, include: ['parts/*.yaml'] })
  const said = (part: string) => {
    try {
      return loadDesired(
        'gateway.yaml',
        folderOf({ 'gateway.yaml': main, 'parts/p.yaml': part }),
      ).warnings.map(formatProblem)
    } catch (error) {
      if (error instanceof ConfigError) return error.problems.map(formatProblem)
      throw error
    }
  }

  test.each([
    ['model_list:\n- {model_name: a}', /^parts\/p\.yaml:2:3: model_list\[0\]\.litellm_params is missing/],
    [
      'model_list: []\nguardrails:\n- {guardrail_name: g}',
      /^parts\/p\.yaml:3:3: guardrails\[0\]\.litellm_params is missing/,
    ],
    [
      'model_list: []\ngeneral_settings:\n  max_parallel_requests: x',
      /^parts\/p\.yaml:3:26: "max_parallel_requests" is "x"/,
    ],
    ['model_list: []\nlitellm_settings: {a: 1, a: 2}', /^parts\/p\.yaml:2:26: .*the key "a" is given twice/],
    [
      'model_list: []\nmcp_servers: {x: {auth_value: sk-proj-abcdefghijkl}}',
      /^parts\/p\.yaml:2:31: .* secret/,
    ],
    ['model_list: []\ntls: off', /^parts\/p\.yaml:2:1: an included file has the key "tls"/],
    ['model_list: []\nguardrail: []', /^parts\/p\.yaml:2:1: "guardrail" is not a key/],
  ])('what is wrong in an included file has its place there: %s', (part, line) => {
    expect(said(part)[0]).toMatch(line)
  })

  test('sections of included files reach LiteLLM', () => {
    const part =
      'model_list: []\nmcp_servers: {x: {url: "https://x.example"}}\nbudget_config: [{user_id: u, max_budget: 1}]'
    const desired = loadDesired('gateway.yaml', folderOf({ 'gateway.yaml': main, 'parts/p.yaml': part }))
    expect(desired.litellm.mcp_servers).toEqual({ x: { url: 'https://x.example' } })
    expect(desired.budgets).toHaveLength(1)
  })
})

import { describe, expect, test } from 'vitest'
import { ConfigError, formatProblem } from '../../../src/config/problem.ts'
import { readLitellmFiles } from '../../../src/import/includes.ts'

function read(texts: Record<string, string>, name = 'config.yaml') {
  return readLitellmFiles(name, {
    read: (path) => {
      const text = texts[path]
      if (text === undefined) throw Object.assign(new Error(path), { code: 'ENOENT' })
      return text
    },
    list: () => [],
  })
}

function refused(texts: Record<string, string>): string {
  try {
    read(texts)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(formatProblem).join('\n')
    throw error
  }
  return 'taken'
}

const A = '{model_name: a, litellm_params: {model: openai/a}}'
const B = '{model_name: b, litellm_params: {model: openai/b}}'

// As `config_includes.py` of LiteLLM 1.106.2 does it.
describe('what is included', () => {
  test('extends lists, and replaces everything else', () => {
    const { config } = read({
      'config.yaml': `include: [s.yaml]\nmodel_list: [${A}]\nlitellm_settings: {drop_params: true}\n`,
      's.yaml': `model_list: [${B}]\nlitellm_settings: {request_timeout: 60}\ngeneral_settings: {a: 1}\n`,
    })
    expect(config).toEqual({
      model_list: [
        { model_name: 'a', litellm_params: { model: 'openai/a' } },
        { model_name: 'b', litellm_params: { model: 'openai/b' } },
      ],
      litellm_settings: { request_timeout: 60 },
      general_settings: { a: 1 },
    })
  })

  test('is read once, also when files include themselves and each other', () => {
    const { config } = read({
      'config.yaml': `include: [config.yaml, ./config.yaml, s.yaml]\nmodel_list: [${A}]\n`,
      's.yaml': `include: [config.yaml, s.yaml]\nmodel_list: [${B}]\n`,
    })
    expect(config.model_list).toHaveLength(2)
  })

  test('is next to the file that names it, or else next to the first', () => {
    const files = {
      'x/config.yaml': 'include: [sub/s.yaml]\nmodel_list: []\n',
      'x/sub/s.yaml': 'include: [t.yaml, u.yaml]\n',
      'x/sub/t.yaml': `model_list: [${A}]\n`,
      'x/t.yaml': `model_list: [${A}, ${A}]\n`,
      'x/u.yaml': `model_list: [${B}]\n`,
    }
    const { config } = read(files, 'x/config.yaml')
    expect((config.model_list as { model_name: string }[]).map(({ model_name }) => model_name)).toEqual([
      'a',
      'b',
    ])
  })

  test('comes after what includes it, breadth first', () => {
    const { origins } = read({
      'config.yaml': `include: [s.yaml, t.yaml]\nmodel_list: [${A}]\n`,
      's.yaml': `include: [u.yaml]\nmodel_list: [${A}]\n`,
      't.yaml': `model_list: [${A}]\n`,
      'u.yaml': `model_list: [${A}]\n`,
    })
    expect(origins.get('model_list')?.map(({ name }) => name)).toEqual([
      'config.yaml',
      's.yaml',
      't.yaml',
      'u.yaml',
    ])
  })
})

test.each<[string, Record<string, string>, RegExp]>([
  [
    'no list',
    { 'config.yaml': 'model_list: []\ninclude: s.yaml\n' },
    /config\.yaml:2:10: include is no list/,
  ],
  [
    'a missing file',
    { 'config.yaml': 'model_list: []\ninclude:\n- s.yaml\n' },
    /config\.yaml:3:3: the included file s\.yaml cannot/,
  ],
  [
    'a model list of names',
    { 'config.yaml': 'model_list:\n  a: {}\n' },
    /config\.yaml:1:1: model_list is no list/,
  ],
  [
    'an empty item',
    { 'config.yaml': `model_list:\n- ${A}\n-\n` },
    /config\.yaml:3:2: model_list\[1\] is empty/,
  ],
  [
    'a text as an item',
    { 'config.yaml': `model_list:\n- hunter2\n` },
    /^config\.yaml:2:3: model_list\[0\] is no model, and (?!.*hunter2)/,
  ],
  [
    'one in an included file',
    { 'config.yaml': 'include: [s.yaml]\n', 's.yaml': 'model_list:\n-\n' },
    /s\.yaml:2:2: model_list\[0\] is empty/,
  ],
  [
    'an empty file',
    { 'config.yaml': '' },
    /config\.yaml:1:1: this is not a LiteLLM configuration: it is empty/,
  ],
  ['comments alone', { 'config.yaml': '# x\n' }, /this is not a LiteLLM configuration: it is empty/],
  [
    'a text',
    { 'config.yaml': 'hunter2\n' },
    /this is not a LiteLLM configuration: it has no keys(?!.*hunter2)/,
  ],
  [
    'a file of something else',
    { 'config.yaml': 'services: {a: {image: b}}\n' },
    /this is not a LiteLLM configuration: it has no section/,
  ],
  ['no YAML', { 'config.yaml': 'model_list: [\n' }, /config\.yaml:2:1: not valid YAML/],
])('%s is refused with its place', (_, texts, said) => {
  expect(refused(texts)).toMatch(said)
  expect(refused(texts)).not.toContain('hunter2')
})

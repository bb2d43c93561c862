import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { ConfigError } from '../../../../src/config/problem.ts'
import { base, loadText } from '../../plan/applied.ts'

const HEAD = stringify({ ...base, model_list: undefined, budget_config: undefined }).replaceAll(
  /^.*: null\n/gm,
  '',
)
const LINES = HEAD.split('\n').length

/** `code line:column message` of each error. */
function said(more: string): string[] {
  try {
    loadText(`${HEAD}${more}\n`)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map(
      ({ code, at, message }) => `${code} ${at.line - LINES + 1}:${at.column} ${message}`,
    )
  }
}
const hex = (code: number) => code.toString(16).toUpperCase().padStart(4, '0')
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)
const CONTROLS = [
  ...range(0, 8),
  ...range(0x0b, 0x0c),
  ...range(0x0e, 0x1f),
  ...range(0x7f, 0x9f),
  ...range(0x2028, 0x202e),
  ...range(0x2066, 0x2069),
]
const MARKS = [0x200e, 0x200f, 0x061c]
const INVISIBLE = [0x00ad, 0x200b, 0x2060, 0xfeff, 0xe0041]

describe('a character that nobody sees', () => {
  test.each(CONTROLS.map(hex))(
    'U+%s is an error as itself and as an escape, in a value, a key and a comment',
    (code) => {
      const character = String.fromCodePoint(Number.parseInt(code, 16))
      const escaped = `\\u${code}`
      expect(said(`model_list: [] # a${character}b`)).toEqual([
        expect.stringContaining(`control-character 1:19 the character U+${code}`),
      ])
      expect(said(`model_list: []\nlitellm_settings: {x: "a${character}"}`)).toEqual([
        expect.stringContaining(`control-character 2:25 the character U+${code}`),
      ])
      expect(said(`model_list: []\nlitellm_settings: {x: "a${escaped}"}`).join()).toContain(
        `control-character 2:23 litellm_settings.x holds the character U+${code}`,
      )
      expect(said(`model_list: []\nlitellm_settings: {"a${escaped}": 1}`).join()).toContain(
        `control-character 2:20 a key in litellm_settings holds the character U+${code}`,
      )
    },
  )

  test('NEL by its own escape is one, too', () => {
    const model =
      '{model_name: a, litellm_params: {model: openai/a}, model_info: {description: "x\\N::stop-commands::y"}}'
    expect(said(`model_list: [${model}]`).join()).toContain('description holds the character U+0085')
  })

  test('a carriage return alone is one', () => {
    expect(said('model_list: [] # a\rstrict: true').join()).toContain(
      'U+000D is in the file without a line feed',
    )
  })

  test.each(MARKS.map(hex))('U+%s is an error in a value, and may stand in a comment', (code) => {
    const character = String.fromCodePoint(Number.parseInt(code, 16))
    expect(said(`model_list: [] # שלום${character}`)).toEqual([])
    expect(said(`model_list: []\nlitellm_settings: {success_callback: ["${character}"]}`).join()).toContain(
      `U+${code}`,
    )
  })

  test.each(INVISIBLE)('U+%s is an error in a name and in a key, and may stand in a text', (code) => {
    const character = String.fromCodePoint(code)
    const model = (name: string, description: string) =>
      `model_list: [{model_name: "${name}", litellm_params: {model: openai/a}, model_info: {description: "${description}"}}]`
    expect(said(model(`gpt${character}4`, 'x')).join()).toContain('model_name holds')
    expect(said(model('gpt4', `x${character}`))).toEqual([])
    expect(
      said(`model_list: []\nbudget_config: [{user_id: "a${character}", max_budget: 1}]`).join(),
    ).toContain('user_id holds')
    expect(said(`model_list: []\nenvironment_variables: {"A${character}": x}`).join()).toContain('a key in')
  })

  test('a lone surrogate is one', () => {
    expect(said('model_list: []\nlitellm_settings: {x: "\\uD800"}').join()).toContain('U+D800')
  })
})

describe('a character that makes two values of what looks like one', () => {
  const HIDDEN = [...INVISIBLE, 0x034f, 0x115f, 0x3164, 0x200c, 0x200d, 0xfe0f, 0xe0100, 0x180b, 0x2800]
  const SPACES = [0x00a0, 0x1680, ...range(0x2000, 0x200a), 0x202f, 0x205f, 0x3000]
  const PLACES: [string, (word: string) => string][] = [
    [
      'litellm_params.api_base',
      (word) =>
        `model_list: [{model_name: a, litellm_params: {model: openai/a, api_base: "https://${word}.example"}}]`,
    ],
    [
      'litellm_params.model',
      (word) => `model_list: [{model_name: a, litellm_params: {model: "openai/${word}"}}]`,
    ],
    ['model_name', (word) => `model_list: [{model_name: "${word}", litellm_params: {model: openai/a}}]`],
    [
      'team_id',
      (word) =>
        `model_list: []\nbudget_config: [{team_id: ${word}, max_budget: 1}, {team_id: xy, max_budget: 2}]`,
    ],
    [
      'models[0]',
      (word) => `model_list: []\nbudget_config: [{team_id: t, max_budget: 1, models: ["${word}"]}]`,
    ],
    ['success_callback[0]', (word) => `model_list: []\nlitellm_settings: {success_callback: ["${word}"]}`],
    ['fallbacks[0].a[0]', (word) => `model_list: []\nrouter_settings: {fallbacks: [{a: ["${word}"]}]}`],
    ['environment_variables.A_NOTE', (word) => `model_list: []\nenvironment_variables: {A_NOTE: "${word}"}`],
    [
      'a key in budget_config[0].model_max_budget',
      (word) =>
        `model_list: []\nbudget_config: [{team_id: t, model_max_budget: {"${word}": {max_budget: 1, time_period: 1d}}}]`,
    ],
  ]
  for (const [place, written] of PLACES) {
    test.each(HIDDEN.map(hex))(`${place} with U+%s at its end or within`, (code) => {
      const character = String.fromCodePoint(Number.parseInt(code, 16))
      for (const word of [`xy${character}`, `x${character}y`, `${character}xy`])
        expect(said(written(word)).join()).toContain(`holds the character U+${code}, which nobody sees`)
    })
    test.each(SPACES.map(hex))(`${place} with the space U+%s`, (code) => {
      const word = `x${String.fromCodePoint(Number.parseInt(code, 16))}y`
      expect(said(written(word)).join()).toContain(
        `${place.replace(/^a key in /, '')} holds the character U+${code}, which only looks like a space`,
      )
    })
  }

  test.each(HIDDEN.map((code) => String.fromCodePoint(code)))('may stand in a text: %j', (character) => {
    expect(
      said(
        `model_list: [{model_name: a, litellm_params: {model: openai/a}, model_info: {description: "x${character} \u00a0y"}}]`,
      ),
    ).toEqual([])
  })

  test.each([
    ['indentation', 'model_list:\n\u00a0 - {model_name: a, litellm_params: {model: openai/a}}', 'U+00A0', 2],
    ['behind a key', 'model_list: []\nstrict:\u00a0true', 'U+00A0', 2],
    [
      'behind a key of an item',
      'model_list:\n  - model_name:\u00a0a\n    litellm_params: {model: openai/a}',
      'U+00A0',
      2,
    ],
    [
      'behind a dash',
      'model_list:\n  -\u00a0model_name: a\n    litellm_params: {model: openai/a}',
      'U+00A0',
      2,
    ],
    ['before a key', 'model_list: []\n\u2003strict: true', 'U+2003', 2],
    ['before a key within', 'model_list: []\nlitellm_settings:\n  \u200bset_verbose: true', 'U+200B', 3],
  ])('in the place of a space: %s', (_, more, code, line) => {
    expect(said(more)[0]).toMatch(new RegExp(`^control-character ${line}:\\d+ .*${code.replace('+', '\\+')}`))
  })
})

test('a file of spaces that is no YAML is told in time', () => {
  const begun = performance.now()
  for (const many of [' '.repeat(2_000_000), '- '.repeat(60), 'a:'.repeat(500_000), '-'.repeat(2_000_000)])
    expect(said(`model_list: []\nx${many}\u00a0: [\n${many}\u00a0`).length).toBeGreaterThan(0)
  expect(performance.now() - begun).toBeLessThan(20_000)
})

describe('what is none', () => {
  test.each([
    [
      'tabs and lines in a block',
      'model_list: []\nlitellm_settings:\n  success_callback:\n    - |\n      a\tb\n      c',
    ],
    [
      'names of all scripts',
      'model_list: []\nbudget_config: [{user_id: "علی\u200cرضا", max_budget: 1}, {team_id: "👩\u200d💻 ❤️ 👩🏽\u200d🚀 1️⃣ क्\u200dष Zoë שלום 中文", max_budget: 2}]',
    ],
  ])('%s', (_, more) => expect(said(more)).toEqual([]))

  test('a name of two lines is', () => {
    expect(said('model_list: [{model_name: "a\\nb", litellm_params: {model: openai/a}}]').join()).toContain(
      'U+000A',
    )
  })
})

import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { ConfigError } from '../../../src/config/problem.ts'
import { base, loadText } from '../plan/applied.ts'

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
      'U+000D stands in the file without a line feed',
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

describe('what is none', () => {
  test.each([
    [
      'tabs and lines in a block',
      'model_list: []\nlitellm_settings:\n  success_callback:\n    - |\n      a\tb\n      c',
    ],
    [
      'names of all scripts',
      'model_list: []\nbudget_config: [{user_id: "علی\u200cرضا", max_budget: 1}, {team_id: "👩\u200d💻 Zoë שלום 中文", max_budget: 2}]',
    ],
  ])('%s', (_, more) => expect(said(more)).toEqual([]))

  test('a name of two lines is', () => {
    expect(said('model_list: [{model_name: "a\\nb", litellm_params: {model: openai/a}}]').join()).toContain(
      'U+000A',
    )
  })
})

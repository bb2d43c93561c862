import { describe, expect, test } from 'vitest'
import { block, code, prose } from '../../../src/text/markdown.ts'
import { HOSTILE } from './hostile.ts'

// That GitHub reads it so is test/e2e/markdown.test.ts.
describe('a sentence', () => {
  test.each([
    ['model gpt-4: rpm 10 → 60, 100.00 USD a month', 'model gpt-4: rpm 10 → 60, 100.00 USD a month'],
    ['public."LiteLLM_SpendLogs" _em_', 'public."LiteLLM_SpendLogs" \\_em\\_'],
    [
      'user alice@example.com (see https://x.example/a_b).',
      'user `alice@example.com` (see `https://x.example/a_b`).',
    ],
    ['@octocat, #1 and GH-1', '`@octocat`, `#1` and `GH-1`'],
    ['release 0123abcdef of 1000 rows', 'release `0123abcdef` of 1000 rows'],
    ['[a](b) ![c](d) <b> *x* a|b', '\\[a\\](b) !\\[c\\](d) &lt;b> \\*x\\* a\\|b'],
    ['run `deploy`, or `a|b`', 'run `deploy`, or `a`\\|`b`'],
    ['`a``b` `c', '`a` `b` \\`c'],
    ['\n# not\r\n\r\na heading\n', '\\# not a heading'],
    ['- item', '\\- item'],
    ['1. item', '1\\. item'],
    ['1.5 s', '1.5 s'],
    ['\u001b[31mred\u202e', '\\\\u001b\\[31mred\\\\u202e'],
    ['', ''],
  ])('%j', (text, markdown) => {
    expect(prose(text)).toBe(markdown)
  })
})

test.each([
  ['gateway.yaml', '`gateway.yaml`'],
  ['a`b``c', '```a`b``c```'],
  ['`a`', '`` `a` ``'],
  ['a|b', '`a`\\|`b`'],
  ['|', '\\|'],
  [' a ', '`  a  `'],
  ['a\n\n# b', '`a # b`'],
  ['', ''],
])('a name, %j, is code', (value, markdown) => {
  expect(code(value)).toBe(markdown)
})

test('lines stand in a block that they cannot end', () => {
  expect(block('a\n````\n# b', '')).toBe('`````\na\n````\n# b\n`````')
})

test('each is one line, whatever is in it', () => {
  for (const value of HOSTILE)
    for (const escaped of [prose(value), code(value)]) expect(escaped).not.toMatch(/[\n\r]/)
})

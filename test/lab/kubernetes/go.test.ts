import { expect, test } from 'vitest'
import { isAtLeast } from './go.ts'

test.each([
  ['1.26.4', '1.26.4', true],
  ['1.26.10', '1.26.4', true],
  ['1.27', '1.26.4', true],
  ['1.26', '1.26.4', false],
  ['1.19.8', '1.26.4', false],
  ['2.0', '1.26.4', true],
])('go %s for what asks for %s: %s', (version, needed, enough) => {
  expect(isAtLeast(version, needed)).toBe(enough)
})

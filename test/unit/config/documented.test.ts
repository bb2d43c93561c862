import { expect, test } from 'vitest'
import { DOCUMENTED } from '../../corpus/documented.ts'
import { ours } from '../../corpus/ours.ts'

test.each(DOCUMENTED)('$name: $is', ({ is, ours: stricter, config }) => {
  const found = ours(config)
  const errors = 'errors' in found ? found.errors : []
  if (is === 'accepted' && stricter === undefined) expect(errors).toEqual([])
  else expect(errors).not.toEqual([])
})

test('each name is there once', () => {
  expect(new Set(DOCUMENTED.map(({ name }) => name)).size).toBe(DOCUMENTED.length)
})

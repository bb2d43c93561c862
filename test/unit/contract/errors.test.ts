import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ERRORS } from '../../../src/contract/errors.ts'

const SRC = join(import.meta.dirname, '../../../src')

function sources(folder: string, ending: RegExp): string[] {
  return readdirSync(join(SRC, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .map((name) => readFileSync(join(SRC, folder, name), 'utf8'))
}

/** Codes as they are written where something is refused. */
function raised(): string[] {
  const python = [
    ...sources('agent', /\.py$/),
    readFileSync(join(SRC, 'host/files/plan-key/observe'), 'utf8'),
  ]
  const typescript = ['host', 'commands', 'steps'].flatMap((room) => sources(room, /\.ts$/))
  const found = [
    ...python.flatMap((text) => [...text.matchAll(/\b(?:Refused|refuse)\(\s*"([a-z-]+)"/g)]),
    ...python.flatMap((text) => [...text.matchAll(/"code": "([a-z-]+)"/g)]),
    ...typescript.flatMap((text) => [...text.matchAll(/new HostProgramError\(\s*'([a-z-]+)'/g)]),
  ].map(([, code = '']) => code)
  // What restic was asked is part of the code.
  const restic = readFileSync(join(SRC, 'agent/backup/restic.py'), 'utf8')
  const asked = [...restic.matchAll(/\._?run\(\s*(?:10, )?"([a-z]+)"/g)].map(
    ([, what]) => `repository-${what}`,
  )
  return [...new Set([...found, ...asked])].sort()
}

test('each code that is raised is in the contract, and each code of the contract is raised', () => {
  // What a host says that is of another version.
  expect([...raised(), 'unknown'].sort()).toEqual(Object.keys(ERRORS).sort())
})

test.each(Object.entries(ERRORS))(
  '%s says what it means and what to do, in whole sentences',
  (_, { means, fix }) => {
    for (const text of [means, fix]) expect(text).toMatch(/^[^|\n]+\.$/)
  },
)

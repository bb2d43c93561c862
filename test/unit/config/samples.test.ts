import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadDesired } from '../../../src/config/desired.ts'
import { ConfigError, formatProblem } from '../../../src/config/problem.ts'
import { filesIn } from '../../../src/steps/files.ts'

const samples = join(import.meta.dirname, '../../samples')
const names = (kind: string) => readdirSync(join(samples, kind)).filter((name) => name.endsWith('.yaml'))

describe('declarations that are right', () => {
  test.each(names('valid'))('%s', (name) => {
    const desired = loadDesired(name, filesIn(join(samples, 'valid')))
    expect(desired.warnings).toEqual([])
  })
})

describe('declarations that are wrong are told with place and cure', () => {
  test.each(names('invalid'))('%s', (name) => {
    const [, place = '', code = '', said = ''] =
      /^# expect: (\S+) (\S+) ?(.*)$/m.exec(readFileSync(join(samples, 'invalid', name), 'utf8')) ?? []
    let error: unknown
    try {
      loadDesired(name, filesIn(join(samples, 'invalid')))
    } catch (caught) {
      error = caught
    }
    expect(error).toBeInstanceOf(ConfigError)
    const { problems } = error as ConfigError
    const lines = problems.map((problem) => `${problem.code} ${formatProblem(problem)}`)
    expect(lines).toContainEqual(expect.stringContaining(`${code} ${name}:${place}: `))
    expect(lines.join('\n')).toContain(said)
    for (const problem of problems) expect(problem.fix).toMatch(/\S.*[.?]$/)
    expect(lines.join('\n')).not.toMatch(/abcdef|hunter2|mine-mine/)
  })
})

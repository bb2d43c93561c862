import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { obeyed } from '../github/runner-commands.ts'

const module = (file: string) =>
  JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../../src', file)).href)
const START = `
const { throughLogger } = await import(${module('log/node-output.ts')})
const { createActionsLogger } = await import(${module('github/actions-logger.ts')})
throughLogger(createActionsLogger((text) => text.replaceAll('sk-secret', '***')))
`

/** What a program prints after this start, on both of its ways, which the runner reads alike. */
function printed(program: string): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--input-type=module', '-e', START + program],
      (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
    )
  })
}

test.each([
  [
    'an error that nobody caught',
    "throw new Error('of a host\\n\\u0085::stop-commands::x sk-secret ##[error]x')",
    1,
  ],
  [
    'a promise that nobody waited for',
    "Promise.reject('##[stop-commands]x'); await new Promise(() => setInterval(() => {}, 9))",
    1,
  ],
  [
    'a warning',
    "process.emitWarning('a key\\n::stop-commands::x'); process.emitWarning('##[stop-commands]x sk-secret')",
    0,
  ],
  [
    "a library's warning",
    `const { parse } = await import('yaml'); parse('::stop-commands::x: !foo ["##[stop-commands]x"]\\n? ["##[stop-commands]x"]\\n: 1\\n')`,
    0,
  ],
])('%s is told, and is no order to the runner', async (_, program, expected) => {
  const { code, output } = await printed(program)
  expect(code).toBe(expected)
  expect(output).not.toContain('sk-secret')
  const names = obeyed(output).map(({ name }) => name)
  expect(names.length).toBeGreaterThan(0)
  expect(new Set(names)).toEqual(new Set([expected === 1 ? 'error' : 'debug']))
})

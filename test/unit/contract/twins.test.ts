import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import * as forms from '../../../src/contract/forms.ts'
import { BOUNDS } from '../../../src/contract/limits.ts'
import * as names from '../../../src/contract/names.ts'
import * as places from '../../../src/contract/places.ts'
import { BOOTSTRAP, BOOTSTRAP_UNIT } from '../../../src/contract/wire.ts'

const SRC = join(import.meta.dirname, '../../../src')
/** Written by `npm run generate`. */
const MADE = ['agent/contract.py', 'agent/contract_types.py']

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(ts|py)$/.test(name) && !name.startsWith('contract/') && !MADE.includes(name))
  .map((name): [string, string] => [name, code(readFileSync(join(SRC, name), 'utf8'))])

/** Without comments and docstrings, which may name anything. */
function code(text: string): string {
  return text.replaceAll(/^ *"""[\s\S]*?"""|^ *\/\*\*[\s\S]*?\*\/|^ *(?:#|\/\/).*$/gm, '')
}

function quoted(value: string): string[] {
  const escaped = value.replaceAll('\\', '\\\\')
  return [...new Set([value, escaped])].flatMap((one) => [`'${one}'`, `"${one}"`, `\`${one}\``, `/^${one}$/`])
}

const constants = Object.entries({ ...names, ...places, ...forms, BOOTSTRAP, BOOTSTRAP_UNIT })
/** Words that mean something else as well. */
const WORDS = ['litellm-gitops', 'managed_by']

describe('what both programs know is written in the contract alone', () => {
  test.each(
    constants.filter(
      (one): one is [string, string] =>
        typeof one[1] === 'string' && one[1].length > 5 && !WORDS.includes(one[1]),
    ),
  )('%s', (_, value) => {
    const twins = files.filter(([, text]) => quoted(value).some((one) => text.includes(one)))
    expect(twins.map(([name]) => name)).toEqual([])
  })

  test.each(
    constants.filter((one): one is [string, readonly string[]] => Array.isArray(one[1]) && one[1].length > 2),
  )('the list %s', (_, items) => {
    const list = new RegExp(
      items.map((item) => `['"]?${item.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}['"]?`).join('[\\s,|]+'),
    )
    const twins = files.filter(([, text]) => list.test(text))
    expect(twins.map(([file]) => file)).toEqual([])
  })

  test('the bound of a question is that of the program that takes it before it has any module', () => {
    const observe = readFileSync(join(SRC, 'host/files/plan-key/observe'), 'utf8')
    expect(observe).toContain(`MOST_BYTES = 2 * 1024 * 1024\n`)
    expect(BOUNDS.MOST_BYTES).toBe(2 * 1024 * 1024)
  })
})

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { inParts } from '../../../src/config/parts.ts'
import { readPlain } from '../../../src/config/plain.ts'
import { ConfigError } from '../../../src/config/problem.ts'
import { isRecord } from '../../../src/config/record.ts'
import type { Path } from '../../../src/config/yaml/path.ts'
import { parseFile } from '../../../src/config/yaml/source.ts'

const RUNS = Number(process.env.RUNS ?? 60)

/** What is read of a text: every value with its place, or every error with its own. */
function readingOf(text: string): unknown {
  try {
    const { value, locate } = parseFile('gateway.yaml', { read: () => text, list: () => [] })
    const places: string[] = []
    const visit = (node: unknown, path: Path) => {
      for (const part of ['key', 'value'] as const) {
        const { line, column } = locate(path, part)
        places.push(`${path.join('.')} ${part} ${line}:${column}`)
      }
      if (Array.isArray(node)) for (const [index, item] of node.entries()) visit(item, [...path, index])
      else if (isRecord(node)) for (const [key, item] of Object.entries(node)) visit(item, [...path, key])
    }
    visit(value, [])
    return { value: JSON.stringify(value), places }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return { problems: error.problems }
  }
}

/** What names an anchor, were it in a comment, is read whole. */
const inBothWays = (text: string) => [readingOf(`# parts\n${text}`), readingOf(`# &hole\n${text}`)]

/** Items enough for several pieces, with some lines among them that may end one early, join two or belong to none. */
const misleading = fc.constantFrom(
  ...['- user_id: a', '  - user_id: a', '   - user_id: a', '    - user_id: a', ' - user_id: a', '  -', '-'],
  ...[
    '  - - a',
    '  - |',
    '  - >-',
    '  - |1',
    '    note: |',
    '    note: >+',
    '    note: |1',
    '   text',
    '      text',
  ],
  ...[
    '    note: "begun',
    '  - ended"',
    "    note: 'begun",
    "  - ended'",
    'ended"',
    '    note: [a,',
    '  - b]',
    '  b]',
  ],
  ...[
    '    note: {a: 1,',
    '  - b: 2}',
    '  # said',
    '# said',
    '',
    '   ',
    '\t',
    '  \t- a',
    '  - a\t',
    '    plain',
    '  plain',
  ],
  ...[
    'budget_config:',
    'model_list:',
    'domain: b',
    '? budget_config',
    ': b',
    '"budget_config":',
    'x: "',
    '"',
    'y: |',
  ],
  ...[
    '    user_id: twice',
    '    <<: {a: 1}',
    '  - !!str a',
    '  - "*"',
    '    m: openai/*',
    '  - a # *b',
    '    m: a & b',
  ],
  ...[
    '    at: 2026-01-01',
    '    n: 0o17',
    '    n: 1_000',
    '    n: ~',
    '    n: 1e3',
    '%YAML 1.1',
    '    \u2028: 1',
    '  - a\r',
  ],
  ...[
    '    a:',
    '    a: # b',
    '      a: b',
    '     a: b',
    '        a: b',
    "    a: 'it''s'",
    '    a: "b\\tc"',
    '    a: "b" # c',
    '    a : b',
    '    a:\tb',
    '    constructor: a',
    '    __proto__: a',
    '    n: 12345678901234567890',
    '    n: 192.0.2.1',
  ],
)
const short = (characters: string) =>
  fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength: 5 })
/** Scalars and keys that may be a number, a word, a comment or no YAML at all. */
const scalar = fc
  .tuple(
    fc.constantFrom('  - ', '    ', '      '),
    fc.oneof(fc.constant('n'), short('aE0.-_')),
    fc.oneof(
      short('0189eExo.+-_'),
      short('a0:/@#- "\'~.'),
      fc.constantFrom('true', 'True', 'null', 'NULL', 'no'),
    ),
  )
  .map(([indent, key, value]) => `${indent}${key}: ${value}`)
const odd = fc.oneof(misleading, scalar)
const plain = fc
  .tuple(
    fc.nat({ max: 99 }),
    fc.constantFrom(
      '\n    time_period: monthly',
      '\n    limits:\n      rpm: 1\n    tags: "a"',
      "\n\n    # said\n    tags: 'a'",
    ),
  )
  .map(([count, more]) => `  - user_id: user-${count}\n    max_budget: ${count}.5${more}`)
const texts = fc
  .tuple(
    fc.constantFrom(
      'domain: a',
      'notes: "',
      "notes: '",
      'notes: |',
      'notes: [',
      '{',
      'budget_config: 1',
      '# a',
    ),
    fc.constantFrom('budget_config:', 'budget_config: # ours', 'budget_config: |', 'budget_config: !!seq'),
    fc.array(plain, { minLength: 30, maxLength: 60 }),
    fc.array(fc.tuple(fc.nat({ max: 59 }), odd), { maxLength: 3 }),
    fc.constantFrom(
      'domain: c',
      '"',
      "'",
      ']',
      '}',
      '',
      'credential_list:\n- a: 1\n- b: 2',
      '    end: 1',
      '\n\n',
    ),
  )
  .map(([first, key, items, odds, last]) => {
    const lines = [...items]
    for (const [at, line] of odds) lines.splice(at, 0, line)
    return [first, key, ...lines, last].join('\n')
  })

describe('a declaration that is read in parts', () => {
  const samples = join(import.meta.dirname, '../../samples')
  const files = ['valid', 'invalid'].flatMap((kind) =>
    readdirSync(join(samples, kind)).map((name) => join(samples, kind, name)),
  )

  it.each(files)('is what it is as a whole: %s', (file) => {
    const [parts, whole] = inBothWays(readFileSync(file, 'utf8'))
    expect(parts).toEqual(whole)
  })

  it('is what it is as a whole, whichever lines stand among the items', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const [parts, whole] = inBothWays(text)
        expect(parts).toEqual(whole)
      }),
      { numRuns: RUNS },
    )
  })

  it('is cut into pieces of whole items, which together are the text', () => {
    const items = Array.from({ length: 500 }, (_, index) => `- user_id: user-${index}\n`).join('')
    const text = `domain: a\nbudget_config: # ours\n${items}tls: internal\n`
    const { rest, lists, original } = inParts(text, ['budget_config']) ?? expect.fail('it can be cut')
    expect(rest).toBe('domain: a\nbudget_config: # ours\ntls: internal\n')
    const pieces = lists[0]?.pieces ?? []
    expect(pieces.length).toBeGreaterThan(3)
    expect(pieces.map((piece) => piece.text).join('')).toBe(items)
    expect(text.slice(original(rest.indexOf('tls')))).toBe('tls: internal\n')
  })

  it('of plain items says what the library says of every scalar that it reads', () => {
    const words = fc.oneof(short('0189eExo.+-_'), short('aefnNrltusT'), short('a0:/@#- "\'~.,'))
    fc.assert(
      fc.property(words, (word) => {
        const text = `- a: ${word}\n`
        const plainly = readPlain(text, (offset) => offset)
        if (plainly !== undefined) expect(plainly.value).toEqual(parse(text))
      }),
      { numRuns: 50 * RUNS },
    )
  })

  it('of the plainest items needs no library', () => {
    const text = '- user_id: a@example.com\n  max_budget: 100.5\n  limits:\n    rpm: 30\n- "user_id": b\n'
    expect(readPlain(text, (offset) => offset)).toBeUndefined()
    const items = readPlain(text.replaceAll('"', ''), (offset) => 1000 + offset)
    expect(items?.value).toEqual([
      { user_id: 'a@example.com', max_budget: 100.5, limits: { rpm: 30 } },
      { user_id: 'b' },
    ])
    expect(items?.inside.get(0)?.inside?.get('limits')?.inside?.get('rpm')).toEqual({
      key: 1000 + text.indexOf('rpm'),
      value: 1000 + text.indexOf('30'),
      inside: undefined,
    })
  })

  it.each(['- &a b', '- *a', '[*a]', '---', '%YAML 1.2', 'a: &b c'])(
    'is not cut where it says %s',
    (line) => {
      expect(inParts(`budget_config:\n- a: 1\n${line}\n`, ['budget_config'])).toBeUndefined()
    },
  )
})

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Document, isScalar, parseDocument, visit } from 'yaml'
import { type Content, readYaml, YamlError } from '../../../../src/config/yaml/read.ts'
import { cases } from '../../../lab/proof.ts'

const RUNS = cases(60, 3000)

/** What is read of a text; undefined when it is refused. */
function read(text: string, version: '1.1' | '1.2' = '1.2'): Content | undefined {
  try {
    return readYaml(text, () => version)
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    expect(error.fault.offset).toBeGreaterThanOrEqual(0)
    expect(error.fault.offset).toBeLessThanOrEqual(text.length)
    return undefined
  }
}

/** `0E0: a`, of whose key the other library makes the text `0`; here it is a text as it was written. */
function hasNumberAsKey(document: Document): boolean {
  let found = false
  visit(document, {
    Pair(_, { key }) {
      if (isScalar(key) && typeof key.value === 'number' && String(key.value) !== key.source) found = true
    },
  })
  return found
}

/** The same by another library, which knows YAML 1.2 alone; undefined when it finds an error. */
function theirs(text: string): { readonly value: unknown } | undefined {
  const document = parseDocument(text, { merge: true, logLevel: 'error', prettyErrors: false })
  if (document.errors.length > 0 || hasNumberAsKey(document)) return undefined
  try {
    return { value: document.toJS({ maxAliasCount: -1 }) }
  } catch (error) {
    // An alias of nothing is found no earlier.
    if (!(error instanceof ReferenceError)) throw error
    return undefined
  }
}

/** Lines that may end a list early, join two items, or belong to none. */
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

/** What is read means what another reader says, or it is refused, or it is told. */
function agrees(text: string): void {
  const ours = read(text)
  if (ours === undefined || ours.faults.length > 0) return
  const other = theirs(text)
  // The other refuses a few that are harmless, such as a tab on a last line that has nothing else.
  if (other !== undefined)
    expect({ text, value: ours.value ?? undefined }).toEqual({ text, value: other.value ?? undefined })
  const old = read(text, '1.1')
  if (old?.ambiguous.length === 0) expect(old.value).toEqual(ours.value)
}

describe('two libraries agree on what a text says, unless it is refused', () => {
  const samples = join(import.meta.dirname, '../../../samples')
  const files = ['valid', 'invalid'].flatMap((kind) =>
    readdirSync(join(samples, kind)).map((name) => join(samples, kind, name)),
  )
  test.each(files)('%s', (file) => agrees(readFileSync(file, 'utf8')))

  test('whichever lines stand among the items of a list', () => {
    fc.assert(fc.property(texts, agrees), { numRuns: RUNS })
  })

  test('whichever characters stand in it', () => {
    const characters = fc.constantFrom(
      ...'ab01:-,[]{}&*!|>"\'#%?~<=. \n\t'.split(''),
      '\n',
      '\n  ',
      '- ',
      ': ',
      '\r\n',
    )
    const text = fc.array(characters, { maxLength: 24 }).map((all) => `x: 1\ny:${all.join('')}`)
    fc.assert(fc.property(text, agrees), { numRuns: 10 * RUNS })
  })
})

describe('what a text can be made of', () => {
  const at = (text: string, path: readonly (string | number)[], part: 'key' | 'value' = 'value') =>
    text.slice(read(text)?.offsetOf(path, part)).split('\n')[0]

  test('merge keys, single and of a list, which own keys override', () => {
    const text = 'a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc: {<<: [*a, *b], x: 0}\nd:\n  <<: *b\n  w: 5\n'
    const { value } = read(text) ?? expect.fail('it is read')
    expect(value).toMatchObject({ c: { x: 0, y: 2, z: 4 }, d: { y: 3, z: 4, w: 5 } })
    expect(at(text, ['d', 'w'])).toBe('5')
    expect(at(text, ['d', 'z'])).toBe('d:')
  })

  test('anchors and aliases, whose place is where they stand', () => {
    const text = 'a: &a [1, {b: 2}]\nc: *a\nd: &d x\n'
    expect(read(text)?.value).toEqual({ a: [1, { b: 2 }], c: [1, { b: 2 }], d: 'x' })
    expect(at(text, ['a', 1, 'b'])).toBe('2}]')
    expect(at(text, ['c', 1, 'b'])).toBe('*a')
    expect(at(text, ['d'])).toBe('x')
  })

  test('the same alias under keys of either version of YAML', () => {
    const text = 'ours: &a [off, {n: 010}]\ntheirs: *a\n'
    const content = readYaml(text, (key) => (key === 'ours' ? '1.2' : '1.1'))
    expect(content.value).toEqual({ ours: ['off', { n: 10 }], theirs: [false, { n: 8 }] })
    expect(content.ambiguous.map(({ path }) => path)).toEqual([
      ['theirs', 0],
      ['theirs', 1, 'n'],
    ])
  })

  test('keys that are given twice, all of them told, and the last one read', () => {
    const text = 'a: 1\nb: {c: 1, "c": 2}\na: 2\n1: x\n"1": y\n'
    const { value, faults } = read(text) ?? expect.fail('it is read')
    expect(value).toEqual({ a: 2, b: { c: 2 }, 1: 'y' })
    expect(faults.map(({ offset }) => text.slice(offset).split(':')[0])).toEqual(['"c"', 'a', '"1"'])
  })

  test('a list or mapping in brackets that ends at the indentation of its key, as PyYAML reads it', () => {
    const text = 'a:\n  b: {\n    c: [\n      1, 2\n    ],\n  }\n  d: 3\n'
    expect(read(text)?.value).toEqual({ a: { b: { c: [1, 2] }, d: 3 } })
    expect(at(text, ['a', 'd'])).toBe('3')
    expect(read('a: {\n  b: 1\n}\n')?.value).toEqual({ a: { b: 1 } })
    expect(read('a:\n  b: {c: 1\n  d: 2\n')).toBeUndefined()
  })

  test('comments, CRLF and a byte order mark, which move no place', () => {
    const text = '\ufeff# said\r\na: # said\r\n  - b: "c" # said\r\n\r\n  # said\r\n  - |\r\n    d\r\n'
    expect(read(text)?.value).toEqual({ a: [{ b: 'c' }, 'd\n'] })
    expect(at(text, ['a', 0, 'b'])).toBe('"c" # said\r')
    expect(at(text, ['a', 0, 'b'], 'key')).toBe('b: "c" # said\r')
    expect(at(text, ['a', 1])).toBe('|\r')
    expect(at(text, ['a', 2])).toBe('a: # said\r')
  })

  test.each([
    ['two documents', 'a: 1\n---\nb: 2\n', '---'],
    ['a tab before a key', 'a:\n\tb: 1\n', '\tb: 1'],
    ['an alias of nothing', 'a: *b\n', '*b'],
    ['an alias inside of what it repeats', 'a: &a\n  b: *a\n', '*a'],
    ['a merge of what is no mapping', 'a:\n  <<: [1]\n', '1]'],
    ['a mapping as a key', '? {a: 1}\n: b\n', '{a: 1}'],
    ['no key', 'a: 1\n: b\n', '1'],
    ['a directive for another version', '%YAML 2.0\n---\na: 1\n', '---'],
    ['a tag that is declared', '%TAG !x! tag:x,\n---\na: !x!y b\n', 'b'],
  ])('%s is refused with its place', (_, text, place) => {
    try {
      readYaml(text, () => '1.2')
    } catch (error) {
      if (!(error instanceof YamlError)) throw error
      expect(text.slice(error.fault.offset).split('\n')[0]).toBe(place)
      return
    }
    expect.fail('it is read')
  })
})

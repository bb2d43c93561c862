import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { readYaml, YamlError } from '../../../../src/config/yaml/read.ts'
import pyyaml from './pyyaml.json' with { type: 'json' }

type Reading = string | number | boolean | null | { number?: string; date?: string; error?: boolean }
const TABLE = pyyaml as [string, Reading][]

function read(text: string, version: '1.1' | '1.2'): unknown {
  try {
    const { value } = readYaml(`x:\n- ${text}\n`, () => version)
    return (value as { x: unknown[] }).x[0]
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    return { error: true }
  }
}

/** What the reading by PyYAML is here: a date stays the text that LiteLLM hands on. */
function meant(reading: Reading): unknown {
  if (typeof reading !== 'object' || reading === null) return reading
  if (reading.date !== undefined) return reading.date
  return Number(reading.number?.replace('inf', 'Infinity'))
}

test(`what is LiteLLM's means what PyYAML says: ${TABLE.length} scalars`, () => {
  const wrong = TABLE.flatMap(([text, reading]) => {
    const isError = typeof reading === 'object' && reading !== null && reading.error === true
    // What PyYAML cannot read is not LiteLLM's to have: any reading will do.
    const got = read(text, '1.1')
    return isError || Object.is(got, meant(reading)) || got === meant(reading) ? [] : [{ text, got, reading }]
  })
  expect(wrong).toEqual([])
})

test('what is our own means what YAML 1.2 says, as the package yaml reads it', () => {
  const wrong = TABLE.flatMap(([text]) => {
    const got = read(text, '1.2')
    const theirs: unknown = parse(`x:\n- ${text}\n`, { merge: true }).x[0]
    return Object.is(got, theirs) || got === theirs ? [] : [{ text, got, theirs }]
  })
  expect(wrong).toEqual([])
})

test('each scalar that the two versions read differently is told, and no other', () => {
  for (const [text] of TABLE) {
    const { ambiguous } = readYaml(`x:\n- ${text}\n`, () => '1.1')
    const [one, other] = [read(text, '1.1'), read(text, '1.2')]
    const isDifferent = !Object.is(one, other) && one !== other
    const isTooLong = typeof one === 'number' && Number.isInteger(one) && !Number.isSafeInteger(one)
    expect({ text, told: ambiguous.map(({ path }) => path) }).toEqual({
      text,
      told: isDifferent || isTooLong ? [['x', 0]] : [],
    })
    expect(readYaml(`x:\n- ${text}\n`, () => '1.2').ambiguous).toEqual([])
  }
})

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { gatewayJsonSchema } from '../../../scripts/json-schema.ts'

const samples = join(import.meta.dirname, '../../samples')
const validate = new Ajv2020({
  strict: true,
  allowUnionTypes: true,
  strictTypes: false,
  formats: { uri: URL.canParse },
  code: { optimize: false },
}).compile(gatewayJsonSchema())

function accepts(file: string): boolean {
  return validate(parse(readFileSync(join(samples, file), 'utf8'), { merge: true, uniqueKeys: false }))
}

describe('the JSON Schema for editors', () => {
  const valid = readdirSync(join(samples, 'valid')).filter((name) => name.endsWith('.yaml'))
  test.each(valid)('accepts %s', (name) => {
    expect(accepts(`valid/${name}`), JSON.stringify(validate.errors)).toBe(true)
  })

  test.each(['unknown-key', 'wrong-type', 'no-domain', 'tag', 'budget-as-text'])('marks %s', (name) => {
    expect(accepts(`invalid/${name}.yaml`)).toBe(false)
  })
})

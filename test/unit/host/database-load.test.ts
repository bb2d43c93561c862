import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inAgent } from './agent.ts'

const script = `
import tempfile
from pathlib import Path
from agent.database import load as database_load
answers = []
for case in given:
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(case["text"])
        file.flush()
        pieces = database_load.cut(Path(file.name), case["count"])
        content = Path(file.name).read_bytes()
    answers.append([content[start:end].decode() for start, end in pieces])
return answers`

interface Case {
  readonly text: string
  readonly count: number
}
const cut = (...cases: readonly Case[]) => inAgent<string[][]>(script, cases)

describe('the rows of a large table', () => {
  it('are cut into pieces of about the same size', () => {
    const text = 'a\tb\n'.repeat(100)
    expect(cut({ text, count: 4 })[0]?.map(({ length }) => length)).toEqual([104, 100, 100, 96])
  })

  it('stay whole in each piece, whatever their lengths, and none is lost', () => {
    const rows = fc.array(fc.string({ unit: fc.constantFrom('x', '\t', 'é'), maxLength: 40 }), {
      maxLength: 30,
    })
    const cases = fc
      .sample(fc.record({ rows, count: fc.integer({ min: 1, max: 8 }) }), 200)
      .map(({ rows, count }) => ({ text: rows.map((row) => `${row}\n`).join(''), count }))
    for (const [index, pieces] of cut(...cases).entries()) {
      const { text = '', count = 0 } = cases[index] ?? {}
      expect(pieces.join('')).toBe(text)
      expect(pieces.length).toBeLessThanOrEqual(count)
      for (const piece of pieces) expect(piece).toMatch(/\n$/)
    }
  })
})

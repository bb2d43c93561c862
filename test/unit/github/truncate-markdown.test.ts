import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytes, characters, truncateMarkdown } from '../../../src/github/truncate-markdown.ts'

const NOTE = '_Cut here._'
const line = fc.oneof(
  fc.constantFrom('```', '```yaml', '````', '<details>', '</details>', '', '~~~'),
  fc.string({ maxLength: 30, unit: 'grapheme' }).map((text) => text.replaceAll('\n', ' ')),
)
const markdown = fc.array(line, { maxLength: 60 }).map((lines) => lines.join('\n'))

describe('truncateMarkdown', () => {
  test('leaves a text within the limit alone', () => {
    expect(truncateMarkdown('a\nb', 3, characters, NOTE)).toBe('a\nb')
  })

  test('cuts at the end of a line and says so', () => {
    const text = `${'0123456789\n'.repeat(10)}`
    expect(truncateMarkdown(text, 50, characters, NOTE)).toBe(
      `0123456789\n0123456789\n0123456789\n\n${NOTE}\n`,
    )
  })

  test('closes a code block and the details around it', () => {
    const text = `<details>\n\n\`\`\`yaml\n${'key: value\n'.repeat(50)}\`\`\`\n</details>\n`
    const cut = truncateMarkdown(text, 120, characters, NOTE)
    expect(cut).toMatch(/key: value\n```\n<\/details>\n\n_Cut here\._\n$/)
    expect(cut.length).toBeLessThanOrEqual(120)
  })

  test('falls back on the note alone when not even the first line fits', () => {
    expect(truncateMarkdown('x'.repeat(100), 20, characters, NOTE)).toBe(`${NOTE}\n`)
  })

  test('refuses a limit that has no room for the note', () => {
    expect(() => truncateMarkdown('x'.repeat(100), 5, characters, NOTE)).toThrow(RangeError)
  })

  test.each([
    ['characters', characters],
    ['bytes', bytes],
  ])('property: stays within the limit, counted in %s', (_, measure) => {
    fc.assert(
      fc.property(markdown, fc.integer({ min: 20, max: 200 }), (text, limit) => {
        const cut = truncateMarkdown(text, limit, measure, NOTE)
        expect(measure(cut)).toBeLessThanOrEqual(limit)
        if (measure(text) > limit) expect(cut.endsWith(`${NOTE}\n`)).toBe(true)
      }),
    )
  })
})

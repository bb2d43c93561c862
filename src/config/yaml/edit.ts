import { isDeepStrictEqual } from 'node:util'
import { ConfigError, type Position } from '../problem.ts'
import { isRecord } from '../record.ts'
import { type FileReader, parseFile, type Source } from './source.ts'
import { valueAt } from './value-at.ts'

export interface ScalarEdit {
  readonly path: readonly string[]
  readonly value: string
}

/**
 * The text of the declaration with other texts in the place of some scalars, and every other character as it is: comments, quotes, order,
 * line ends.
 * @throws ConfigError for a value that is not written there as it is (an alias, a folded text)
 */
export function edited(file: string, files: FileReader, edits: readonly ScalarEdit[]): string {
  const before = parseFile(file, files)
  let text = files.read(file)
  for (const { path, value } of edits) {
    // Each edit moves what comes after it.
    const now = parseFile(file, { ...files, read: () => text })
    text = replaced(text, now.locate(path), { path, value, old: valueAt(now, path) })
  }
  requireNothingElse(before, parseFile(file, { ...files, read: () => text }), edits)
  return text
}

function replaced(
  text: string,
  at: Position,
  { path, value, old }: ScalarEdit & { readonly old: unknown },
): string {
  const start = offsetIn(text, at)
  const quote = ['"', "'"].find((one) => text.startsWith(one, start)) ?? ''
  const written = `${quote}${String(old)}${quote}`
  if (typeof old !== 'string' || !text.startsWith(written, start)) throw notEditable(path, at)
  return `${text.slice(0, start)}${quote}${value}${quote}${text.slice(start + written.length)}`
}

function offsetIn(text: string, { line, column }: Position): number {
  let start = 0
  for (let left = line; left > 1; left -= 1) start = text.indexOf('\n', start) + 1
  return start + column - 1
}

function requireNothingElse(before: Source, after: Source, edits: readonly ScalarEdit[]): void {
  const expected = structuredClone(before.value)
  for (const { path, value } of edits) {
    const parent = valueAt({ value: expected }, path.slice(0, -1))
    if (isRecord(parent)) parent[path.at(-1) ?? ''] = value
  }
  const [first] = edits
  if (first !== undefined && !isDeepStrictEqual(after.value, expected))
    throw notEditable(first.path, before.locate(first.path))
}

function notEditable(path: readonly string[], at: Position): ConfigError {
  const name = path.join('.')
  const message = `${name} is not written here as plain text, so it cannot be changed for you.`
  const fix = 'write it as one line, without an alias or an anchor that others use, or change it by hand.'
  return new ConfigError([{ severity: 'error', code: 'not-editable', message, fix, at }])
}

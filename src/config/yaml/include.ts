import { posix } from 'node:path'
import { ENTITY_SECTIONS } from '../entities/schema.ts'
import { ConfigError, type Position, type Problem } from '../problem.ts'
import { describe } from './describe.ts'
import { type Entry, includedBy, joined } from './included.ts'
import { MOST_CHARACTERS } from './limits.ts'
import type { FileReader, Parsed, Source } from './one-file.ts'
import { versionOf } from './sections.ts'

/** Ours, and in included files too. */
const OWN_LISTS: readonly string[] = ['budget_config', ...ENTITY_SECTIONS]

/** What reads one file, whatever it includes. @throws ConfigError */
type ReadFile = (file: string) => Parsed

/**
 * A file with all that it includes, as LiteLLM joins them. The errors of one of them are in `problems`; the others are read.
 */
export function withIncluded(main: Parsed, files: FileReader, read: ReadFile): Source {
  if (main.value.include === undefined || main.value.include === null) return main
  const problems: Problem[] = []
  let characters = main.characters
  const parts = includedBy<Parsed>(main, {
    nameOf: ({ file }) => file,
    entriesOf,
    find: (entry, beside) => listed(entry, beside.file, main.file, files),
    missing: ({ named, at }) =>
      failure(
        at,
        `no file matches the include ${describe(named)}.`,
        'correct the pattern, which is relative to this file, or remove it.',
      ),
    read(file, { at }) {
      const part = read(file)
      characters += part.characters
      if (characters > 2 * MOST_CHARACTERS) throw tooMany(at)
      return part
    },
    failed: (error) => problems.push(...error.problems),
  })
  return together(main, parts, problems)
}

function entriesOf(by: Parsed): Entry<Parsed>[] {
  const { include } = by.value
  if (include === undefined || include === null) return []
  const patterns: readonly unknown[] = Array.isArray(include) ? include : [include]
  return patterns.map((named, index) => ({
    named,
    by,
    at: by.locate(Array.isArray(include) ? ['include', index] : ['include']),
  }))
}

/**
 * The files that a pattern matches beside a file.
 * @throws ConfigError for one that is refused: it leads out of the repository, or could match endlessly
 */
function listed(
  { named, at }: Entry<Parsed>,
  beside: string,
  main: string,
  files: FileReader,
): readonly string[] {
  if (typeof named !== 'string') return []
  try {
    return files.list(pathOf(named, beside, main))
  } catch (cause) {
    throw failure(
      at,
      `the include ${describe(named)} is refused: ${cause instanceof Error ? cause.message : cause}.`,
      'name files of this repository, such as models/*.yaml.',
    )
  }
}

/** Below the folder of the first file as that was named, which may itself go up; what leads out of it the reader of files refuses. */
function pathOf(pattern: string, by: string, main: string): string {
  if (posix.isAbsolute(pattern)) return pattern
  const folder = main.slice(0, main.lastIndexOf('/') + 1)
  return folder + posix.join(posix.dirname(by.slice(folder.length)), pattern)
}

function tooMany(at: Position): ConfigError {
  const message = `the files have more than ${2 * MOST_CHARACTERS} characters together.`
  return new ConfigError([{ severity: 'error', code: 'too-large', message, fix: 'include fewer.', at }])
}

/** Where a value of the whole is from: each item of a list, or the one file that has the last word. */
type Origin = Source | { readonly source: Source; readonly index: number }[]

function together(main: Source, parts: readonly Source[], problems: readonly Problem[]): Source {
  const value: Record<string, unknown> = { ...main.value, include: patternsOf(main, parts) }
  const origins = new Map<string, Origin>()
  const replaced: Problem[] = []
  for (const part of parts)
    for (const [key, more] of Object.entries(part.value)) {
      if (key === 'include' || !mayInclude(key)) continue
      const before = value[key]
      const { value: whole, effect } = joined(before, more)
      value[key] = whole
      if (effect === 'replaces')
        replaced.push(OWN_LISTS.includes(key) ? noList(part, key) : replacement(part, key))
      origins.set(
        key,
        effect === 'adds' ? [...itemsOf(origins.get(key) ?? main, before), ...itemsOf(part, more)] : part,
      )
    }
  return {
    file: main.file,
    value,
    problems: [
      ...main.problems,
      ...parts.flatMap((part) => part.problems),
      ...problems,
      ...parts.flatMap((part) => foreignKeys(part, main)),
      ...replaced,
    ],
    locate(path, part) {
      const [key, index, ...rest] = path
      const origin = typeof key === 'string' ? origins.get(key) : undefined
      if (origin === undefined || key === undefined) return main.locate(path, part)
      if (!Array.isArray(origin)) return origin.locate(path, part)
      const item = typeof index === 'number' ? origin[index] : undefined
      return item === undefined
        ? main.locate(path, part)
        : item.source.locate([key, item.index, ...rest], part)
    },
  }
}

/** The files that the main file includes, and those that they include: the check of which files decide needs all of them. */
function patternsOf(main: Source, parts: readonly Source[]): readonly unknown[] {
  const named: readonly unknown[] = [main.value.include].flat()
  const from = posix.dirname(main.file)
  const more = parts.some(({ value }) => value.include !== undefined)
    ? parts.map(({ file }) => posix.relative(from, file))
    : []
  return [...named, ...more]
}

function itemsOf(origin: Origin, list: unknown) {
  if (Array.isArray(origin)) return origin
  return (Array.isArray(list) ? list : []).map((_, index) => ({ source: origin, index }))
}

/** What is LiteLLM's, and our lists. All else is declared once, in the main file. */
function mayInclude(key: string): boolean {
  return OWN_LISTS.includes(key) || versionOf(key) === '1.1'
}

function replacement(part: Source, key: string): Problem {
  return {
    severity: 'warning',
    code: 'include-replaces',
    message: `${describe(key)} of this included file takes the place of all that came before under that key, as LiteLLM does it: only lists go on.`,
    fix: 'keep the section in one file.',
    at: part.locate([key], 'key'),
  }
}

/** A number of users, say, in one file and a list of them in another. */
function noList(part: Parsed | Source, key: string): Problem {
  return {
    severity: 'error',
    code: 'include',
    message: `${describe(key)} is a list in one file and none in another, so they cannot be joined.`,
    fix: 'write a list in both.',
    at: part.locate([key], 'key'),
  }
}

/** Keys that an included file cannot have. */
function foreignKeys(part: Source, main: Source): Problem[] {
  return Object.keys(part.value)
    .filter((key) => key !== 'include' && !mayInclude(key))
    .map((key) => ({
      severity: 'error',
      code: 'include',
      message: `an included file has the key ${describe(key)}.`,
      fix: `included files may have sections of LiteLLM and ${OWN_LISTS.join(', ')}; move this one to ${main.file}.`,
      at: part.locate([key], 'key'),
    }))
}

function failure(at: Position, message: string, fix: string): ConfigError {
  return new ConfigError([{ severity: 'error', code: 'include', message, fix, at }])
}

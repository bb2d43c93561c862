import { ConfigError, type Position, type Problem } from '../problem.ts'
import { isRecord } from '../record.ts'
import { withoutKeys } from '../secrets/key-form.ts'
import { fileProblems, spaceProblems } from './characters.ts'
import { describe } from './describe.ts'
import type { Fault } from './fault.ts'
import { MOST_CHARACTERS } from './limits.ts'
import type { Path } from './path.ts'
import { type Content, readYaml, YamlError } from './read.ts'
import { versionOf } from './sections.ts'
import { versionProblems } from './version-problems.ts'

/** Reads the repository's files; given by the entries, so that this room does no I/O of its own. */
export interface FileReader {
  /**
   * The text of a file, by its path relative to the repository. `plain`: of one that is a regular file and is reached by no link.
   * @throws when it cannot be read
   */
  read(path: string, how?: 'plain'): string
  /** The files that match a pattern such as `models/*.yaml`, sorted by name. */
  list(pattern: string): readonly string[]
}

/** The user's declaration as plain data, of one file or of several, that still knows where each value was written. */
export interface Source {
  readonly file: string
  readonly value: Readonly<Record<string, unknown>>
  /** What was found wrong while it was read, and did not keep it from being read. */
  readonly problems: readonly Problem[]
  /** Where a value stands; the nearest existing parent's place when the path itself is not written. `key`: the key's own place. */
  locate(path: Path, part?: 'key' | 'value'): Position
}

/** Lists that an included file may add to. Everything else is declared once, in the main file. */
const MERGED_LISTS = ['model_list', 'budget_config', 'credential_list'] as const

/**
 * Reads the file and all that it includes.
 * @throws ConfigError when the file is missing or is not YAML; what is wrong with what it includes is told in `problems`
 */
export function readSource(file: string, files: FileReader): Source {
  const main = parsed(file, files)
  const patterns = main.value.include
  if (patterns === undefined || patterns === null) return main
  const names = Array.isArray(patterns) ? patterns : [patterns]
  const parts: Parsed[] = [main]
  const problems: Problem[] = []
  for (const [index, pattern] of names.entries()) {
    const at = main.locate(Array.isArray(patterns) ? ['include', index] : ['include'])
    try {
      for (const name of listed(file, pattern, files, at)) {
        parts.push(parsed(name, files))
        requireFew(parts, at)
      }
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      problems.push(...error.problems)
    }
  }
  return merge(main, parts, problems)
}

/** @throws ConfigError for a pattern that no file matches, or that is refused: it leads out of the repository, or could match endlessly */
function listed(file: string, pattern: unknown, files: FileReader, at: Position): readonly string[] {
  let found: readonly string[]
  try {
    found = typeof pattern === 'string' ? files.list(beside(file, pattern)) : []
  } catch (cause) {
    throw failure(
      'include',
      at,
      `the include ${describe(pattern)} is refused: ${cause instanceof Error ? cause.message : cause}.`,
      "name files below this one's folder, such as models/*.yaml.",
    )
  }
  if (found.length > 0) return found
  throw failure(
    'include',
    at,
    `no file matches the include ${describe(pattern)}.`,
    'correct the pattern, which is relative to this file, or remove it.',
  )
}

function requireFew(parts: readonly Parsed[], at: Position): void {
  if (parts.reduce((sum, { characters }) => sum + characters, 0) <= 2 * MOST_CHARACTERS) return
  throw failure(
    'too-large',
    at,
    `the files have more than ${2 * MOST_CHARACTERS} characters together.`,
    'include fewer.',
  )
}

function merge(main: Source, parts: readonly Source[], problems: readonly Problem[]): Source {
  const value: Record<string, unknown> = { ...main.value }
  const origins = new Map<string, { source: Source; index: number }[]>()
  for (const name of MERGED_LISTS) {
    const entries = parts.flatMap((source) => {
      const list = source.value[name]
      return Array.isArray(list) ? list.map((entry, index) => ({ entry, source, index })) : []
    })
    if (entries.length === 0) continue
    value[name] = entries.map(({ entry }) => entry)
    origins.set(name, entries)
  }
  return {
    file: main.file,
    value,
    problems: [
      ...parts.flatMap((part) => part.problems),
      ...problems,
      ...parts.slice(1).flatMap((part) => foreignKeys(part, main)),
    ],
    locate(path, part) {
      const [list, index, ...rest] = path
      const origin =
        typeof list === 'string' && typeof index === 'number' ? origins.get(list)?.[index] : undefined
      if (origin === undefined || list === undefined) return main.locate(path, part)
      return origin.source.locate([list, origin.index, ...rest], part)
    },
  }
}

/** Keys that an included file cannot have. */
function foreignKeys(part: Source, main: Source): Problem[] {
  return Object.keys(part.value)
    .filter((key) => !(MERGED_LISTS as readonly string[]).includes(key))
    .map((key) =>
      problem(
        'include',
        part.locate([key], 'key'),
        `an included file has the key ${describe(key)}.`,
        `included files may have ${MERGED_LISTS.join(', ')}; move this one to ${main.file}.`,
      ),
    )
}

/** Reads one file, whatever it includes. @throws ConfigError for a file that is missing or is not YAML */
export function parseFile(file: string, files: FileReader): Source {
  return parsed(file, files)
}

interface Parsed extends Source {
  readonly characters: number
}

function parsed(file: string, files: FileReader): Parsed {
  const text = textOf(file, files)
  const place = placesIn(file, text)
  if (text.length > MOST_CHARACTERS)
    throw failure(
      'too-large',
      place(MOST_CHARACTERS),
      `the file has ${text.length} characters, and ${MOST_CHARACTERS} are read.`,
      'spread it over files named under `include`, and see what makes it so large.',
    )
  const unseen = fileProblems(text, place)
  if (unseen.length > 0) throw new ConfigError(unseen)
  const content = contentOf(text, place)
  const { value } = content
  if (!isRecord(value)) {
    requireSpaces(text, place)
    // Not a word of it is quoted: in a file that is one text a secret may be anywhere.
    throw failure(
      'yaml',
      { file, line: 1, column: 1 },
      `the file holds ${typeof value === 'string' ? 'a text' : describe(value)} where keys and values are expected.`,
      'begin with `domain:`, as in the README.',
    )
  }
  const locate: Source['locate'] = (path, part = 'value') => place(content.offsetOf(path, part))
  return {
    file,
    value,
    characters: text.length,
    problems: [
      ...content.faults.map((fault) => notYaml(fault, place)),
      ...versionProblems(content.ambiguous, locate),
    ],
    locate,
  }
}

function textOf(file: string, files: FileReader): string {
  try {
    return files.read(file)
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause
    throw failure(
      'file',
      { file, line: 1, column: 1 },
      `the file cannot be read (${isMissing(cause) ? 'there is no such file' : cause instanceof Error ? cause.message : cause}).`,
      !isMissing(cause)
        ? 'name a file of the repository that can be read.'
        : /(?:^|\/)gateway\.yaml$/.test(file)
          ? 'create it with `litellm-gitops init`, or name another with `config`.'
          : 'correct its name.',
    )
  }
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')
}

function contentOf(text: string, place: (offset: number) => Position): Content {
  try {
    return readYaml(text, versionOf)
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    requireSpaces(text, place)
    throw new ConfigError([notYaml(error.fault, place)])
  }
}

/** @throws ConfigError when what only looks like a space may be why the text cannot be read */
function requireSpaces(text: string, place: (offset: number) => Position): void {
  const problems = spaceProblems(text, place)
  if (problems.length > 0) throw new ConfigError(problems)
}

function notYaml({ offset, message, fix }: Fault, place: (offset: number) => Position): Problem {
  return problem('yaml', place(offset), `not valid YAML: ${message}.`, fix)
}

/** Lines and columns by offset; made when the first is asked for. */
function placesIn(file: string, text: string): (offset: number) => Position {
  let starts: number[] | undefined
  return (offset) => {
    starts ??= [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)]
    let [low, high] = [0, starts.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { file, line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
  }
}

/** What is under one key of the file, of whatever form, without reading the rest; undefined when that cannot be. */
export function glance(text: string, key: string): unknown {
  const block = new RegExp(`^${key}:.*(?:\\r?\\n(?:[ \\t#].*)?)*`, 'm').exec(text)?.[0]
  try {
    const value: unknown = block === undefined ? undefined : readYaml(block, versionOf).value
    return isRecord(value) ? value[key] : undefined
  } catch {
    return undefined
  }
}

/** A pattern relative to the folder of the file that names it. */
function beside(file: string, pattern: string): string {
  const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/') + 1) : ''
  return folder + pattern
}

function problem(code: string, at: Position, message: string, fix: string): Problem {
  return { severity: 'error', code, message: withoutKeys(message), fix, at }
}

function failure(code: string, at: Position, message: string, fix: string): ConfigError {
  return new ConfigError([problem(code, at, message, fix)])
}

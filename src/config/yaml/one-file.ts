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
  /** Problems that were found while the file was read, and that did not stop the reading. */
  readonly problems: readonly Problem[]
  /** Where a value is; the nearest existing parent's place when the path itself is not written. `key`: the key's own place. */
  locate(path: Path, part?: 'key' | 'value'): Position
}

export interface Parsed extends Source {
  readonly characters: number
}

/** Reads one file, whatever it includes. @throws ConfigError for a file that is missing or is not YAML */
export function parsed(file: string, files: FileReader): Parsed {
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

function notYaml({ offset, message, fix, isTaken }: Fault, place: (offset: number) => Position): Problem {
  const found = problem('yaml', place(offset), `not valid YAML: ${message}.`, fix)
  return isTaken === true ? { ...found, severity: 'warning' } : found
}

/** Lines and columns by offset; made when the first is asked for. */
function placesIn(file: string, text: string): (offset: number) => Position {
  let starts: number[] | undefined
  return (offset) => {
    starts ??= lineStarts(text)
    let [low, high] = [0, starts.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { file, line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
  }
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) starts.push(end + 1)
  return starts
}

function problem(code: string, at: Position, message: string, fix: string): Problem {
  return { severity: 'error', code, message: withoutKeys(message), fix, at }
}

function failure(code: string, at: Position, message: string, fix: string): ConfigError {
  return new ConfigError([problem(code, at, message, fix)])
}

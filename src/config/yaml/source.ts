import {
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parse,
  parseDocument,
} from 'yaml'
import { inParts, type Parts } from '../parts.ts'
import { type Original, type Place, readPlain } from '../plain.ts'
import { ConfigError, type Position, type Problem } from '../problem.ts'
import { isRecord } from '../record.ts'
import { withoutKeys } from '../secrets/key-form.ts'
import { fileProblems, spaceProblems } from './characters.ts'
import type { Path } from './path.ts'
import { inWords } from './yaml-errors.ts'
import { deepest, type Excess, excessOf, hopeless, MOST_CHARACTERS, repeatedKeys } from './yaml-limits.ts'

/** Reads the repository's files; given by the entries, so that this room does no I/O of its own. */
export interface FileReader {
  /** The text of a file, by its path relative to the repository. @throws when it cannot be read */
  read(path: string): string
  /** The files that match a pattern such as `models/*.yaml`, sorted by name. */
  list(pattern: string): readonly string[]
}

/** The user's declaration as plain data, of one file or of several, that still knows where each value was written. */
export interface Source {
  readonly file: string
  readonly value: Readonly<Record<string, unknown>>
  /** Where a value stands; the nearest existing parent's place when the path itself is not written. `key`: the key's own place. */
  locate(path: Path, part?: 'key' | 'value'): Position
}

/** Lists that an included file may add to. Everything else is declared once, in the main file. */
const MERGED_LISTS = ['model_list', 'budget_config', 'credential_list'] as const

/** Work that goes on when it is asked for the next piece. A declaration of ten thousand budgets takes a second to read. */
export type Pieces<Result> = Generator<void, Result, void>

/** Does it all at once. */
export function whole<Result>(pieces: Pieces<Result>): Result {
  for (;;) {
    const { done, value } = pieces.next()
    if (done) return value
  }
}

/** Reads the file and all that it includes. @throws ConfigError for YAML that cannot be parsed, files that are missing, keys that an included file cannot hold */
export function readSource(file: string, files: FileReader): Source {
  return whole(readInPieces(file, files))
}

/** What `readSource` does, piece by piece. */
export function* readInPieces(file: string, files: FileReader): Pieces<Source> {
  const main = yield* parsed(file, files)
  const patterns = main.value.include
  if (patterns === undefined || patterns === null) return main
  const names = Array.isArray(patterns) ? patterns : [patterns]
  const parts: Parsed[] = [main]
  for (const [index, pattern] of names.entries()) {
    const at = main.locate(Array.isArray(patterns) ? ['include', index] : ['include'])
    const found = typeof pattern === 'string' ? listed(beside(file, pattern), files, at) : []
    if (found.length === 0) {
      throw new ConfigError([
        problem(
          'include',
          at,
          `no file matches the include ${describe(pattern)}.`,
          'correct the pattern, which is relative to this file, or remove it.',
        ),
      ])
    }
    for (const name of found) {
      const part = yield* parsed(name, files)
      parts.push(part)
      if (parts.reduce((sum, { characters }) => sum + characters, 0) > 2 * MOST_CHARACTERS)
        throw new ConfigError([
          problem(
            'too-large',
            at,
            `the files have more than ${2 * MOST_CHARACTERS} characters together.`,
            'include fewer.',
          ),
        ])
    }
  }
  return merge(main, parts)
}

/** @throws ConfigError for a pattern that is refused: that leads out of the repository, or could match without end */
function listed(pattern: string, files: FileReader, at: Position): readonly string[] {
  try {
    return files.list(pattern)
  } catch (cause) {
    throw new ConfigError([
      problem(
        'include',
        at,
        `the include ${describe(pattern)} is refused: ${cause instanceof Error ? cause.message : cause}.`,
        "name files below this one's folder, such as models/*.yaml.",
      ),
    ])
  }
}

function merge(main: Source, parts: readonly Source[]): Source {
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
  const wrong = parts.slice(1).flatMap((part) =>
    Object.keys(part.value)
      .filter((key) => !(MERGED_LISTS as readonly string[]).includes(key))
      .map((key) =>
        problem(
          'include',
          part.locate([key], 'key'),
          `an included file holds the key ${describe(key)}.`,
          `included files may hold ${MERGED_LISTS.join(', ')}; move this one to ${main.file}.`,
        ),
      ),
  )
  if (wrong.length > 0) throw new ConfigError(wrong)
  return {
    file: main.file,
    value,
    locate(path, part) {
      const [list, index, ...rest] = path
      const origin =
        typeof list === 'string' && typeof index === 'number' ? origins.get(list)?.[index] : undefined
      if (origin === undefined || list === undefined) return main.locate(path, part)
      return origin.source.locate([list, origin.index, ...rest], part)
    },
  }
}

/** Reads one file, whatever it includes. @throws ConfigError for a file that is missing or no YAML */
export function parseFile(file: string, files: FileReader): Source {
  return whole(parsed(file, files))
}

interface Parsed extends Source {
  readonly characters: number
}

function* parsed(file: string, files: FileReader): Pieces<Parsed> {
  let text: string
  try {
    text = files.read(file)
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause
    throw new ConfigError([
      problem(
        'file',
        { file, line: 1, column: 1 },
        `the file cannot be read (${isMissing(cause) ? 'there is no such file' : cause instanceof Error ? cause.message : cause}).`,
        !isMissing(cause)
          ? 'name a file of the repository that can be read.'
          : /(?:^|\/)gateway\.yaml$/.test(file)
            ? 'create it with `litellm-gitops init`, or name another with `config`.'
            : 'correct its name.',
      ),
    ])
  }
  const counter = new LineCounter()
  counter.addNewLine(0)
  for (const { index } of text.matchAll(/\n/g)) counter.addNewLine(index + 1)
  const place = (offset: number): Position => {
    const { line, col } = counter.linePos(offset)
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  if (text.length > MOST_CHARACTERS)
    throw new ConfigError([
      problem(
        'too-large',
        place(MOST_CHARACTERS),
        `the file has ${text.length} characters, and ${MOST_CHARACTERS} are read.`,
        'spread it over files named under `include`, and see what makes it so large.',
      ),
    ])
  const unseen = fileProblems(text, place)
  if (unseen.length > 0) throw new ConfigError(unseen)
  const parts = inParts(text, MERGED_LISTS)
  const { value, inside: contents, errors } = (parts && (yield* readParts(parts))) ?? readText(text)
  const spaces = errors.length > 0 || !isRecord(value) ? spaceProblems(text, place) : []
  if (spaces.length > 0) throw new ConfigError(spaces)
  if (errors.length > 0) {
    throw new ConfigError(
      errors
        .slice(0, MOST_ERRORS)
        .map(({ message, at, fix }) => problem('yaml', place(at), `not valid YAML: ${message}.`, fix)),
    )
  }
  if (!isRecord(value)) {
    throw new ConfigError([
      problem(
        'yaml',
        { file, line: 1, column: 1 },
        `the file holds ${describe(value)} where keys and values are expected.`,
        'begin with `domain:`, as in the README.',
      ),
    ])
  }
  return {
    file,
    value,
    characters: text.length,
    locate(path, part = 'value') {
      let inside = contents
      let offset = 0
      for (const step of path) {
        const found: Place | undefined = inside?.get(step)
        if (found === undefined) break
        offset = found.key ?? offset
        // A scalar is pointed at itself, a collection at its key: that is where a reader looks.
        if (found.inside === undefined && part === 'value') offset = found.value ?? offset
        inside = found.inside
      }
      return place(offset)
    },
  }
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')
}

/** One mistake may make many: the first ones are those to look at. */
const MOST_ERRORS = 20
interface ReadError {
  readonly message: string
  readonly fix: string
  /** In characters from the begin of the file. */
  readonly at: number
}

interface Read {
  readonly value: unknown
  readonly inside: ReadonlyMap<unknown, Place> | undefined
  /** It is between braces or brackets, where lines mean nothing. */
  readonly flow: boolean
  readonly errors: readonly ReadError[]
}

/** Reads a text of YAML. */
function readText(text: string, original: Original = (offset) => offset): Read {
  const failed = (errors: readonly ReadError[]): Read => ({
    value: undefined,
    inside: undefined,
    flow: false,
    errors,
  })
  const exceeded = ({ offset, message, fix }: Excess) =>
    failed([{ message: message.replace(/\.$/, ''), fix, at: original(offset) }])
  const excess = hopeless(text)
  if (excess !== undefined) return exceeded(excess)
  try {
    const document = parseDocument(text, {
      merge: true,
      prettyErrors: false,
      uniqueKeys: false,
      logLevel: 'error',
    })
    const { contents, errors } = document
    if (errors.some(({ message }) => OVERFLOW.test(message))) return exceeded(deepest(text))
    if (errors.length > 0)
      return failed(
        errors.map(({ message, pos, code }) => ({ ...inWords(code, message), at: original(pos[0]) })),
      )
    const more = excessOf(document)
    if (more !== undefined) return exceeded(more)
    const repeated = repeatedKeys(document)
    if (repeated.length > 0)
      return failed(
        repeated.map((offset) => ({
          message: 'Map keys must be unique',
          fix: 'keep one of the two.',
          at: original(offset),
        })),
      )
    // What aliases repeat was counted: the library's own limit counts something else.
    const value: unknown = document.toJS({ maxAliasCount: -1 })
    const inside = contents === null ? undefined : insideOf(contents, original)
    return { value, inside, flow: isCollection(contents) && contents.flow === true, errors: [] }
  } catch (error) {
    if (error instanceof RangeError && OVERFLOW.test(error.message)) return exceeded(deepest(text))
    throw error
  }
}

/** The library goes down one call for each level. */
const OVERFLOW = /call stack/

/** Reads a file part by part; undefined when its parts are not what they seemed, or hold an error, which the whole tells better. */
function* readParts({ rest, lists, original }: Parts): Pieces<Read | undefined> {
  const main = readText(rest, original)
  const { value, inside, flow } = main
  if (!isRecord(value) || flow) return undefined
  const complete = { ...value }
  const places = new Map(inside)
  for (const { key, at: begun, pieces } of lists) {
    if (value[key] !== null || places.get(key)?.key !== begun) return undefined
    const items: unknown[] = []
    const placesOfItems = new Map<unknown, Place>()
    for (const { begin, text } of pieces) {
      yield
      const at = (offset: number) => begin + offset
      const piece = readPlain(text, at) ?? readText(text, at)
      if (!Array.isArray(piece.value)) return undefined
      for (const [index, place] of piece.inside ?? []) placesOfItems.set(items.length + Number(index), place)
      for (const item of piece.value) items.push(item)
    }
    complete[key] = items
    places.set(key, { key: begun, value: undefined, inside: placesOfItems })
  }
  return { ...main, value: complete, inside: places }
}

/** What stands under one key of the file, of whatever form, without reading the rest; undefined when it cannot be read by itself. */
export function glance(text: string, key: string): unknown {
  const block = new RegExp(`^${key}:.*(?:\\r?\\n(?:[ \\t#].*)?)*`, 'm').exec(text)?.[0]
  try {
    const value: unknown = block === undefined ? undefined : parse(block, { logLevel: 'silent' })
    return isRecord(value) ? value[key] : undefined
  } catch {
    return undefined
  }
}

function insideOf(node: Node, original: Original): ReadonlyMap<unknown, Place> | undefined {
  const inside = new Map<unknown, Place>()
  const begin = (of: unknown) => (isNode(of) && of.range ? original(of.range[0]) : undefined)
  const placeOf = (of: unknown, key: number | undefined): Place => ({
    key,
    value: begin(of),
    inside: isNode(of) ? insideOf(of, original) : undefined,
  })
  if (isMap(node)) {
    for (const { key, value } of node.items)
      inside.set(isScalar(key) ? key.value : key, placeOf(value, isScalar(key) ? begin(key) : undefined))
  } else if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) inside.set(index, placeOf(item, begin(item)))
  } else return undefined
  return inside
}

/** A pattern relative to the folder of the file that names it. */
function beside(file: string, pattern: string): string {
  const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/') + 1) : ''
  return folder + pattern
}

function problem(code: string, at: Position, message: string, fix: string): Problem {
  return { severity: 'error', code, message: withoutKeys(message), fix, at }
}

/** A value as a reader would name it: `"abc"`, `12`, `a list`, `nothing`. Long text is cut. */
export function describe(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text
}

import { posix } from 'node:path'
import { ConfigError, type Position } from '../problem.ts'

/** One thing that `include` of a file names. */
export interface Entry<Part> {
  readonly named: unknown
  readonly by: Part
  readonly at: Position
}

/** How files that include others are found and read. */
export interface Including<Part> {
  nameOf(part: Part): string
  /** What the `include` of a file names. */
  entriesOf(part: Part): readonly Entry<Part>[]
  /** The files that an entry means when it is relative to this file. */
  find(entry: Entry<Part>, beside: Part): readonly string[]
  /** For an entry of which no file is found. */
  missing(entry: Entry<Part>): ConfigError
  /** @throws ConfigError for a file that cannot be taken; the others of its entry are not read */
  read(file: string, entry: Entry<Part>): Part
  /** Throws again what ends the reading. */
  failed(error: ConfigError): void
}

/**
 * Reads what a file includes as LiteLLM does (`config_includes.py`): an entry is looked for beside the file that has it, then beside the
 * first one. What an included file includes comes last, and no file is read twice.
 */
export function includedBy<Part>(main: Part, how: Including<Part>): Part[] {
  const parts: Part[] = []
  const loaded = new Set([posix.normalize(how.nameOf(main))])
  const pending = [...how.entriesOf(main)]
  for (let entry = pending.shift(); entry !== undefined; entry = pending.shift()) {
    try {
      for (const file of filesOf(entry, main, how)) {
        if (loaded.has(posix.normalize(file))) continue
        const part = how.read(file, entry)
        loaded.add(posix.normalize(file))
        parts.push(part)
        pending.push(...how.entriesOf(part))
      }
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      how.failed(error)
    }
  }
  return parts
}

function filesOf<Part>(entry: Entry<Part>, main: Part, how: Including<Part>): readonly string[] {
  for (const beside of new Set([entry.by, main])) {
    const found = how.find(entry, beside)
    if (found.length > 0) return found
  }
  throw how.missing(entry)
}

/** A value under a key, and what that does to the value that was there before. */
export interface Joined {
  readonly value: unknown
  readonly effect: 'adds' | 'replaces' | 'sets'
}

/** The value of a key that a further file has too: lists are joined, any other value replaces the one before. */
export function joined(before: unknown, more: unknown): Joined {
  if (Array.isArray(before) && Array.isArray(more)) return { value: [...before, ...more], effect: 'adds' }
  return { value: more, effect: before === undefined || before === null ? 'sets' : 'replaces' }
}

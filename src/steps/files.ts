import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { ConfigError, type Position } from '../config/problem.ts'
import type { FileReader } from '../config/yaml/source.ts'
import { glob } from './glob.ts'

/** A declaration has a hundredth of this. Without a bound, a file of any size would be read into memory. */
const MOST_BYTES = 32 * 1024 * 1024

/** Files of a repository; nothing outside it is read, whatever an include says and wherever a link leads. */
export function filesIn(folder: string): FileReader {
  return {
    read: (path, how) => readText(path, within([folder], resolve(folder, path), how)),
    list: (pattern) => glob(folder, pattern),
  }
}

/**
 * Files as a person at a terminal means them, from the folder they are in: those that were named are read wherever they lie. What these
 * include must lie in the same repository, or beside them where there is none.
 */
export function filesFrom(folder: string, named: readonly string[]): FileReader {
  const typed = new Set(named.map((path) => resolve(folder, path)))
  const roots = [...new Set([topOf(folder), ...[...typed].map((path) => topOf(dirname(path)))])]
  return {
    read: (path, how) => {
      const full = resolve(folder, path)
      return readText(path, typed.has(full) ? realpathSync(full) : within(roots, full, how))
    },
    list: (pattern) => {
      // A pattern is below the file that names it, which may lie anywhere.
      const above = named.map((path) => path.slice(0, path.lastIndexOf('/') + 1))
      const base = above.find((prefix) => prefix !== '' && pattern.startsWith(prefix)) ?? ''
      return glob(resolve(folder, base), pattern.slice(base.length)).map((found) => base + found)
    },
  }
}

/** The same files, one of them with another text: as they will be when it is written. */
export function filesWith(files: FileReader, file: string, text: string): FileReader {
  return { ...files, read: (path, how) => (path === file ? text : files.read(path, how)) }
}

/** Whether there is such a file, and it can be read. */
export function isThere(files: FileReader, path: string): boolean {
  try {
    files.read(path)
    return true
  } catch {
    return false
  }
}

/** The repository's own folder; the given one where there is none. */
function topOf(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at
    if (dirname(at) === at) return folder
  }
}

/** The real path of a file in one of the folders. @throws Error for any other */
function within(roots: readonly string[], full: string, how?: 'plain'): string {
  if (roots.every((root) => isOutside(root, full))) throw new Error('it lies outside of the repository')
  // Anyone who may write the repository may put a link into it.
  const real = realpathSync(full)
  if (roots.every((root) => isOutside(realpathSync(root), real)))
    throw new Error('it is a link that leads out of the repository')
  if (how === 'plain' && !roots.some((root) => isStraight(root, full, real)))
    throw new Error('it is a link, or in a folder that is one')
  return real
}

/** Whether the way to the file from the root on is the one that its path says. */
function isStraight(root: string, full: string, real: string): boolean {
  return !isOutside(root, full) && join(realpathSync(root), relative(root, full)) === real
}

function readText(path: string, full: string): string {
  const about = statSync(full)
  if (about.isDirectory()) throw new Error('it is a folder')
  if (!about.isFile()) throw new Error('it is not a file')
  if (about.size > MOST_BYTES) throw new Error(`it has more than ${MOST_BYTES} bytes`)
  return textOf(path, readFileSync(full))
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read or written by you',
  EPERM: 'it may not be read or written by you',
  EROFS: 'it may not be written',
  EEXIST: 'it exists already',
  ELOOP: 'it is a link that leads to itself',
}

/** What came in the way of a file, in words. */
export function whyNot(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return REASONS[code] ?? (cause instanceof Error ? cause.message : String(cause))
}

/** Not by its first characters: `..models.yaml` is a name like any other. */
function isOutside(folder: string, full: string): boolean {
  const way = relative(folder, full)
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)
}

/** @throws ConfigError with the place of the first byte that is no UTF-8 */
function textOf(file: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new ConfigError([
      {
        severity: 'error',
        code: 'encoding',
        message: 'the file is not UTF-8 from here on.',
        fix: 'save it as UTF-8.',
        at: firstBad(file, bytes),
      },
    ])
  }
}

function firstBad(file: string, bytes: Buffer): Position {
  const known = bytes.toString('utf8')
  // What cannot be read becomes this character, which may stand there as such.
  let offset = known.indexOf('\ufffd')
  while (
    offset >= 0 &&
    bytes.subarray(Buffer.byteLength(known.slice(0, offset))).toString('latin1', 0, 3) === '\xef\xbf\xbd'
  )
    offset = known.indexOf('\ufffd', offset + 1)
  const before = known.slice(0, Math.max(offset, 0))
  return { file, line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') }
}

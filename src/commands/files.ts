import { readFileSync, realpathSync, statSync } from 'node:fs'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { ConfigError, type Position } from '../config/problem.ts'
import type { FileReader } from '../config/source.ts'
import { glob } from './glob.ts'

/** A declaration has a hundredth of it. Read as a whole, a file of any size would be taken into memory. */
const MOST_BYTES = 32 * 1024 * 1024

/** Files of a repository; nothing outside of it is read, whatever an include says and wherever a link leads. */
export function filesIn(folder: string): FileReader {
  const inside = (path: string): string => {
    const full = resolve(folder, path)
    if (isOutside(folder, full)) throw new Error('it lies outside of the repository')
    // Whoever may write the repository may put a link into it.
    const real = realpathSync(full)
    if (isOutside(realpathSync(folder), real))
      throw new Error('it is a link that leads out of the repository')
    return real
  }
  return {
    read: (path) => {
      const full = inside(path)
      const about = statSync(full)
      if (about.isDirectory()) throw new Error('it is a folder')
      if (!about.isFile()) throw new Error('it is no file')
      if (about.size > MOST_BYTES) throw new Error(`it has more than ${MOST_BYTES} bytes`)
      return textOf(path, readFileSync(full))
    },
    list: (pattern) => glob(folder, pattern),
  }
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

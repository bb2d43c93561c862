import { createHash } from 'node:crypto'
import { BESIDE_PATH } from '../../contract/forms.ts'
import { BESIDE } from '../../contract/limits.ts'
import { whole } from '../../contract/whole.ts'
import { ConfigError, type Position, type Problem } from '../problem.ts'
import { describe } from '../yaml/describe.ts'
import type { FileReader } from '../yaml/source.ts'
import { writtenSecret } from './written-secret.ts'

/** A file that is placed beside config.yaml on the host, as it is in the repository. */
export interface BesideFile {
  /** From the folder of the declaration, which is that of config.yaml in the container. */
  readonly path: string
  readonly text: string
  readonly sha256: string
  /** Where the declaration names it, or names what imports it. */
  readonly at: Position
}

const PLAIN = whole(BESIDE_PATH)
/** Files in a folder that no person wrote. */
const LEFT_OUT = /(?:^|\/)(?:\.|__pycache__\/)|\.pyc$/
const KIB = 1024
/** A file may import what is no file here; more than this no program does. */
const MOST_MISSING = 10_000

/** Collects files of one folder of the repository, each read once, checked, and only as data. */
export class Shelf {
  readonly problems: Problem[] = []
  /** Empty, or with a slash at its end. */
  readonly folder: string
  /** The paths of all that were put here, in the order in which they came. */
  readonly paths: string[] = []
  readonly #found = new Map<string, BesideFile>()
  readonly #missing = new Set<string>()
  readonly #files: FileReader
  readonly #own: string
  #bytes = 0

  /** @param file the declaration; its folder is where everything is */
  constructor(file: string, files: FileReader) {
    this.#files = files
    this.folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/') + 1) : ''
    this.#own = file.slice(this.folder.length)
  }

  sorted(): readonly BesideFile[] {
    return [...this.#found.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
  }

  /** One that was put here; what it says is empty for any other. */
  textOf(path: string): string {
    return this.#found.get(path)?.text ?? ''
  }

  placeOf(path: string): Position {
    return this.#found.get(path)?.at ?? { file: this.folder + this.#own, line: 1, column: 1 }
  }

  /** Whether there is anything of that path, which is not put here. */
  exists(path: string): boolean {
    try {
      this.#files.read(this.folder + path, 'plain')
      return true
    } catch (cause) {
      return !isMissing(cause)
    }
  }

  /** Puts the file here; false when there is none of that path. Errors in one that exists are among the problems. */
  put(path: string, at: Position): boolean {
    if (this.#found.has(path)) return true
    if (this.#missing.has(path) || this.#missing.size > MOST_MISSING) return false
    try {
      // What may be a file's name at all is looked for before it is judged: a library is no file here.
      const text = this.#files.read(this.folder + path, 'plain')
      if (this.#accepts(path, text, at)) this.#keep(path, text, at)
      return true
    } catch (cause) {
      if (isMissing(cause)) {
        this.#missing.add(path)
        if (this.#missing.size > MOST_MISSING) this.#refuse('beside-size', at, TOO_MANY, LARGE)
        return false
      }
      this.#unreadable(path, cause, at)
      return true
    }
  }

  /** Puts all files here that match, such as `prompts/**`; answers how many there are. */
  putAll(pattern: string, at: Position): number {
    let names: readonly string[]
    try {
      names = this.#files.list(this.folder + pattern)
    } catch (cause) {
      this.#refuse('beside-path', at, `${describe(pattern)} is refused: ${reason(cause)}.`, OUTSIDE)
      return 1
    }
    const below = names
      .map((name) => name.slice(this.folder.length))
      .filter((name) => !LEFT_OUT.test(name) && name !== this.#own)
    for (const name of below) this.put(name, at)
    return below.length
  }

  #keep(path: string, text: string, at: Position): void {
    const sha256 = createHash('sha256').update(text).digest('hex')
    this.#found.set(path, { path, text, sha256, at })
    this.paths.push(path)
  }

  #accepts(path: string, text: string, at: Position): boolean {
    const bytes = Buffer.byteLength(text)
    this.#bytes += bytes
    if (!PLAIN.test(path))
      this.#refuse(
        'beside-name',
        at,
        `the file ${describe(path)} has a name that is not taken along.`,
        PLAIN_NAMES,
      )
    else if (path === 'config.yaml')
      this.#refuse(
        'beside-name',
        at,
        'the file config.yaml would be in the place of the configuration itself.',
        'give it another name.',
      )
    else if (bytes > BESIDE.MOST_BESIDE_BYTES)
      this.#refuse(
        'beside-size',
        at,
        `the file ${path} has ${Math.ceil(bytes / KIB)} KiB, and ${BESIDE.MOST_BESIDE_BYTES / KIB} are taken.`,
        LARGE,
      )
    else if (this.#bytes > BESIDE.MOST_BESIDE_TOTAL)
      this.#refuse(
        'beside-size',
        at,
        `the files beside the configuration have more than ${BESIDE.MOST_BESIDE_TOTAL / KIB} KiB together.`,
        LARGE,
      )
    else if (this.#found.size >= BESIDE.MOST_BESIDE)
      this.#refuse('beside-size', at, `more than ${BESIDE.MOST_BESIDE} files are named.`, LARGE)
    else return !this.#holdsSecret(path, text)
    return false
  }

  #holdsSecret(path: string, text: string): boolean {
    const secret = writtenSecret(text)
    if (secret === undefined) return false
    const before = text.slice(0, secret.offset).split('\n')
    const at = { file: this.folder + path, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
    this.#refuse('secret-in-file', at, `${secret.what} is written out in this file.`, SECRET)
    return true
  }

  #unreadable(path: string, cause: unknown, at: Position): void {
    if (cause instanceof ConfigError)
      this.problems.push(
        ...cause.problems.map((one) => ({
          ...one,
          fix: `${one.fix.replace(/\.$/, '')}: only text goes to the host.`,
        })),
      )
    else
      this.#refuse('beside-file', at, `the file ${describe(path)} is refused: ${reason(cause)}.`, PLAIN_FILES)
  }

  #refuse(code: string, at: Position, message: string, fix: string): void {
    this.problems.push({ severity: 'error', code, message, fix, at })
  }
}

const OUTSIDE = 'name files below the folder of this one, such as prompts/**.'
const PLAIN_FILES = 'put a plain file there: nothing else goes to the host, and no link is followed.'
const PLAIN_NAMES = 'use letters, digits and . _ - + @, no dot first, and at most eight folders.'
const TOO_MANY = `the Python that is named here imports more than ${MOST_MISSING} modules.`
const LARGE = 'put what is large into an image of your own.'
const SECRET =
  'take it out, withdraw it where it is valid, store a new one as a GitHub secret, declare it under environment_variables as os.environ/NAME, and read it here with os.environ.'

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

import { ETC } from '../../contract/places.ts'
import type { Position, Problem } from '../problem.ts'
import { isRecord } from '../record.ts'
import { describe } from '../yaml/describe.ts'
import { pathText } from '../yaml/path.ts'
import type { FileReader, Source } from '../yaml/source.ts'
import { environmentProblems } from './environment.ts'
import { importedBy } from './imports.ts'
import { type Named, namedIn } from './named.ts'
import { type BesideFile, Shelf } from './shelf.ts'

export type { BesideFile } from './shelf.ts'

export interface Beside {
  /** Sorted by path. */
  readonly files: readonly BesideFile[]
  readonly problems: readonly Problem[]
}

/** Paths that every image has. */
const OF_THE_SYSTEM = /^\/(?:etc\/(?:ssl|pki)|usr|opt|bin|lib)\//

/**
 * The files beside the declaration: those that LiteLLM's sections name, what their Python imports from there, and those that `files`
 * lists. They are read as data; nothing of them is run here.
 */
export function besideOf(source: Source, files: FileReader): Beside {
  const shelf = new Shelf(source.file, files)
  const problems: Problem[] = []
  for (const named of namedIn(source.value)) {
    const at = source.locate(named.path)
    const wrong = taken(named, { shelf, at, image: inImage(source) })
    if (wrong !== undefined) problems.push({ ...wrong, at })
  }
  problems.push(...declared(source, shelf))
  takeImports(shelf)
  const found = shelf.sorted()
  problems.push(...environmentProblems(found, source.value, shelf.folder))
  return { files: found, problems: [...shelf.problems, ...problems] }
}

type Wrong = Omit<Problem, 'at'>

/** Where a named file is put, and where else it may be. */
interface Place {
  readonly shelf: Shelf
  readonly at: Position
  /** Modules and paths that the declared image has by its own account. */
  readonly image: readonly string[]
}

/** Puts a named file on the shelf; answers the problem when it is missing. */
function taken(named: Named, place: Place): Wrong | undefined {
  switch (named.kind) {
    case 'module':
    case 'maybe-module':
      return takenModule(named, place)
    case 'path':
    case 'maybe-path':
      return takenPath(named, place)
    case 'key':
      return takenKey(named, place)
  }
}

function inImage({ value }: Source): readonly string[] {
  const listed = isRecord(value.litellm) ? value.litellm.in_image : undefined
  return Array.isArray(listed) ? listed.filter((one) => typeof one === 'string') : []
}

function takenModule({ kind, path, text }: Named, { shelf, at, image }: Place): Wrong | undefined {
  const module = text.slice(0, text.lastIndexOf('.'))
  if (putModule(module.replaceAll('.', '/'), shelf, at) || kind === 'maybe-module') return undefined
  // LiteLLM looks among the installed packages for what is not beside its configuration.
  if (
    ['litellm', 'litellm_enterprise', ...image].some((one) => module === one || module.startsWith(`${one}.`))
  )
    return undefined
  const file = `${module.replaceAll('.', '/')}.py`
  return {
    severity: 'error',
    code: 'beside-missing',
    message: `${pathText(path)} is ${describe(text)}, but there is no ${file} beside this file: LiteLLM would not start.`,
    fix: `put ${file} into the folder of this file; or, when your image has this module, add it to litellm.in_image.`,
  }
}

/** The module's file, or its package, with what makes its folders packages. */
function putModule(path: string, shelf: Shelf, at: Position): boolean {
  const isThere = shelf.put(`${path}.py`, at) || shelf.put(`${path}/__init__.py`, at)
  if (isThere) for (const folder of foldersOf(path)) shelf.put(`${folder}/__init__.py`, at)
  return isThere
}

function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

function takenPath({ kind, path, text }: Named, { shelf, at, image }: Place): Wrong | undefined {
  const local = localPath(text)
  if (local === undefined)
    return isInImage(text, image) || kind === 'maybe-path' ? undefined : unseen(path, text)
  if (local.split('/').includes('..'))
    return kind === 'maybe-path'
      ? undefined
      : {
          severity: 'error',
          code: 'beside-path',
          message: `${pathText(path)} is ${describe(text)}, which leads out of the folder of this file.`,
          fix: 'put it below that folder: the container has nothing else of the repository.',
        }
  if (putFolder(local, shelf, at) || shelf.put(local, at) || kind === 'maybe-path') return undefined
  return {
    severity: 'error',
    code: 'beside-missing',
    message: `${pathText(path)} is ${describe(text)}, but there is no such file or folder beside this file.`,
    fix: `put it there; it goes to the host with the release.`,
  }
}

function putFolder(path: string, shelf: Shelf, at: Position): boolean {
  return !/[*?{}[\]]/.test(path) && shelf.putAll(`${path}/**`, at) > 0
}

/** From the folder of the declaration; undefined for a place in the container that is not ours. */
export function localPath(text: string): string | undefined {
  const inside = text.startsWith(`${ETC}/`) ? text.slice(ETC.length + 1) : text
  if (/^[/~\\]/.test(inside)) return undefined
  return inside
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')
}

function isInImage(text: string, image: readonly string[]): boolean {
  return (
    OF_THE_SYSTEM.test(text) ||
    image.some((one) => text === one || text.startsWith(`${one.replace(/\/$/, '')}/`))
  )
}

function unseen(path: Named['path'], text: string): Wrong {
  return {
    severity: 'warning',
    code: 'container-path',
    message: `${pathText(path)} is ${describe(text)}, a path in the container where a release places nothing: it is there only when your image has it.`,
    fix: `write it relative to this file, and put the file there; or, when your image has it, add it to litellm.in_image.`,
  }
}

/** Files of keys are never carried: they are secrets, and the repository would hold them. */
function takenKey({ path, text }: Named, { shelf, image }: Place): Wrong | undefined {
  const name = String(path.at(-1))
  const fix = `store the content of the file as a GitHub secret, give it to the step under env, and write ${name}: os.environ/NAME.`
  const local = localPath(text)
  if (local !== undefined && shelf.exists(local))
    return {
      severity: 'error',
      code: 'key-in-repository',
      message: `${pathText(path)} names the file ${describe(text)}, which is in the repository: a key must not be.`,
      fix: `withdraw that key, remove the file, then ${fix}`,
    }
  if (isInImage(text, image)) return undefined
  return {
    severity: 'warning',
    code: 'key-file',
    message: `${pathText(path)} is ${describe(text)}, a file that the container does not have: requests that need it fail.`,
    fix,
  }
}

/** What `files` lists: paths, folders and patterns. */
function declared(source: Source, shelf: Shelf): Problem[] {
  const { files } = source.value
  return (Array.isArray(files) ? files : []).flatMap((pattern, index): Problem[] => {
    const at = source.locate(['files', index])
    if (typeof pattern !== 'string' || pattern === '') return []
    const plain = pattern.replace(/^\.\//, '').replace(/\/$/, '')
    if (shelf.putAll(plain, at) > 0 || putFolder(plain, shelf, at)) return []
    return [
      {
        severity: 'error',
        code: 'beside-missing',
        message: `no file matches files[${index}], ${describe(pattern)}.`,
        fix: 'correct it: a path, a folder or a pattern such as prompts/**, relative to this file.',
        at,
      },
    ]
  })
}

/** What the Python on the shelf imports and is in the same folder, and so on. The list grows while it is walked along. */
function takeImports(shelf: Shelf): void {
  for (const path of shelf.paths) {
    if (!path.endsWith('.py')) continue
    const at = shelf.placeOf(path)
    for (const module of importedBy(shelf.textOf(path), path)) putModule(module, shelf, at)
  }
}

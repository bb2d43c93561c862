import { type Dirent, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** A pattern names a few files; more than this is a mistake. */
const LONGEST_PATTERN = 300
const MOST_ALTERNATIVES = 64
const MOST_STARS = 16
const MOST_VISITED = 20_000
const MOST_FOUND = 500

/** Folders without declarations; searched only when they are named. */
const SKIPPED: ReadonlySet<string> = new Set(['.git', 'node_modules'])

/**
 * The files below a folder that match a pattern, sorted: `*` and `?` within a name, `**` for any folders, `{a,b}` for alternatives.
 * Node's own `globSync` came with 22, follows patterns out of the folder, and takes as long as a pattern makes it.
 * @throws Error for a pattern that leads out of the folder, and for one that matches or costs too much
 */
export function glob(folder: string, pattern: string): string[] {
  if (pattern.length > LONGEST_PATTERN) throw new Error(`it has more than ${LONGEST_PATTERN} characters`)
  const found = new Set<string>()
  const walk = { left: MOST_VISITED }
  for (const one of alternatives(pattern)) {
    const steps = stepsOf(one)
    if (steps.length > 0) collect(folder, '', steps, walk, found)
  }
  return [...found].sort()
}

/** The names between the slashes. Refused before anything is read. */
function stepsOf(pattern: string): string[] {
  if (/^[/\\]|^[A-Za-z]:[/\\]/.test(pattern)) throw new Error('it is an absolute path')
  if ((pattern.match(/\*/g)?.length ?? 0) > MOST_STARS)
    throw new Error(`it has more than ${MOST_STARS} stars`)
  const steps: string[] = []
  for (const step of pattern.split('/')) {
    if (step === '..') throw new Error('it leads out of the folder')
    // `**` twice in a row matches what it matches once, by many more ways.
    if (step !== '' && step !== '.' && !(step === '**' && steps.at(-1) === '**')) steps.push(step)
  }
  return steps
}

/** `{a,b}` written out, also several and within each other. */
function alternatives(pattern: string): string[] {
  let patterns = [pattern]
  for (;;) {
    let isOpen = false
    patterns = patterns.flatMap((one) => {
      const [whole, inside = ''] = /\{([^{}]*,[^{}]*)\}/.exec(one) ?? []
      if (whole === undefined) return [one]
      isOpen = true
      return inside.split(',').map((choice) => one.replace(whole, () => choice))
    })
    if (patterns.length > MOST_ALTERNATIVES)
      throw new Error(`it has more than ${MOST_ALTERNATIVES} alternatives`)
    if (!isOpen) return patterns
  }
}

function collect(
  folder: string,
  path: string,
  [step = '', ...rest]: readonly string[],
  walk: { left: number },
  found: Set<string>,
): void {
  for (const entry of entriesOf(join(folder, path))) {
    walk.left -= 1
    if (walk.left < 0) throw new Error(`it matches against more than ${MOST_VISITED} files`)
    const at = path === '' ? entry.name : `${path}/${entry.name}`
    const isFolder = entry.isDirectory()
    if (step === '**') {
      // Links are not followed: they may lead round and round.
      if (isFolder && !SKIPPED.has(entry.name)) collect(folder, at, [step, ...rest], walk, found)
      const [next] = rest
      if (next === undefined ? !isFolder : matches(entry.name, next)) take(at, isFolder, rest.slice(1))
    } else if (matches(entry.name, step)) take(at, isFolder || entry.isSymbolicLink(), rest)
  }

  function take(at: string, mayHold: boolean, left: readonly string[]): void {
    if (left.length > 0) {
      if (mayHold) collect(folder, at, left, walk, found)
    } else if (!isDirectory(folder, at)) {
      found.add(at)
      if (found.size > MOST_FOUND) throw new Error(`it matches more than ${MOST_FOUND} files`)
    }
  }
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

function isDirectory(folder: string, path: string): boolean {
  try {
    readdirSync(join(folder, path))
    return true
  } catch {
    return false
  }
}

/** Whether a name matches, in time that grows with the product of both lengths and no faster. */
function matches(name: string, pattern: string): boolean {
  let at = 0
  let from = 0
  let star = -1
  let tried = 0
  while (at < name.length) {
    if (pattern[from] === '*') {
      star = from
      tried = at
      from += 1
    } else if (from < pattern.length && (pattern[from] === '?' || pattern[from] === name[at])) {
      at += 1
      from += 1
    } else if (star >= 0) {
      tried += 1
      at = tried
      from = star + 1
    } else return false
  }
  while (pattern[from] === '*') from += 1
  return from === pattern.length
}

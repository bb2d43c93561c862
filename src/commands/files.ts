import { globSync, readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import type { FileReader } from '../config/source.ts'

/** Files of a repository; nothing outside of it is read, whatever an include says. */
export function filesIn(folder: string): FileReader {
  const inside = (path: string) => {
    const full = resolve(folder, path)
    if (relative(folder, full).startsWith('..')) throw new Error('it lies outside of the repository')
    return full
  }
  return {
    read: (path) => readFileSync(inside(path), 'utf8'),
    list: (pattern) =>
      globSync(pattern, { cwd: folder })
        .filter((path) => !path.startsWith('..'))
        .sort(),
  }
}

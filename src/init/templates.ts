import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = join(import.meta.dirname, '../../workflows')

/** The workflow templates by their file names. The build replaces this module by the contents. */
export function templates(): Record<string, string> {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.yml'))
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')]))
}

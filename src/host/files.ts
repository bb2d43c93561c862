import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = join(import.meta.dirname, 'files')

/** The text of one file that is put on the host, by its path below `files/`. The build replaces this module by the contents. */
export function hostFile(name: string): string {
  return readFileSync(join(FOLDER, name), 'utf8')
}

/** All files of a folder below `files/`, by their names in it. */
export function hostFiles(prefix: string): Record<string, string> {
  const names = readdirSync(join(FOLDER, prefix), { withFileTypes: true })
  return Object.fromEntries(
    names.filter((entry) => entry.isFile()).map(({ name }) => [name, hostFile(`${prefix}/${name}`)]),
  )
}

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const FILES = join(import.meta.dirname, 'files')
const AGENT = join(import.meta.dirname, '../agent')

/** The text of one file that is put on the host, by its path below `files/`. The build replaces this module by the contents. */
export function hostFile(name: string): string {
  return readFileSync(join(FILES, name), 'utf8')
}

/** The Python of the programs that run on the host, by their paths below `src/agent`; without what only mypy reads. */
export function agentFiles(): Record<string, string> {
  const names = readdirSync(AGENT, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.py') && name !== 'contract_types.py',
  )
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(AGENT, name), 'utf8')]))
}

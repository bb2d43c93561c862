// The committed files, or parts of files, that are made from something in this repository: `npm run generate` writes them, `check` refuses stale ones.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pythonConstants, pythonTypes } from './python-contract.ts'
import { biomeRooms } from './rooms.ts'

const root = join(import.meta.dirname, '..')

/** What each file has to be, by its path. */
function generated(): Readonly<Record<string, string>> {
  return {
    'biome.rooms.json': biomeRooms(),
    'src/agent/contract.py': pythonConstants(),
    'src/agent/contract_types.py': pythonTypes(),
  }
}

export function generate(): void {
  for (const [file, text] of Object.entries(generated())) writeFileSync(join(root, file), text)
}

/** @throws when a file is not what would be generated */
export function requireFresh(): void {
  const stale = Object.entries(generated()).filter(
    ([file, text]) => readFileSync(join(root, file), 'utf8') !== text,
  )
  if (stale.length > 0)
    throw new Error(
      `Stale: ${stale.map(([file]) => file).join(', ')}. Run npm run generate, and commit them.`,
    )
}

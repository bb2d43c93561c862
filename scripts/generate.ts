// The committed files, and parts of files, that are made from something in this repository: `npm run generate` writes them, `check` refuses
// stale ones.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { actionInputs, inputTable, workflowInputs, workflowPasses } from './inputs.ts'
import { pythonConstants, pythonTypes } from './python-contract.ts'
import { errorsMarkdown, gatewayMarkdown } from './reference.ts'
import { biomeRooms, drawnRooms } from './rooms.ts'
import { badTable, componentTable, layoutTable, upgradeTable, versionTable } from './versions.ts'

const root = join(import.meta.dirname, '..')

/** The text that must be between the lines that begin and end a part of a file. */
type Parts = Readonly<Record<string, () => string>>

const WHOLE: Readonly<Record<string, () => string>> = {
  'biome.rooms.json': biomeRooms,
  'src/agent/contract.py': pythonConstants,
  'src/agent/contract_types.py': pythonTypes,
  'docs/errors.md': errorsMarkdown,
  'docs/gateway-yaml.md': gatewayMarkdown,
}
const PARTS: Readonly<Record<string, Parts>> = {
  'action.yml': { inputs: actionInputs },
  '.github/workflows/gateway.yml': { inputs: workflowInputs, passes: workflowPasses },
  'docs/commands.md': { inputs: inputTable },
  'CONTRIBUTING.md': { rooms: drawnRooms },
  'docs/versions.md': {
    versions: versionTable,
    upgrades: upgradeTable,
    layouts: layoutTable,
    bad: badTable,
    components: componentTable,
  },
}

/** Each file as it must be, by its path. @throws when a part's lines are not there */
function generated(): [file: string, text: string][] {
  return [
    ...Object.entries(WHOLE).map(([file, make]): [string, string] => [file, make()]),
    ...Object.entries(PARTS).map(([file, parts]): [string, string] => [file, withParts(file, parts)]),
  ]
}

function withParts(file: string, parts: Parts): string {
  return Object.entries(parts).reduce((text, [name, make]) => {
    const part = new RegExp(
      `(^.*\\bgenerated ${name}: npm run generate\\b.*\\n)[^]*?(^.*\\bend of ${name}\\b)`,
      'm',
    )
    if (!part.test(text))
      throw new Error(`${file} has no lines "generated ${name}: npm run generate" and "end of ${name}".`)
    return text.replace(part, (_, begin: string, end: string) => `${begin}${make()}${end}`)
  }, read(file))
}

export function generate(): void {
  for (const [file, text] of generated()) writeFileSync(join(root, file), text)
}

/** @throws when a file is not what would be generated */
export function requireFresh(): void {
  const stale = generated().filter(([file, text]) => read(file) !== text)
  if (stale.length > 0)
    throw new Error(
      `Stale: ${stale.map(([file]) => file).join(', ')}. Run npm run generate, and commit them.`,
    )
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}

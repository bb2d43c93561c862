import { posix } from 'node:path'
import { besideOf } from '../config/files/beside.ts'
import { type FileReader, readSource, type Source } from '../config/yaml/source.ts'
import { decidingPaths } from '../init/codeowners.ts'
import { code } from '../text/markdown.ts'
import type { CommandResult, StepContext } from './command.ts'

/**
 * The report of a pull request that changes nothing of what decides over the gateway: green, without a question to the gateway, so that
 * the check can be a required one. Undefined where there is something to plan, and where that is not known.
 */
export async function untouched({
  changedFiles,
  config,
  files,
  logger,
}: StepContext): Promise<CommandResult | undefined> {
  if (changedFiles === undefined) return undefined
  let changed: readonly string[] | undefined
  let deciding: readonly string[]
  try {
    changed = await changedFiles()
    const source = readSource(config, files)
    deciding = [...decidingPaths(posix.normalize(config), source.value), ...beside(config, source, files)]
  } catch (error) {
    // The plan itself reports what is wrong with the declaration.
    logger.debug(`What changes is not known: ${error instanceof Error ? error.message : error}`)
    return undefined
  }
  if (changed === undefined) return undefined
  if (changed.some((path) => deciding.some((one) => path === one || isBelow(path, one)))) return undefined
  logger.info(`Nothing to plan: none of ${deciding.join(', ')} changes.`)
  return {
    untouched: true,
    markdown: `### Nothing to plan\n\nNone of ${deciding.map(code).join(', ')} changes. The gateway was not asked.`,
  }
}

/** What the declaration names may be a folder. `""` is the root of the repository. */
function isBelow(path: string, folder: string): boolean {
  if (folder.startsWith('*.')) return path.endsWith(folder.slice(1))
  return path.startsWith(folder === '' || folder.endsWith('/') ? folder : `${folder}/`)
}

/** The files that go to the host. Where Python is among them, any other may be what it imported until now. */
function beside(config: string, source: Source, files: FileReader): string[] {
  const { files: found, problems } = besideOf(source, files)
  const [wrong] = problems
  if (wrong !== undefined) throw new Error(wrong.message)
  const folder = posix.dirname(posix.normalize(config))
  const paths = found.map(({ path }) => posix.join(folder, path))
  return paths.some((path) => path.endsWith('.py')) ? [...paths, '*.py'] : paths
}

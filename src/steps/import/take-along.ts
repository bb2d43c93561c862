import { besideOf } from '../../config/files/beside.ts'
import { parseFile } from '../../config/yaml/source.ts'
import { type Along, alongWith } from '../../import/along.ts'
import type { StepContext } from '../command.ts'

/**
 * Copies the files that a configuration names, and are beside it, to where the declaration is written.
 * @param config of the file `from` and all that it includes
 * @returns what was taken along, and what could not be
 */
export function takeAlong(
  from: string,
  config: Readonly<Record<string, unknown>>,
  { config: target, files, logger }: StepContext,
  { write, force }: { readonly write: (path: string, text: string) => void; readonly force: boolean },
): Pick<Along, 'fields' | 'problems'> {
  const found = besideOf({ ...parseFile(from, files), value: config }, files)
  const folder = target.includes('/') ? target.slice(0, target.lastIndexOf('/') + 1) : ''
  const there = (path: string) => {
    try {
      return files.read(path, 'plain')
    } catch {
      return undefined
    }
  }
  const { copies, fields, problems } = alongWith(found.files, folder, there, force)
  for (const [path, text] of copies) write(path, text)
  if (fields.length > 0)
    logger.info(
      `Taken along, for the host to place beside config.yaml: ${fields.map(({ path }) => path).join(', ')}.`,
    )
  return { fields, problems: [...found.problems, ...problems] }
}

import type { BesideFile } from '../config/files/beside.ts'
import type { Problem } from '../config/problem.ts'
import type { ImportedField } from './field.ts'

export interface Along {
  /** By path: what is written there. */
  readonly copies: ReadonlyMap<string, string>
  readonly fields: readonly ImportedField[]
  readonly problems: readonly Problem[]
}

/**
 * What has to be beside gateway.yaml for a configuration that was read elsewhere. Pure.
 * @param folder of gateway.yaml, empty or with a slash at its end
 * @param there the text of a file that exists, by its path
 */
export function alongWith(
  files: readonly BesideFile[],
  folder: string,
  there: (path: string) => string | undefined,
  force: boolean,
): Along {
  const copies = new Map<string, string>()
  const problems: Problem[] = []
  const fields = files.map(({ path, text, at }): ImportedField => {
    const target = folder + path
    const before = there(target)
    if (before === text)
      return { path: target, outcome: 'kept', detail: 'goes to the host with the configuration' }
    if (before !== undefined && !force) problems.push(other(target, at))
    else copies.set(target, text)
    return { path: target, outcome: 'moved', detail: 'copied; goes to the host with the configuration' }
  })
  return { copies, fields, problems }
}

function other(target: string, at: Problem['at']): Problem {
  return {
    severity: 'error',
    code: 'exists',
    message: `this configuration needs ${target}, and another file of that name is there.`,
    fix: 'see which of the two is right; --force replaces it.',
    at,
  }
}

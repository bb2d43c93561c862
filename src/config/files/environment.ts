import { HOST_OWNED } from '../../contract/names.ts'
import type { Problem } from '../problem.ts'
import { isRecord } from '../record.ts'
import { findSecrets } from '../secrets/secrets.ts'
import type { BesideFile } from './shelf.ts'

/** `os.environ["NAME"]` that is read: without a value it is an error in Python. */
const READ = /\bos\.environ\[(["'])([A-Za-z_]\w*)\1\](?!\s*=[^=])/g
/** What every container has. */
const ALWAYS: readonly string[] = ['HOME', 'PATH', 'HOSTNAME', ...HOST_OWNED]

/** Variables that the Python of a release reads and nothing gives to its container. Pure. */
export function environmentProblems(
  files: readonly BesideFile[],
  value: Readonly<Record<string, unknown>>,
  folder: string,
): Problem[] {
  const python = files.filter(({ path }) => path.endsWith('.py'))
  if (python.length === 0) return []
  const { environment_variables: declared } = value
  const given = new Set([
    ...ALWAYS,
    ...Object.keys(isRecord(declared) ? declared : {}),
    ...findSecrets(value).references.map(({ name }) => name),
  ])
  return python.flatMap(({ path, text }) =>
    [...text.matchAll(READ)].flatMap(({ index, 2: name = '' }): Problem[] => {
      if (given.has(name)) return []
      given.add(name)
      const before = text.slice(0, index).split('\n')
      return [
        {
          severity: 'warning',
          code: 'hook-environment',
          message: `this file reads ${name} from its environment, and nothing gives it there: LiteLLM may not start.`,
          fix: `declare it under environment_variables: its value, or os.environ/${name} for a secret.`,
          at: { file: folder + path, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 },
        },
      ]
    }),
  )
}

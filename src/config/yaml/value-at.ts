import { isRecord } from '../record.ts'
import type { Path } from './path.ts'
import type { Source } from './source.ts'

/** What was written at a path; undefined where nothing was. */
export function valueAt(source: Pick<Source, 'value'>, path: Path): unknown {
  let value: unknown = source.value
  for (const step of path) {
    if (Array.isArray(value) && typeof step === 'number') value = value[step]
    else if (isRecord(value)) value = value[step]
    else return undefined
  }
  return value
}

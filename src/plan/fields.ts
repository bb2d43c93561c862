import { isDeepStrictEqual } from 'node:util'
import { isRecord } from '../config/record.ts'
import type { FieldChange } from './change.ts'

/** The leaves in which two documents differ. A list is one leaf: its order has a meaning to LiteLLM. Key order has none. */
export function fieldChanges(before: unknown, after: unknown, path = ''): FieldChange[] {
  // A mapping that is added or removed as a whole is shown leaf by leaf, if it has any.
  const from = before === undefined && isRecord(after) && Object.keys(after).length > 0 ? {} : before
  const to = after === undefined && isRecord(before) && Object.keys(before).length > 0 ? {} : after
  if (isRecord(from) && isRecord(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])]
    return keys.flatMap((key) => fieldChanges(from[key], to[key], path === '' ? key : `${path}.${key}`))
  }
  return isDeepStrictEqual(before, after) ? [] : [{ path, before, after }]
}

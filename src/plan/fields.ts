import { isDeepStrictEqual } from 'node:util'
import { isRecord } from '../config/source.ts'
import type { FieldChange } from './change.ts'

/** The leaves in which two documents differ. A list is one leaf: its order has a meaning to LiteLLM. Key order has none. */
export function fieldChanges(before: unknown, after: unknown, path = ''): FieldChange[] {
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    return keys.flatMap((key) => fieldChanges(before[key], after[key], path === '' ? key : `${path}.${key}`))
  }
  return isDeepStrictEqual(before, after) ? [] : [{ path, before, after }]
}

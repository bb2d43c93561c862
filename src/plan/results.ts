import type { Change, ChangeResult, Plan } from './change.ts'
import { identityOf } from './kinds.ts'

/**
 * What became of each change: done only when the gateway, read again, has no such difference any more.
 * @param after the difference between the declaration and the gateway as it was read back
 */
export function resultsOf(
  changes: readonly Change[],
  failures: ReadonlyMap<Change, string | undefined>,
  after: Plan,
): ChangeResult[] {
  const left = new Set([...after.changes, ...after.adoptions].map(identityOf))
  return changes.map((change): ChangeResult => {
    const failure = failures.get(change)
    // Only the result counts: an answer may get lost, or be an error after the work was done.
    if (!left.has(identityOf(change))) return { change, outcome: 'done' }
    return {
      change,
      outcome: 'failed',
      message: failure ?? 'was written, but the gateway does not have it when read back',
    }
  })
}

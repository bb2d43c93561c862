import { ownerKey } from '../config/budgets.ts'
import type { Change, ChangeResult, Plan } from './change.ts'

/**
 * What became of each change: done only when the gateway, read again, has no such difference any more.
 * @param after the difference between the declaration and the gateway as it was read back
 */
export function resultsOf(
  changes: readonly Change[],
  failures: ReadonlyMap<Change, string | undefined>,
  after: Plan,
): ChangeResult[] {
  const left = new Set([...after.changes, ...after.adoptions].map(key))
  return changes.map((change): ChangeResult => {
    const failure = failures.get(change)
    // Only the result counts: an answer may get lost, or be an error after the work was done.
    if (!left.has(key(change))) return { change, outcome: 'done' }
    return {
      change,
      outcome: 'failed',
      message: failure ?? 'was written, but the gateway does not have it when read back',
    }
  })
}

function key(change: Change): string {
  switch (change.kind) {
    case 'model':
      return `model ${change.id}`
    case 'setting':
      return `setting ${change.section}`
    case 'secret':
      return `secret ${change.name}`
    case 'override':
      return `override ${change.section} ${change.name}`
    case 'budget':
      return `budget ${ownerKey(change)}`
    case 'host':
      return `host ${change.part} ${change.name}`
  }
}

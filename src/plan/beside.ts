import type { Desired } from '../config/desired.ts'
import type { ObservedGateway } from '../contract/programs/observe.ts'
import type { FileChange } from './change.ts'

/** The files beside the configuration that are added, changed or removed, compared by their hashes. */
export function besideChanges({ beside }: Desired, gateway: ObservedGateway | null): FileChange[] {
  const live = gateway?.beside ?? {}
  const wanted = new Set(beside.map(({ path }) => path))
  const made = beside.flatMap(({ path, sha256: after, at }): FileChange[] => {
    const before = Object.hasOwn(live, path) ? live[path] : undefined
    if (before === after) return []
    return [{ kind: 'file', action: before === undefined ? 'create' : 'update', path, before, after, at }]
  })
  const gone = Object.entries(live)
    .filter(([path]) => !wanted.has(path))
    .map(([path, before]): FileChange => ({ kind: 'file', action: 'delete', path, before, after: undefined }))
  return [...made, ...gone]
}

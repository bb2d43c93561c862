import type { Size } from '../config/sizing.ts'
import type { HostChange } from './change.ts'

/** What a hypervisor has of the VM. */
export interface ObservedVm {
  /** The provider's name for it, such as `pve1/101`; null when there is none of ours. */
  readonly id: string | null
  readonly running: boolean
  /** Its size, now or after its next restart; null while it is incomplete. */
  readonly size: Size | null
}

/** What `deploy` would create or change at the hypervisor. A disk never shrinks, so a larger one is not a difference. */
export function vmChanges(
  { id, running, size }: ObservedVm,
  { name, size: wanted }: { readonly name: string; readonly size: Size },
): HostChange[] {
  const change = (action: HostChange['action'], detail: string): HostChange => ({
    kind: 'host',
    part: 'vm',
    action,
    name,
    detail,
  })
  if (id === null || size === null)
    return [
      change(
        'create',
        `${wanted.vcpu} vCPU, ${wanted.memoryGiB} GiB of memory, ${wanted.diskGiB} GiB of disk`,
      ),
    ]
  const resized = [
    size.vcpu === wanted.vcpu ? '' : `${size.vcpu} → ${wanted.vcpu} vCPU with its next restart`,
    size.memoryGiB === wanted.memoryGiB
      ? ''
      : `${size.memoryGiB} → ${wanted.memoryGiB} GiB of memory with its next restart`,
    size.diskGiB >= wanted.diskGiB ? '' : `${size.diskGiB} → ${wanted.diskGiB} GiB of disk`,
  ].filter((text) => text !== '')
  return [
    ...(resized.length === 0 ? [] : [change('update', resized.join(', '))]),
    ...(running ? [] : [change('update', 'is stopped; deploy starts it')]),
  ]
}

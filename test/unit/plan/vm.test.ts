import { expect, test } from 'vitest'
import type { VmState } from '../../../src/hypervisors/vm.ts'
import { vmChanges } from '../../../src/plan/vm.ts'

const wanted = { name: 'llm.example.com', size: { vcpu: 4, memoryGiB: 8, diskGiB: 30 } }
const stands: VmState = {
  id: 'pve1/100',
  running: true,
  size: wanted.size,
  hostKey: 'ssh-ed25519 AAAA',
  pendingRestart: [],
}
const none: VmState = { id: null, running: false, size: null, hostKey: null, pendingRestart: [] }

test.each<[string, VmState, readonly string[]]>([
  ['none yet', none, ['create 4 vCPU, 8 GiB of memory, 30 GiB of disk']],
  ['as declared', stands, []],
  ['waiting for its restart', { ...stands, pendingRestart: ['memory'] }, []],
  ['a larger disk stays', { ...stands, size: { ...wanted.size, diskGiB: 50 } }, []],
  [
    'too small',
    { ...stands, size: { vcpu: 2, memoryGiB: 4, diskGiB: 20 } },
    [
      'update 2 → 4 vCPU with its next restart, 4 → 8 GiB of memory with its next restart, 20 → 30 GiB of disk',
    ],
  ],
  [
    'more memory than declared',
    { ...stands, size: { ...wanted.size, memoryGiB: 16 } },
    ['update 16 → 8 GiB of memory with its next restart'],
  ],
  ['stopped', { ...stands, running: false }, ['update is stopped; deploy starts it']],
])('%s', (_, state, said) => {
  const changes = vmChanges(state, wanted)
  expect(changes.map(({ action, detail }) => `${action} ${detail}`)).toEqual(said)
  for (const change of changes) expect(change).toMatchObject({ kind: 'host', part: 'vm', name: wanted.name })
})

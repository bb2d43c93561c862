import { expect, test } from 'vitest'
import { machineTooSmall } from '../../../src/plan/machine.ts'

const GIB = 1024 ** 3
const machine = (vcpu: number, memoryGiB: number, diskGiB: number) => ({
  vcpu,
  memoryBytes: memoryGiB * GIB,
  disk: { sizeBytes: diskGiB * GIB, freeBytes: 0 },
})
const wanted = { vcpu: 4, memoryGiB: 4, diskGiB: 20 }

test.each([
  ['as declared, less what firmware and file system keep', machine(4, 3.8, 19.5)],
  ['larger', machine(8, 16, 50)],
])('a machine %s is right', (_, host) => {
  expect(machineTooSmall(wanted, host)).toBeUndefined()
})

test('nothing is said when no size is declared', () => {
  expect(machineTooSmall(undefined, machine(1, 1, 1))).toBeUndefined()
})

test('what lacks is named, with what takes a restart', () => {
  expect(machineTooSmall(wanted, machine(2, 1.9, 9.7))).toBe(
    'The machine has 2 vCPU where 4 are declared, 1.9 GiB of memory where 4 GiB are declared, 9.7 GiB of disk where 20 GiB are declared. ' +
      'Resize it at its hypervisor, or declare its real size under size. vCPU and memory need a restart of the machine.',
  )
  expect(machineTooSmall(wanted, machine(4, 4, 10))).not.toContain('restart')
})

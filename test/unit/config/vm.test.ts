import { expect, test } from 'vitest'
import { vmFlaws } from '../../../src/config/vm.ts'

const flaws = (address: string, gateway: string) =>
  vmFlaws({ proxmox: { address, gateway } } as never).map(
    ({ severity = 'error', path, message }) => `${severity} ${path.join('.')}: ${message}`,
  )

test.each([
  ['192.0.2.10/24', '192.0.2.1'],
  ['192.0.2.10/32', '198.51.100.1'],
  ['2001:db8::10/64', '2001:db8::1'],
  ['2001:db8::10/64', 'fe80::1'],
  ['2001:db8::10/128', '2001:db8::1'],
])('%s with the router %s is right', (address, gateway) => expect(flaws(address, gateway)).toEqual([]))

test.each([
  ['192.0.2.10/33', '192.0.2.1', /^error vm\.proxmox\.address: .*no address with its prefix length/],
  ['192.0.2.10/0', '192.0.2.1', /^error vm\.proxmox\.address/],
  ['192.0.2/24', '192.0.2.1', /^error vm\.proxmox\.address/],
  ['192.0.2.10/24', '2001:db8::1', /^error vm\.proxmox\.gateway: .*other IP version/],
  ['192.0.2.10/24', '192.0.2.10', /^error vm\.proxmox\.gateway: .*the VM itself/],
  ['192.0.2.10/24', '192.0.20.1', /^warning vm\.proxmox\.gateway: .*not in the network of 192\.0\.2\.10\/24/],
  ['2001:db8::10/64', '2001:db8:1::1', /^warning vm\.proxmox\.gateway/],
])('%s with the router %s is told', (address, gateway, told) => {
  expect(flaws(address, gateway)).toEqual([expect.stringMatching(told)])
})

test('a declaration that is missing one of them is told of that elsewhere', () => {
  expect(vmFlaws({ libvirt: { address: '192.0.2.10/24' } } as never)).toEqual([])
  expect(vmFlaws({})).toEqual([])
  expect(vmFlaws(undefined)).toEqual([])
})

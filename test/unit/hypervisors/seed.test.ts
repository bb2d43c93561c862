import { expect, test } from 'vitest'
import { seedImage } from '../../../src/hypervisors/seed.ts'

/** The network configuration on the CD. */
function networkOf(address: string, gateway: string) {
  const seed = seedImage(
    {
      ...{ instanceId: 'i', hostname: 'llm', user: 'debian', authorizedKeys: [] },
      ...{ hostKey: { private: 'private', public: 'public' }, address, gateway, nameservers: [gateway] },
    },
    new Date(0),
  ).toString('latin1')
  const from = seed.indexOf('{\n "version": 2')
  return JSON.parse(seed.slice(from, seed.indexOf('\n}\n', from) + 2)).ethernets.lan
}

test.each([
  ['192.0.2.10/24', '192.0.2.1', '0.0.0.0/0'],
  ['2001:db8::10/64', '2001:db8::1', '::/0'],
  ['2001:db8::10/128', 'fe80::1', '::/0'],
])('%s reaches the router %s in its own network', (address, gateway, to) => {
  expect(networkOf(address, gateway)).toMatchObject({ addresses: [address], routes: [{ to, via: gateway }] })
  expect(networkOf(address, gateway).routes).toHaveLength(1)
})

test.each([
  ['192.0.2.10/32', '198.51.100.1', '198.51.100.1/32', '0.0.0.0/0'],
  ['192.0.2.10/24', '198.51.100.1', '198.51.100.1/32', '0.0.0.0/0'],
  ['2001:db8::10/128', '2001:db8::1', '2001:db8::1/128', '::/0'],
])(
  '%s reaches the router %s directly, in the words of netplan and of networkd',
  (address, gateway, itself, to) => {
    expect(networkOf(address, gateway).routes).toEqual([
      { to: itself, scope: 'link' },
      { to, via: gateway, 'on-link': true },
    ])
  },
)

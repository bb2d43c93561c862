import { describe, expect, test } from 'vitest'
import { firewallOf, firewallSchema } from '../../../src/config/firewall.ts'

const caddy = { proxy: 'caddy', tls: 'acme' } as const

describe('the firewall', () => {
  test('lets everybody reach SSH and the domain, and inner networks port 4000, when nothing is said', () => {
    const { ssh, https, gateway } = firewallOf(undefined, caddy) ?? expect.fail('it is on')
    expect(ssh).toEqual(['0.0.0.0/0', '::/0'])
    expect(https).toEqual(ssh)
    expect(gateway).toContain('10.0.0.0/8')
    expect(gateway).not.toContain('0.0.0.0/0')
  })

  test('opens port 4000 for a proxy that stands elsewhere, and no other', () => {
    const open = firewallOf({}, { proxy: 'external', tls: 'acme' })
    expect(open).toMatchObject({ https: [], gateway: ['0.0.0.0/0', '::/0'] })
  })

  test('is what is declared', () => {
    expect(firewallOf({ ssh: ['192.0.2.0/24'], https: 'private', port_4000: 'none' }, caddy)).toMatchObject({
      ssh: ['192.0.2.0/24'],
      https: expect.arrayContaining(['fc00::/7']),
      gateway: [],
    })
    expect(firewallOf('off', caddy)).toBeUndefined()
  })

  test.each(['10.0.0.0/8', '2001:db8::/32', '192.0.2.7', '::1'])('takes %s', (network) => {
    expect(firewallSchema.safeParse({ ssh: [network] }).success).toBe(true)
  })

  test.each(['10.0.0.0/33', '10.0.0/8', 'example.com', '10.0.0.0/8; drop', '', '::/129', '1.2.3.4/'])(
    'refuses %j',
    (network) => {
      expect(firewallSchema.safeParse({ ssh: [network] }).success).toBe(false)
    },
  )
})

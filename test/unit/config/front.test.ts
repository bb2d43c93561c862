import { describe, expect, test } from 'vitest'
import { loadDesired } from '../../../src/config/desired.ts'
import { adminNetworks, adminText, frontSchema } from '../../../src/config/front.ts'
import { ConfigError } from '../../../src/config/problem.ts'
import { manifestOf } from '../../../src/steps/manifest.ts'
import { declared } from '../doctor/healthy.ts'

describe('front.admin', () => {
  test('is open to everybody when nothing is said, as it was before there was such a thing', () => {
    for (const front of [undefined, {}, { admin: 'any' as const }]) {
      expect(adminNetworks(front)).toBeUndefined()
      expect(adminText(front)).toBe('open to everybody who reaches the gateway')
    }
  })

  test.each([
    ['private', expect.arrayContaining(['10.0.0.0/8', 'fc00::/7']), 'open to private networks'],
    ['none', [], 'closed to all networks'],
    [['192.0.2.0/24', '2001:db8::1'], ['192.0.2.0/24', '2001:db8::1'], 'open to 192.0.2.0/24, 2001:db8::1'],
  ] as const)('%o', (admin, networks, text) => {
    const front = frontSchema.parse({ admin })
    expect(adminNetworks(front)).toEqual(networks)
    expect(adminText(front)).toBe(text)
  })

  test.each(['everybody', [], ['10.0.0.0/33'], ['10.0.0.0/8 192.0.2.1'], 'off'])('refuses %o', (admin) => {
    expect(frontSchema.safeParse({ admin }).success).toBe(false)
  })

  test('that judges by address is refused where all have the address of one proxy', () => {
    const load = (admin: unknown) => declared({ proxy: 'external', front: { admin } })
    expect(() => load('private')).toThrow(ConfigError)
    expect(() => load('private')).toThrow(/gateway\.yaml:\d+:\d+.*external proxy[\s\S]*port 4000/)
    for (const admin of ['any', 'none', ['192.0.2.7']]) expect(load(admin).gateway.front).toEqual({ admin })
  })

  test('comes to the Caddyfile, with what the declaration passes on', () => {
    const desired = loadDesired('gateway.yaml', {
      list: () => [],
      read: () => `domain: llm.example.com
vm: {ssh: {host: 192.0.2.10, user: debian, host_key: ssh-ed25519 AAAA}}
litellm: {image: "ghcr.io/berriai/litellm-database@sha256:${'a'.repeat(64)}"}
front: {admin: [192.0.2.0/24]}
model_list: []
general_settings: {pass_through_endpoints: [{path: "/own/{x}", target: "https://example.com", include_subpath: true}]}
`,
    })
    const text = manifestOf(desired).files['/etc/caddy/Caddyfile']?.content ?? ''
    expect(text).toContain('not remote_ip 127.0.0.0/8 ::1/128 192.0.2.0/24\n')
    expect(text).toContain('|own/[^/]+(?:/.*)?)/?$`')
  })
})

describe('front.trusted_proxies', () => {
  const load = (front: unknown, more: object = {}) => declared({ front, ...more })

  test.each([[['192.0.2.7']], [['10.0.0.0/24', '2001:db8::/48']]])(
    'takes %o, into the Caddyfile',
    (proxies) => {
      const desired = load({ trusted_proxies: proxies }, { proxy: 'external' })
      expect(manifestOf(desired).files['/etc/caddy/Caddyfile']?.content).toContain(
        `\ttrusted_proxies ${proxies.join(' ')}\n`,
      )
    },
  )

  test.each([[[]], ['private'], [['0.0.0.0/0']], [['::/00']], [['192.0.2.7/33']], [['proxy.example']]])(
    'refuses %o',
    (proxies) => {
      expect(() => load({ trusted_proxies: proxies })).toThrow(/gateway\.yaml:\d+:\d+/)
    },
  )

  test.each([
    ['private', '10.1.2.3'],
    [['192.0.2.0/24'], '192.0.2.7'],
    [['192.0.2.7'], '192.0.2.0/24'],
    [['2001:db8::/32'], '2001:db8:1::/48'],
    ['private', 'fd00::7'],
  ] as const)('with admin %o is refused for the proxy %s: all come from its address', (admin, proxy) => {
    expect(() => load({ admin, trusted_proxies: [proxy] })).toThrow(
      /gateway\.yaml:\d+:\d+.*includes the proxy.*front\.trusted_proxies/,
    )
  })

  test.each(['any', 'none', ['198.51.100.0/24'], ['2001:db8::/32']] as const)(
    'goes with admin %o',
    (admin) => {
      expect(load({ admin, trusted_proxies: ['192.0.2.7'] }).gateway.front?.admin).toEqual(admin)
    },
  )
})

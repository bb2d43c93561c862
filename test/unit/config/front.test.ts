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

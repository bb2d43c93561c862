import { describe, expect, it } from 'vitest'
import { backupOf } from '../../../src/config/backup.ts'
import { type HostSettings, renderHost } from '../../../src/host/render.ts'

const settings: HostSettings = {
  domain: 'llm.example.com',
  tls: 'acme',
  workers: 4,
  image: `ghcr.io/berriai/litellm-database@sha256:${'a'.repeat(64)}`,
  proxy: 'caddy',
  backup: backupOf({}),
  sshPort: 22,
  firewall: { ssh: ['0.0.0.0/0', '::/0'], https: ['192.0.2.0/24'], gateway: [] },
}

describe('the files of a host', () => {
  it('leave no placeholder unfilled', () => {
    for (const tls of ['acme', 'internal', 'off', 'own'] as const) {
      for (const { content } of Object.values(renderHost({ ...settings, tls }).files)) {
        expect(content).not.toMatch(/@[A-Z_]+@/)
      }
    }
  })

  it('are the same each time, so that a second deploy finds nothing to do', () => {
    expect(renderHost(settings)).toEqual(renderHost({ ...settings }))
  })

  it('do not depend on the image: a release carries it, and a new one needs no new unit', () => {
    const other = `ghcr.io/berriai/litellm-database@sha256:${'b'.repeat(64)}`
    expect(renderHost({ ...settings, image: other })).toEqual(renderHost(settings))
  })

  it.each([
    [
      'acme',
      'caddy',
      /^llm\.example\.com \{\n\t# [^\n]*\n\theader Strict-Transport-Security max-age=15552000\n\timport gateway\n\}/m,
    ],
    ['internal', 'caddy', /^llm\.example\.com \{\n\ttls internal\n/m],
    [
      'own',
      'caddy',
      /^llm\.example\.com \{\n\t#[^\n]*\n\ttls \/etc\/caddy\/litellm\.pem \/etc\/caddy\/litellm\.pem\n/m,
    ],
  ] as const)('serve the domain with tls %s', (tls, proxy, wanted) => {
    expect(renderHost({ ...settings, tls, proxy }).files['/etc/caddy/Caddyfile']?.content).toMatch(wanted)
  })

  it.each([
    ['off', 'caddy'],
    ['acme', 'external'],
  ] as const)('leave the domain alone with tls %s and proxy %s', (tls, proxy) => {
    const text = renderHost({ ...settings, tls, proxy }).files['/etc/caddy/Caddyfile']?.content
    expect(text).not.toContain('llm.example.com')
    expect(text).toContain(':4000 {')
  })

  it('hold no program for the read-only key but its own', () => {
    const { files } = renderHost(settings)
    const programs = (name: string) => {
      const { modules } = JSON.parse(files[`/usr/local/lib/litellm-gitops/${name}.json`]?.content ?? '')
      return Object.keys(JSON.parse(modules['programs.json'])).sort()
    }
    expect(programs('agent')).toEqual(['read_only'])
    expect(programs('terminal')).toEqual(
      ['backup', 'backups', 'job_unit', 'restore', 'rollout_unit', 'terminal', 'verify'].sort(),
    )
  })

  it('have browsers ask by TLS only where a public authority signs, as with another they could not get past an error', () => {
    const header = 'header Strict-Transport-Security max-age='
    const text = (tls: 'acme' | 'internal' | 'off') =>
      renderHost({ ...settings, tls }).files['/etc/caddy/Caddyfile']?.content.replace(/^\s*#.*$/gm, '')
    expect(text('acme')).toContain(header)
    expect(text('internal')).not.toContain(header)
    expect(text('off')).not.toContain(header)
  })

  it('close the admin API and UI to whom is not named, and leave them open when nobody is', () => {
    const text = (admin: readonly string[] | undefined) =>
      renderHost({ ...settings, admin }).files['/etc/caddy/Caddyfile']?.content ?? ''
    expect(text(undefined)).not.toMatch(/remote_ip|respond/)
    expect(text([])).toContain('not remote_ip 127.0.0.0/8 ::1/128\n')
    expect(
      text(['192.0.2.0/24']).match(/not remote_ip 127\.0\.0\.0\/8 ::1\/128 192\.0\.2\.0\/24\n/g),
    ).toHaveLength(2)
  })

  it('believe no X-Forwarded header, but those of the proxies that are declared', () => {
    const text = (trustedProxies?: readonly string[]) =>
      renderHost({ ...settings, ...(trustedProxies && { trustedProxies }) }).files['/etc/caddy/Caddyfile']
        ?.content ?? ''
    for (const none of [text(), text([])]) expect(none).not.toMatch(/^\s*(trusted_proxies|header_up)/m)
    expect(text(['192.0.2.7', '2001:db8::/32'])).toMatch(
      /^\(slot\) \{\n[^}]*\n\ttrusted_proxies 192\.0\.2\.7 2001:db8::\/32\n/m,
    )
  })

  it('deny the same addresses to all that runs in the image', () => {
    const { files } = renderHost(settings)
    const [main, standby, jobs] = [
      '/etc/containers/systemd/litellm.container',
      '/etc/containers/systemd/litellm-standby.container',
      '/etc/systemd/system/litellm-jobs.slice',
    ].map((path) => files[path]?.content.match(/^IPAddressDeny=.*$/gm))
    expect(main?.join(' ')).toContain('169.254.169.254')
    expect([standby, jobs]).toEqual([main, main])
  })

  it.each([
    [2, 80],
    [4, 120],
    [8, 200],
  ])('give %i workers in two slots their connections', (workers, connections) => {
    const path = '/etc/postgresql/*/main/conf.d/litellm.conf'
    expect(renderHost({ ...settings, workers }).files[path]?.content).toContain(
      `max_connections = ${connections}`,
    )
  })

  it('give PostgreSQL the connections of a larger pool', () => {
    const { content } =
      renderHost({ ...settings, workers: 8, pool: 50 }).files['/etc/postgresql/*/main/conf.d/litellm.conf'] ??
      {}
    expect(content).toContain('max_connections = 840')
  })

  it.each([
    [{ domain: 'llm.example.com {' }],
    [{ domain: 'a\nb' }],
    [{ domain: '' }],
    [{ image: 'ghcr.io/berriai/litellm:latest' }],
    [{ image: `ghcr.io/x@sha256:${'a'.repeat(64)} --privileged` }],
    [{ workers: 0 }],
    [{ workers: 1.5 }],
  ])('refuse %o', (wrong) => {
    expect(() => renderHost({ ...settings, ...wrong })).toThrow(RangeError)
  })
})

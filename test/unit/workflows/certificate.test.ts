import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parse } from 'yaml'
import { ended } from '../../lab/starter/starter.ts'

/** The template's own script, with a lego that writes what a real one does. */
const { jobs } = parse(
  readFileSync(join(import.meta.dirname, '../../../workflows/certificate.yml'), 'utf8'),
) as { jobs: { certificate: { steps: { run?: string }[] } } }
const script = jobs.certificate.steps.find(({ run }) => run !== undefined)?.run ?? 'exit 99'

const CERT =
  '-----BEGIN CERTIFICATE-----\nleaf\n-----END CERTIFICATE-----\n\n-----BEGIN CERTIFICATE-----\nissuer\n-----END CERTIFICATE-----\n'
const KEY = '-----BEGIN EC PRIVATE KEY-----\nsecret-line-of-the-key\n-----END EC PRIVATE KEY-----\n'
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'certificate-workflow-'))
  for (const name of ['bin', 'temp']) mkdirSync(join(folder, name))
  writeFileSync(join(folder, 'cert'), CERT)
  writeFileSync(join(folder, 'key'), KEY)
  writeFileSync(
    join(folder, 'bin/lego'),
    `#!/bin/bash
echo "$*" >"${folder}/asked"
[ -z "\${FAILS:-}" ] || { echo 'the provider refuses' >&2; exit 1; }
while [ "$1" != --path ]; do shift; done
mkdir -p "$2/certificates"
cp "${folder}/cert" "$2/certificates/llm.example.com.crt"
cp "${folder}/key" "$2/certificates/llm.example.com.key"
`,
  )
  chmodSync(join(folder, 'bin/lego'), 0o755)
})
afterEach(() => rmSync(folder, { recursive: true }))

function got(gateway: string, more: Readonly<Record<string, string>> = {}) {
  writeFileSync(join(folder, 'gateway.yaml'), gateway)
  writeFileSync(join(folder, 'env'), '')
  const { status, stdout, stderr } = ended(
    'bash',
    ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script],
    {
      cwd: folder,
      env: {
        PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
        RUNNER_TEMP: join(folder, 'temp'),
        GITHUB_ENV: join(folder, 'env'),
        ACME_SERVER: 'https://acme.example/directory',
        ACME_EMAIL: 'me@example.com',
        DNS_PROVIDER: 'cloudflare',
        ...more,
      },
    },
  )
  return { status, stdout: stdout.toString(), stderr, env: readFileSync(join(folder, 'env'), 'utf8') }
}

test.each(['domain: llm.example.com\n', 'users: 100\ndomain: "llm.example.com" # ours\n'])(
  'the certificate of the declared domain comes to the next step, and each line of its key is masked first: %o',
  (gateway) => {
    const { status, stdout, stderr, env } = got(gateway)
    expect(status, stderr).toBe(0)
    const [, end, cert, other, key] =
      /^TLS_CERT<<([0-9a-f]{32})\n([\s\S]*)\n\1\nTLS_KEY<<([0-9a-f]{32})\n([\s\S]*)\n\3\n$/.exec(env) ?? []
    expect([cert, key]).toEqual([CERT.trimEnd(), KEY.trimEnd()])
    expect(end).not.toBe(other)
    for (const line of KEY.trimEnd().split('\n')) expect(stdout).toContain(`::add-mask::${line}\n`)
    expect(stdout.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain('secret-line')
    expect(readFileSync(join(folder, 'asked'), 'utf8')).toMatch(
      /^--accept-tos --server https:\/\/acme\.example\/directory --email me@example\.com --path \S+ --dns cloudflare --domains llm\.example\.com run$/m,
    )
    expect(readdirSync(join(folder, 'temp'))).toEqual([])
  },
)

test('a provider that refuses ends the step before anything is handed on', () => {
  const { status, env } = got('domain: llm.example.com\n', { FAILS: 'yes' })
  expect(status).not.toBe(0)
  expect(env).toBe('')
})

test('a declaration without a domain asks nobody', () => {
  const { status, stdout } = got('users: 100\n')
  expect(status).not.toBe(0)
  expect(stdout).toContain('::error file=gateway.yaml::gateway.yaml names no domain.')
  expect(readdirSync(folder)).not.toContain('asked')
})

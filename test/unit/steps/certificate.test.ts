import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ConfigError } from '../../../src/config/problem.ts'
import { requireCertificate } from '../../../src/steps/certificate.ts'
import { manifestOf } from '../../../src/steps/manifest.ts'
import { printed } from '../../lab/starter/starter.ts'
import { declared } from '../doctor/healthy.ts'

const DAY = 86_400_000
const NAMES = { cert: 'os.environ/TLS_CERT', key: 'os.environ/TLS_KEY' }
let folder: string

type Pair = Readonly<Record<'TLS_CERT' | 'TLS_KEY', string>>
/** A certificate of 90 days that OpenSSL made, and its key. */
function made(name: string, ...more: readonly string[]): Pair {
  const [cert, key] = ['cert', 'key'].map((end) => join(folder, end)) as [string, string]
  const request = [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '90'],
    ...[
      '-config',
      join(folder, 'openssl.cnf'),
      '-subj',
      `/CN=${name}`,
      '-addext',
      `subjectAltName=DNS:${name}`,
    ],
    ...[...more, '-keyout', key, '-out', cert],
  ]
  printed('openssl', request)
  return { TLS_CERT: readFileSync(cert, 'utf8'), TLS_KEY: readFileSync(key, 'utf8') }
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'certificate-'))
  writeFileSync(join(folder, 'openssl.cnf'), '[req]\ndistinguished_name=dn\n[dn]\n')
})
afterAll(() => rmSync(folder, { recursive: true }))

const desired = (front: object = { certificate: NAMES }) => declared({ front, tls: undefined })
const checked =
  (values: Readonly<Record<string, string>>, days = 1) =>
  () =>
    requireCertificate(desired(), values, new Date(Date.now() + days * DAY))

test('one for the domain, valid and with its key, is taken, and so is one for all names beside it', () => {
  expect(checked({ ...made('llm.example.com') })).not.toThrow()
  expect(checked({ ...made('*.example.com') })).not.toThrow()
})

test('a step without the values leaves the host with what it has', () => {
  expect(checked({})).not.toThrow()
})

test.each<[string, () => Partial<Pair>, RegExp]>([
  [
    'for another name',
    () => made('other.example.com'),
    /TLS_CERT is for DNS:other\.example\.com, not for llm\.example\.com/,
  ],
  [
    'with the key of another',
    () => ({ ...made('llm.example.com'), TLS_KEY: made('llm.example.com').TLS_KEY }),
    /TLS_KEY is not the key of the certificate in TLS_CERT/,
  ],
  [
    'behind that of its authority',
    () => made('authority.example', '-addext', 'basicConstraints=CA:TRUE'),
    /TLS_CERT begins with the certificate of an authority/,
  ],
  [
    'that is none',
    () => ({ ...made('llm.example.com'), TLS_CERT: 'LS0tLS1CRUdJTg==' }),
    /TLS_CERT is no certificate in PEM/,
  ],
  [
    'without a readable key',
    () => ({ ...made('llm.example.com'), TLS_KEY: 'nonsense' }),
    /TLS_KEY is no private key in PEM/,
  ],
  [
    'without a key',
    () => ({ TLS_CERT: made('llm.example.com').TLS_CERT }),
    /TLS_KEY has no value, and the other half has one/,
  ],
])('one %s is refused with its place, and the key is not repeated', (_, values, said) => {
  const given = values()
  const error = (() => {
    try {
      checked({ ...given } as Pair)()
    } catch (caught) {
      return caught
    }
  })()
  expect(error).toBeInstanceOf(ConfigError)
  expect(String(error)).toMatch(said)
  expect(String(error)).toMatch(/gateway\.yaml:\d+:\d+/)
  expect(String(error)).not.toContain(given.TLS_KEY?.split('\n')[1] ?? '\u0000')
})

test('one is taken from its first day to its last', () => {
  const pair = { ...made('llm.example.com') }
  expect(checked(pair, 89)).not.toThrow()
  expect(checked(pair, 91)).toThrow(/TLS_CERT expired on \d{4}-\d\d-\d\d/)
  expect(checked(pair, -1)).toThrow(/TLS_CERT is not valid before/)
})

test('one that an authority of your own signed for itself is taken, too', () => {
  expect(checked({ ...made('llm.example.com', '-addext', 'basicConstraints=CA:TRUE') })).not.toThrow()
})

test('the declaration names the values, and Caddy one file for both', () => {
  const { files } = manifestOf(desired())
  expect(JSON.parse(files['/etc/litellm/certificate.json']?.content ?? '')).toEqual({
    certFrom: 'TLS_CERT',
    keyFrom: 'TLS_KEY',
  })
  expect(files['/etc/caddy/Caddyfile']?.content).toContain(
    'tls /etc/caddy/litellm.pem /etc/caddy/litellm.pem',
  )
  expect(JSON.parse(manifestOf(desired({})).files['/etc/litellm/certificate.json']?.content ?? '')).toBeNull()
})

test.each([
  [{ tls: 'acme' }, /front\.certificate is given, and tls is acme/],
  [{ proxy: 'external' }, /front\.certificate is given, and proxy is external/],
])('beside %o it is refused', (other, said) => {
  expect(() => declared({ front: { certificate: NAMES }, ...other })).toThrow(said)
})

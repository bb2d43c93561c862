import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { afterAll, describe, expect, test } from 'vitest'
import { repairedKey, wrongKey } from '../../../src/host/private-key.ts'
import { connect } from '../../../src/host/session.ts'
import { createRecordingLogger } from '../../../src/log/logger.ts'
import { printed } from '../../lab/starter/starter.ts'

const folder = mkdtempSync(join(tmpdir(), 'keys-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A real key, as ssh-keygen writes it. */
function made(name: string, ...options: string[]): string {
  const file = join(folder, name)
  printed('ssh-keygen', ['-q', '-N', '', '-C', 'a comment', '-f', file, ...options])
  return readFileSync(file, 'utf8')
}

const KEYS = {
  ed25519: made('ed25519', '-t', 'ed25519'),
  rsa: made('rsa', '-t', 'rsa', '-b', '2048'),
  ecdsa: made('ecdsa', '-t', 'ecdsa'),
  'rsa in PEM': made('pem', '-t', 'rsa', '-b', '2048', '-m', 'PEM'),
}
const indented = (by: string) => (key: string) => key.replaceAll(/^(?=.)/gm, by)
const base64 = (key: string) => Buffer.from(key).toString('base64')
const HARMED: readonly (readonly [string, (key: string) => string])[] = [
  ['as it is', (key) => key],
  ['without its last line end', (key) => key.trimEnd()],
  ['with spaces for line breaks', (key) => key.trimEnd().replaceAll('\n', ' ')],
  ['with \\n for line breaks', (key) => key.replaceAll('\n', '\\n')],
  ['with \\r\\n for line breaks', (key) => key.replaceAll('\n', '\\r\\n')],
  ['without any line break', (key) => key.replaceAll('\n', '')],
  ['with CRLF', (key) => key.replaceAll('\n', '\r\n')],
  ['with CR', (key) => key.replaceAll('\n', '\r')],
  ['indented', indented('    ')],
  ['indented by tabs', indented('\t')],
  ['with lines between', (key) => key.replaceAll('\n', '\n\n')],
  ['in quotes', (key) => `"${key.trimEnd()}"`],
  ['in single quotes, on one line', (key) => `'${key.trimEnd().replaceAll('\n', '\\n')}'\n`],
  ['as JSON', (key) => JSON.stringify(key)],
  ['as YAML', (key) => `|\n${indented('  ')(key)}`],
  ['with a byte order mark', (key) => `\uFEFF${key}`],
  ['in base64', base64],
  ['in base64 with lines', (key) => base64(key).replaceAll(/.{76}/g, '$&\n')],
  ['in base64 in quotes', (key) => `"${base64(key)}"`],
  ['in base64 of a harmed one', (key) => base64(key.replaceAll('\n', '\r\n'))],
]

describe.each(Object.entries(KEYS))('a key of %s', (_, key) => {
  const publicOf = (text: string) => {
    const parsed = ssh2.utils.parseKey(text)
    if (parsed instanceof Error) throw parsed
    return parsed.getPublicSSH().toString('base64')
  }

  test.each(HARMED)('%s', (_, harm) => {
    expect(repairedKey(harm(key))).toBe(key)
    expect(publicOf(repairedKey(harm(key)))).toBe(publicOf(key))
    expect(wrongKey(repairedKey(harm(key)))).toBeUndefined()
  })
})

test('the lines of OpenSSH without BEGIN and END', () => {
  const lines = KEYS.ed25519.split('\n').slice(1, -2)
  expect(repairedKey(lines.join('\n'))).toBe(KEYS.ed25519)
  expect(repairedKey(lines.join(' '))).toBe(KEYS.ed25519)
})

test('a key with a passphrase stays what it is', () => {
  const file = join(folder, 'locked')
  printed('ssh-keygen', ['-q', '-N', 'secret', '-t', 'rsa', '-b', '2048', '-m', 'PEM', '-f', file])
  const locked = readFileSync(file, 'utf8')
  expect(locked).toContain('Proc-Type')
  expect(repairedKey(locked)).toBe(locked)
})

test('a connection with what is no key ends at once, with what to give', async () => {
  const machine = { host: '192.0.2.1', port: 22, user: 'debian', hostKey: publicKey }
  const options = { ...machine, privateKey: publicKey, logger: createRecordingLogger() }
  await expect(connect(options)).rejects.toThrow(
    /^What was given as the SSH key is the public half of a key\. Fix: give the whole file/,
  )
})

const publicKey = readFileSync(join(folder, 'ed25519.pub'), 'utf8')
const body = KEYS.ed25519.split('\n').slice(1, -2)
test.each([
  ['the public half', readFileSync(join(folder, 'ed25519.pub'), 'utf8'), 'is the public half of a key'],
  ['a path', '~/.ssh/id_ed25519', 'is the name of a file'],
  ['half of it', KEYS.ed25519.slice(0, 120), 'has a BEGIN line and not the END line'],
  [
    'two ends that differ',
    KEYS.ed25519.replace('END OPENSSH', 'END RSA'),
    'has a BEGIN line and not the END line',
  ],
  [
    'a letter that is none',
    KEYS.ed25519.replace(/^-----END.*$/m, '!'),
    'has a BEGIN line and not the END line',
  ],
  ['a word', 'changeme', 'is no private key'],
  ['base64 of something else', Buffer.from('hello world').toString('base64'), 'is no private key'],
])('%s is not repaired, named, and quoted nowhere', (_, text, what) => {
  expect(repairedKey(text)).toBe(text)
  const wrong = wrongKey(text)
  expect(wrong?.what).toContain(what)
  for (const line of body) expect(JSON.stringify(wrong)).not.toContain(line)
})

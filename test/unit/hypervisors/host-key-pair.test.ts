import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { expect, test } from 'vitest'
import { generateHostKey, openSshPair } from '../../../src/hypervisors/host-key-pair.ts'
import { must } from '../../lab/command.ts'

function keyThatBeginsWithZero(): KeyObject {
  for (;;) {
    const { privateKey } = generateKeyPairSync('ed25519')
    if (Buffer.from(privateKey.export({ format: 'jwk' }).x ?? '', 'base64url')[0] === 0) return privateKey
  }
}

/** The public key that OpenSSH itself finds in a private one. */
async function publicByOpenSsh(privateKey: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'host-key-'))
  try {
    const file = join(folder, 'key')
    writeFileSync(file, privateKey, { mode: 0o600 })
    return (await must(['ssh-keygen', '-y', '-f', file])).trim()
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('OpenSSH reads the key, whatever the comment adds to its padding', async () => {
  for (const comment of ['', 'a', 'llm.example.com', 'x'.repeat(62)]) {
    const pair = generateHostKey(comment)
    expect(await publicByOpenSsh(pair.private)).toBe(`${pair.public} ${comment}`.trim())
  }
})

test('OpenSSH reads a key that begins with a zero, of which ssh2 makes a broken file', async () => {
  const pair = openSshPair(keyThatBeginsWithZero(), 'llm')
  expect(await publicByOpenSsh(pair.private)).toBe(`${pair.public} llm`)
  expect(Buffer.from(pair.public.split(' ')[1] ?? '', 'base64')).toHaveLength(51)
})

test('what the private half signs, the public half proves', () => {
  const pair = generateHostKey('llm')
  const signer = ssh2.utils.parseKey(pair.private)
  const prover = ssh2.utils.parseKey(pair.public)
  if (signer instanceof Error || prover instanceof Error) return expect.fail('ssh2 read no key')
  const signed = signer.sign('words')
  expect(prover.verify('words', signed as Buffer)).toBe(true)
})

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { HostKeyError } from '../../../src/host/errors.ts'
import { fingerprintOf, parseHostKeys } from '../../../src/host/host-key.ts'
import { printed } from '../../lab/starter/starter.ts'

const folder = mkdtempSync(join(tmpdir(), 'host-key-'))
afterAll(() => rmSync(folder, { recursive: true }))

function keygen(type: string): { line: string; fingerprint: string; blob: Buffer } {
  const file = join(folder, type)
  printed('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', file])
  const line = readFileSync(`${file}.pub`, 'utf8').trim()
  const fingerprint = printed('ssh-keygen', ['-l', '-f', `${file}.pub`]).split(' ')[1]
  return { line, fingerprint: fingerprint ?? '', blob: Buffer.from(line.split(' ')[1] ?? '', 'base64') }
}

describe('pinned host keys', () => {
  const ed25519 = keygen('ed25519')
  const ecdsa = keygen('ecdsa')
  const rsa = keygen('rsa')

  it.each([
    ['ed25519', ed25519, ['ssh-ed25519']],
    ['ecdsa', ecdsa, ['ecdsa-sha2-nistp256']],
    ['rsa, without SHA-1', rsa, ['rsa-sha2-512', 'rsa-sha2-256']],
  ])('of type %s', (_, { line, fingerprint, blob }, algorithms) => {
    const pinned = parseHostKeys(line)
    expect(pinned.algorithms).toEqual(algorithms)
    expect(pinned.fingerprints).toEqual([fingerprint])
    expect(fingerprintOf(blob)).toBe(fingerprint)
    expect(pinned.accepts(blob)).toBe(true)
  })

  it('may be several, with comments, blank lines and known_hosts names', () => {
    const pinned = parseHostKeys(`# both\n\n192.0.2.10 ${ed25519.line}\n${ecdsa.line}\n`)
    expect(pinned.fingerprints).toEqual([ed25519.fingerprint, ecdsa.fingerprint])
    expect(pinned.accepts(rsa.blob)).toBe(false)
  })

  it.each([
    '',
    'ssh-ed25519',
    'ssh-ed25519 AAAA…',
    'SHA256:abc',
    'ssh-rsa AAAAC3NzaC1lZDI1NTE5',
    '# ssh-ed25519 AAAA',
  ])('refuse %o instead of trusting on first sight', (text) => {
    expect(() => parseHostKeys(text)).toThrow(HostKeyError)
  })
})

import { createHash } from 'node:crypto'
import ssh2, { type ServerHostKeyAlgorithm } from 'ssh2'
import { HostAuthError, HostKeyError } from './errors.ts'

/** The keys that a host may prove itself with, as `known_hosts` and `/etc/ssh/*.pub` write them. */
export interface PinnedKeys {
  /** Signature algorithms to ask the server for, so that it shows a key of a kind that is pinned. */
  readonly algorithms: ServerHostKeyAlgorithm[]
  readonly fingerprints: readonly string[]
  accepts(key: Buffer): boolean
}

const ALGORITHMS: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  // The key's name is that of the old signature; SHA-1 is not requested.
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
}

/**
 * Reads pinned host keys: one `TYPE BASE64 [comment]` a line; a host name in front, as in `known_hosts`, is skipped.
 * @throws HostKeyError when the text has no usable key: an unknown host is never trusted on first sight.
 */
export function parseHostKeys(text: string): PinnedKeys {
  const found = blobsIn(text)
  const blobs = found.map(({ blob }) => blob)
  const algorithms = new Set(found.flatMap(({ type }) => ALGORITHMS[type] ?? []))
  if (blobs.length === 0) {
    throw new HostKeyError(
      'host_key holds no SSH host key. Put the line of /etc/ssh/ssh_host_ed25519_key.pub of the host there ("ssh-ed25519 AAAA…"), read on the machine itself or from its console.',
      [],
      null,
    )
  }
  return {
    algorithms: [...algorithms],
    fingerprints: blobs.map(fingerprintOf),
    accepts: (key) => blobs.some((blob) => blob.equals(key)),
  }
}

/** Public keys as `TYPE BASE64`, without what else stood in their lines; lines that hold none are left out. */
export function publicKeyLines(text: string): string[] {
  return blobsIn(text).map(({ type, blob }) => `${type} ${blob.toString('base64')}`)
}

/** Whether the private key is the other half of one of these public keys; false when it cannot be read without a passphrase. */
export function isHalfOf(privateKey: string, publicKeys: string): boolean {
  const parsed = ssh2.utils.parseKey(privateKey)
  if (parsed instanceof Error) return false
  const [key] = Array.isArray(parsed) ? parsed : [parsed]
  const own = key?.getPublicSSH()
  return own !== undefined && blobsIn(publicKeys).some(({ blob }) => blob.equals(own))
}

/** The public half of a private key, as `TYPE BASE64`. @throws HostAuthError when it cannot be read without a passphrase */
export function publicHalf(privateKey: string): string {
  const parsed = ssh2.utils.parseKey(privateKey)
  const key = Array.isArray(parsed) ? parsed[0] : parsed
  if (key === undefined || key instanceof Error) {
    throw new HostAuthError(
      'The SSH key cannot be read. It must be a private key in OpenSSH format, without a passphrase.',
    )
  }
  return `${key.type} ${key.getPublicSSH().toString('base64')}`
}

/** The form that `ssh-keygen -l` prints: `SHA256:` and base64 without padding. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
}

function blobsIn(text: string): { readonly type: string; readonly blob: Buffer }[] {
  return text.split('\n').flatMap((line) => {
    const words = line.trim().split(/\s+/)
    const at = words.findIndex((word) => Object.hasOwn(ALGORITHMS, word))
    const type = words[at]
    const encoded = words[at + 1]
    if (line.trim().startsWith('#') || type === undefined || encoded === undefined) return []
    const blob = Buffer.from(encoded, 'base64')
    return startsWithName(blob, type) ? [{ type, blob }] : []
  })
}

/** A key blob begins with its own type as a length-prefixed string (RFC 4253 §6.6); a truncated paste doesn't. */
function startsWithName(blob: Buffer, name: string): boolean {
  return (
    blob.length > name.length + 4 &&
    blob.readUInt32BE(0) === name.length &&
    blob.toString('latin1', 4, 4 + name.length) === name
  )
}

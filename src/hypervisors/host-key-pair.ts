import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'

export interface HostKeyPair {
  /** As in a file `ssh_host_ed25519_key`, without a passphrase. */
  readonly private: string
  /** `ssh-ed25519 AAAA…`. */
  readonly public: string
}

const TYPE = 'ssh-ed25519'
const BLOCK = 8
const LINE = 70

/** A new host key. Not by ssh2's generator: it drops a leading zero of the public key, and OpenSSH reads 1 in 256 of its keys not at all. */
export function generateHostKey(comment: string): HostKeyPair {
  return openSshPair(generateKeyPairSync('ed25519').privateKey, comment)
}

/** An Ed25519 key in OpenSSH's own format (PROTOCOL.key of OpenSSH). */
export function openSshPair(key: KeyObject, comment: string): HostKeyPair {
  const { d, x } = key.export({ format: 'jwk' })
  if (d === undefined || x === undefined) throw new TypeError('This is not a private Ed25519 key.')
  const seed = Buffer.from(d, 'base64url')
  const point = Buffer.from(x, 'base64url')
  const publicPart = Buffer.concat([field(TYPE), field(point)])
  const check = randomBytes(4)
  const secret = Buffer.concat([
    check,
    check,
    publicPart,
    field(Buffer.concat([seed, point])),
    field(comment),
  ])
  const padding = Buffer.from(
    Array.from({ length: (BLOCK - (secret.length % BLOCK)) % BLOCK }, (_, index) => index + 1),
  )
  const whole = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    uint32(1),
    field(publicPart),
    field(Buffer.concat([secret, padding])),
  ])
  const lines = whole.toString('base64').match(new RegExp(`.{1,${LINE}}`, 'g')) ?? []
  return {
    private: ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join(
      '\n',
    ),
    public: `${TYPE} ${publicPart.toString('base64')}`,
  }
}

function field(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content)
  return Buffer.concat([uint32(bytes.length), bytes])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

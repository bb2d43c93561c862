import ssh2 from 'ssh2'
import { HostUnreachableError } from './errors.ts'
import { fingerprintOf } from './host-key.ts'

export interface ShownKey {
  /** `ssh-ed25519 AAAA…`, as somebody at that address shows it: nothing is proven by it. */
  readonly line: string
  /** As `ssh-keygen -l` prints it, for comparing with the machine's own console. */
  readonly fingerprint: string
}

const LIMIT_MS = 10_000

/** The Ed25519 host key that is shown at an address. Nobody logs in. @throws HostUnreachableError */
export async function scanHostKey(host: string, port = 22): Promise<ShownKey> {
  return await new Promise((resolve, reject) => {
    const client = new ssh2.Client()
    client.on('error', (error) =>
      reject(new HostUnreachableError(`No host key was shown at ${host}:${port}: ${error.message}`)),
    )
    client.connect({
      host,
      port,
      username: 'nobody',
      readyTimeout: LIMIT_MS,
      algorithms: { serverHostKey: ['ssh-ed25519'] },
      hostVerifier: (key: Buffer) => {
        resolve({ line: `ssh-ed25519 ${key.toString('base64')}`, fingerprint: fingerprintOf(key) })
        return false
      },
    })
  })
}

import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { must } from './command.ts'

/** Names under which the guest finds what we serve it on the runner's address. */
const servedNames = ['registry.lab', 'upstream.lab', 'ollama.mgmt.internal', 'github.lab', 'apt.lab']

export interface Identity {
  /** Public host key, `ssh-ed25519 AAAA…`, read from the guest's own disk. */
  readonly hostKey: string
  readonly privateKeyFile: string
  readonly privateKey: string
}

/**
 * Gives a guest that is about to boot what is its own in this lab: names, machine id, who may log in.
 *
 * The SSH host key is made once and stays with the disk, through snapshots too, as on a real machine.
 */
export async function giveIdentity(root: string, folder: string, runnerAddress: string): Promise<Identity> {
  const hosts = [
    '127.0.0.1 localhost llm.example.com',
    '127.0.1.1 litellm',
    '::1 localhost ip6-localhost ip6-loopback',
    `${runnerAddress} ${servedNames.join(' ')}`,
  ]
  await replaceFile(join(root, 'etc/hosts'), `${hosts.join('\n')}\n`)
  await replaceFile(join(root, 'etc/hostname'), 'litellm\n')
  await replaceFile(join(root, 'etc/machine-id'), `${randomBytes(16).toString('hex')}\n`)
  // Nobody answers for other names: a lookup fails at once instead of waiting.
  await replaceFile(join(root, 'etc/resolv.conf'), '# the lab has no name server\n')

  const hostKeyFile = join(root, 'etc/ssh/ssh_host_ed25519_key')
  if (!existsSync(hostKeyFile)) {
    for (const type of ['ed25519', 'ecdsa'])
      await makeKey(type, join(root, `etc/ssh/ssh_host_${type}_key`), 'root@litellm')
  }
  const privateKeyFile = join(folder, 'id_ed25519')
  await makeKey('ed25519', privateKeyFile, clientComment)
  await authorize(root, (await readFile(`${privateKeyFile}.pub`, 'utf8')).trim())

  const [type, key] = (await readFile(`${hostKeyFile}.pub`, 'utf8')).trim().split(' ')
  return { hostKey: `${type} ${key}`, privateKeyFile, privateKey: await readFile(privateKeyFile, 'utf8') }
}

const clientComment = 'lab-runner'

/** Lets our key in as `debian`, in the place of an earlier lab's. Keys that others put there stay. */
async function authorize(root: string, key: string): Promise<void> {
  const file = join(root, 'home/debian/.ssh/authorized_keys')
  await mkdir(join(root, 'home/debian/.ssh'), { recursive: true, mode: 0o700 })
  const before = await readFile(file, 'utf8').catch(() => '')
  const others = before.split('\n').filter((line) => line !== '' && !line.endsWith(` ${clientComment}`))
  await replaceFile(file, `${[key, ...others].join('\n')}\n`)
  await chmod(file, 0o600)
  await chown(file, 1000, 1000)
}

async function makeKey(type: string, file: string, comment: string): Promise<void> {
  await must(['ssh-keygen', '-q', '-t', type, '-N', '', '-C', comment, '-f', file])
}

/** Never writes through a link: one in the guest's tree would point into this machine's. */
async function replaceFile(file: string, content: string): Promise<void> {
  await rm(file, { force: true })
  await writeFile(file, content, { mode: 0o644 })
}

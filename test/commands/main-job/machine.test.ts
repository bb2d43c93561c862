import { execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.ts'
import { type ServedUpstream, serveUpstream } from '../../lab/upstream/server.ts'
import { type MainJob, mainJob } from './job.ts'

/**
 * The main job on a machine that is not a lab's, such as the Ubuntu that GitHub runs a job on. The machine is changed for good, so it is named by
 * hand: `MACHINE_ADDRESS` where its sshd is, `MACHINE_USER` who may `sudo` there without a password, `MACHINE_KEY` the file of the private
 * key, `MACHINE_IMAGE` LiteLLM's image by digest. Providers are the lab's, here, unless the machine knows `upstream.lab` already.
 */
const { MACHINE_ADDRESS: address = '', MACHINE_USER: user = '', MACHINE_KEY: keyFile = '' } = process.env
const image = process.env.MACHINE_IMAGE ?? ''
const STEPS = ['plan', 'sync', 'budgets', 'rotate', 'backup', 'verify', 'restore'] as const

describe.runIf(address !== '')('a machine', () => {
  let served: ServedUpstream | undefined
  let job: MainJob

  beforeAll(async () => {
    const known = await exec('getent hosts upstream.lab')
    if (known.code !== 0) {
      served = await serveUpstream({ listen: '127.0.0.1:8099', listenOllama: '127.0.0.1:11434' })
      await exec("echo '127.0.0.1 upstream.lab ollama.mgmt.internal' >>/etc/hosts")
    }
    const scanned = execFileSync('ssh-keyscan', ['-t', 'ed25519', address], { encoding: 'utf8' })
    const [, hostKey] = /^\S+ (ssh-ed25519 \S+)/m.exec(scanned) ?? []
    const host = {
      address,
      port: 22,
      user: user as 'debian',
      hostKey: hostKey ?? expect.fail(`no host key at ${address}`),
      privateKeyFile: keyFile,
      privateKey: readFileSync(keyFile, 'utf8'),
    }
    job = mainJob({ host, image, exec })
  })
  afterAll(async () => {
    job?.end()
    await served?.close()
  })

  test('machine: deploy', () => job.deploy(image))
  for (const step of STEPS) test(`machine: ${step}`, () => job[step]())
  test('machine: what is there', async ({ task }) => {
    const { stdout } = await exec(VERSIONS)
    console.log(stdout)
    task.meta.counted = stdout.trim().replaceAll('\n', ', ')
  })
})

const VERSIONS = `. /etc/os-release; echo "$PRETTY_NAME"
podman --version; caddy version; python3 --version; systemctl --version | head -1
redis-server --version | cut -d' ' -f1-3; runuser -u postgres -- psql -XAt -c 'SHOW server_version'; restic version | cut -d' ' -f1-2`

/** Runs shell as root there. */
const exec: Lab['exec'] = (command, options = {}) => {
  const ssh = spawn('ssh', [
    ...['-i', keyFile, '-o', 'StrictHostKeyChecking=accept-new', '-o', 'UserKnownHostsFile=/dev/null'],
    ...['-o', 'LogLevel=ERROR', `${user}@${address}`, 'sudo', 'bash', '-c', quoted(command)],
  ])
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    ssh[name].on('data', (part: Buffer) => {
      said[name] += part.toString()
    })
  ssh.stdin.end(options.stdin ?? '')
  return new Promise((resolve, reject) => {
    ssh.once('error', reject)
    ssh.once('close', (code) => resolve({ code: code ?? 255, ...said }))
  })
}

/** For the shell that sshd starts. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

// Proxmox VE as fakepve (PyPI) plays it: the API's own schema, permissions, tasks and faults, in a process of its own.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { PYTHON, pythonPackages } from '../../scripts/python-tools.ts'
import type { ProxmoxVm } from '../../src/hypervisors/proxmox.ts'
import { ProxmoxApi, type ProxmoxOptions } from '../../src/hypervisors/proxmox-api.ts'
import type { WantedVm } from '../../src/hypervisors/vm.ts'

const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt')
export const TOKEN = 'root@pam!gitops=11111111-2222-3333-4444-555555555555'

/** The machine that the tests declare, on the storages of {@link startPve}. */
export const DECLARED: ProxmoxVm = {
  name: 'llm.example.com',
  node: 'pve1',
  storage: 'local-lvm',
  imageStorage: 'images',
  bridge: 'vmbr0',
  address: '192.0.2.10/24',
  gateway: '192.0.2.1',
  nameservers: ['192.0.2.1'],
  image: { url: 'https://images.example/debian-13.qcow2', checksum: 'a'.repeat(128), algorithm: 'sha512' },
}

export const WANTED: WantedVm = {
  name: DECLARED.name,
  size: { vcpu: 4, memoryGiB: 4, diskGiB: 20 },
  user: 'debian',
  authorizedKeys: ['ssh-ed25519 AAAAtest somebody'],
}

export interface SeenVm {
  readonly vmid: number
  readonly name: string
  readonly status: string
  readonly config: Readonly<Record<string, string>>
}

export interface Pve {
  readonly options: ProxmoxOptions
  readonly url: string
  readonly fingerprint: string
  api(token?: string): ProxmoxApi
  /** Calls a method of fakepve, or one of pve_server.py's own. */
  call<T = unknown>(name: string, ...args: readonly unknown[]): Promise<T>
  callWith<T = unknown>(
    name: string,
    args: readonly unknown[],
    kwargs: Readonly<Record<string, unknown>>,
  ): Promise<T>
  stop(): Promise<void>
}

/** Starts one with a storage for files (`images`) and one for disks (`local-lvm`), and the token {@link TOKEN}. */
export async function startPve(version = '9.0.10'): Promise<Pve> {
  const server = spawn(PYTHON, [join(import.meta.dirname, 'pve_server.py')], {
    env: { ...process.env, PYTHONPATH: await pythonPackages('fakepve', REQUIREMENTS) },
  })
  const answers = linesOf(server)
  const next = async () => JSON.parse(await answers()) as { answer?: unknown; error?: string }
  const { host, port, certificate } = (await next()) as unknown as {
    host: string
    port: number
    certificate: string
  }
  const fingerprint = new X509Certificate(certificate).fingerprint256
  let turn: Promise<unknown> = Promise.resolve()
  const callWith = <T>(
    name: string,
    args: readonly unknown[],
    kwargs: Readonly<Record<string, unknown>>,
  ): Promise<T> => {
    const answered = turn.then(async () => {
      server.stdin.write(`${JSON.stringify({ call: name, args, kwargs })}\n`)
      const { answer, error } = await next()
      if (error !== undefined) throw new Error(error)
      return answer as T
    })
    turn = answered.catch(() => {})
    return answered
  }
  const url = `https://${host}:${port}`
  const [id = '', secret = ''] = TOKEN.split('=')
  await callWith('set', ['apitokens', { [id]: secret }], {})
  await callWith('set', ['version', version], {})
  const path = '/srv/images'
  await callWith(
    'add_storage',
    ['images', { type: 'dir', active: 1, content: 'import,iso', path, avail: 50 * 1024 ** 3 }],
    {},
  )
  const options = { api: url, token: TOKEN, fingerprint, pollMs: 20, timeoutMs: 10_000 }
  return {
    url,
    fingerprint,
    options,
    api: (token = TOKEN) => new ProxmoxApi({ ...options, token }),
    call: (name, ...args) => callWith(name, args, {}),
    callWith,
    stop: async () => {
      server.stdin.end()
      await new Promise((resolve) => server.once('exit', resolve))
    },
  }
}

function linesOf(server: ChildProcessWithoutNullStreams): () => Promise<string> {
  let complaint = ''
  server.stderr.on('data', (part: Buffer) => {
    complaint = (complaint + part.toString()).slice(-4000)
  })
  const lines = createInterface(server.stdout)[Symbol.asyncIterator]()
  return async () => {
    const { value, done } = await lines.next()
    if (done) throw new Error(`the fake Proxmox ended: ${complaint}`)
    return value
  }
}

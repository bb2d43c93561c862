import { createWriteStream } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { enterGroups, makeGroups } from './cgroup.ts'
import { type Argv, type Finished, run } from './command.ts'
import type { Link } from './link.ts'
import { type Namespace, onlyChild } from './namespace.ts'

export interface GuestOptions {
  readonly id: string
  readonly space: Namespace
  readonly link: Link
  /** The lab's scratch folder; the guest's disk is `disk/` in it. */
  readonly folder: string
  /** Root file systems to stand on, the uppermost first; none of them is written to. */
  readonly layers: readonly string[]
}

export interface ExecOptions {
  readonly stdin?: string
  readonly timeoutMs?: number
}

/** A running Debian host in its own namespaces. */
export interface Guest {
  /** Process 1 of the guest as this machine counts; another one after a reboot. */
  leader(): Promise<number>
  /** Runs `command` by bash as root in the guest, in no login session and not through SSH. Rejects when `timeoutMs` passes. */
  exec(command: string, options?: ExecOptions): Promise<Finished>
  /** Settles when the guest's sshd greets; rejects with the end of its console when it ended or 60 seconds passed. */
  reachable(): Promise<void>
  /** Shuts the guest down as a power button does and waits for it; its disk is complete then. */
  powerOff(): Promise<void>
}

/** Folder that becomes `/var/lib/containers`: podman's own layers cannot lie on ours. */
export const containersFolder = (folder: string) => join(folder, 'disk/containers')
/** Everything that the guest wrote to its root file system. */
export const writtenFolder = (folder: string) => join(folder, 'disk/written')

/** Puts the guest's root file system together and answers its path from here, ready to be written to before the boot. */
export async function mountRoot(options: Omit<GuestOptions, 'id' | 'link'>): Promise<string> {
  const { space, folder } = options
  const work = join(folder, 'disk/work')
  const root = join(folder, 'root')
  const upper = writtenFolder(folder)
  for (const path of [upper, work, root, containersFolder(folder)])
    await mkdir(path, { recursive: true, mode: 0o755 })
  const layers = `lowerdir=${options.layers.join(':')},upperdir=${upper},workdir=${work}`
  await space.must(['mount', '-t', 'overlay', 'overlay', '-o', layers, root])
  // systemd-nspawn leaves a folder per machine there; on memory of the lab's own it goes with the lab.
  await space.must([
    'sh',
    '-c',
    'mkdir -p /run/systemd/nspawn && mount -t tmpfs -o mode=755 tmpfs /run/systemd/nspawn',
  ])
  return space.path(root)
}

/** Boots the mounted root. Answers at once; {@link Guest.reachable} tells when it is up. */
export async function bootGuest(options: GuestOptions): Promise<Guest> {
  const { space, link, folder } = options
  const groups = await makeGroups(options.id)
  const console = createWriteStream(join(folder, 'logs/console.log'), { flags: 'a', mode: 0o600 })
  let ended = false
  let nspawn = 0

  const boot = (): Promise<number> =>
    new Promise((resolve, reject) => {
      const guest = space.spawn(nspawnCommand(options, groups), nspawnEnvironment())
      nspawn = guest.pid ?? 0
      guest.stdout?.pipe(console, { end: false })
      guest.stderr?.pipe(console, { end: false })
      guest.once('error', reject)
      guest.once('close', (code) => resolve(code ?? 128))
    })
  const life = (async () => {
    // systemd-nspawn ends with 133 when the guest asks to be started again.
    while ((await boot()) === 133);
    ended = true
    console.end()
  })()
  // Whoever waits for the guest sees the failure; until then nobody does.
  life.catch(() => undefined)

  const leader = async () => {
    if (ended) throw new Error('the guest is not running')
    return await firstProcess(nspawn)
  }
  const consoleTail = async () =>
    (await readFile(join(folder, 'logs/console.log'), 'utf8').catch(() => ''))
      .split('\n')
      .slice(-25)
      .join('\n')

  const exec = async (command: string, { stdin, timeoutMs }: ExecOptions = {}): Promise<Finished> => {
    const pid = await leader()
    const began = Date.now()
    // Forked by nsenter itself, a command that a shutdown stops would stop nsenter too: never reaped, it would hold up the guest's end.
    const seconds = timeoutMs === undefined ? 0 : timeoutMs / 1000
    const limited = ['timeout', '--signal=KILL', `${seconds}`, 'bash', '-c', command]
    const argv: Argv = ['nsenter', `--target=${pid}`, '--all', '--no-fork', '--', ...limited]
    const finished = await run(enterGroup(await groupOf(pid), argv), {
      env: {
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        HOME: '/root',
        LANG: 'C.UTF-8',
      },
      ...(stdin === undefined ? {} : { stdin }),
    })
    if (timeoutMs !== undefined && finished.code >= 128 && Date.now() - began >= timeoutMs) {
      throw new Error(`in the guest \`${command}\` did not end within ${timeoutMs} ms:\n${finished.stderr}`)
    }
    return finished
  }

  return {
    leader,
    exec,
    reachable: async () => {
      for (const deadline = Date.now() + 60_000; !(await greets(link.guestAddress, 22)); ) {
        if (ended || Date.now() > deadline)
          throw new Error(`the guest did not come up:\n${await consoleTail()}`)
        await new Promise((resolve) => setTimeout(resolve, 30))
      }
    },
    powerOff: async () => {
      await exec('systemctl poweroff')
      const late = setTimeout(() => void space.close(), 120_000)
      await life
      clearTimeout(late)
    },
  }
}

function nspawnCommand({ id, link, folder }: GuestOptions, groups: readonly string[]): Argv {
  const devices = ['/dev/fuse', '/dev/net/tun'].map((path) => `--bind=${path}`)
  return enterGroups(groups, [
    'systemd-nspawn',
    '--quiet',
    '--boot',
    '--register=no',
    '--keep-unit',
    `--directory=${join(folder, 'root')}`,
    `--machine=lab-${id}`,
    '--hostname=litellm',
    `--network-namespace-path=${link.networkNamespace}`,
    '--private-users=no',
    // podman in the guest mounts, makes namespaces and keys, and loads filters, as on a machine of its own.
    '--capability=all',
    '--system-call-filter=@keyring bpf',
    '--resolv-conf=off',
    '--timezone=off',
    '--link-journal=no',
    '--console=pipe',
    `--bind=${containersFolder(folder)}:/var/lib/containers`,
    ...devices,
  ])
}

const nspawnEnvironment = () => ({
  ...process.env,
  SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1',
  SYSTEMD_LOG_LEVEL: 'warning',
  // As on a machine of its own, the guest sets up networks for its containers.
  SYSTEMD_NSPAWN_API_VFS_WRITABLE: 'network',
})

const enterGroup = (group: string | undefined, argv: Argv): Argv =>
  group === undefined ? argv : enterGroups([group], argv)

/** `cgroup.procs` of the unified group that process `pid` is in. */
async function groupOf(pid: number): Promise<string | undefined> {
  const line = (await readFile(`/proc/${pid}/cgroup`, 'utf8'))
    .split('\n')
    .find((entry) => entry.startsWith('0::'))
  const mounts = await readFile('/proc/self/mounts', 'utf8')
  const mountPoint = mounts
    .split('\n')
    .map((entry) => entry.split(' '))
    .find(([, , type]) => type === 'cgroup2')?.[1]
  return line === undefined || mountPoint === undefined
    ? undefined
    : join(mountPoint, line.slice(3), 'cgroup.procs')
}

/** The guest's process 1: the process below systemd-nspawn (itself below nsenter) that counts itself as 1. */
async function firstProcess(nsenter: number): Promise<number> {
  const nspawn = await onlyChild(nsenter)
  for (let attempt = 0; attempt < 400; attempt++) {
    const children = await readFile(`/proc/${nspawn}/task/${nspawn}/children`, 'utf8').catch(() => '')
    for (const child of children.trim().split(' ').filter(Boolean)) {
      const status = await readFile(`/proc/${child}/status`, 'utf8').catch(() => '')
      if (/^NSpid:.*\t1$/m.test(status)) return Number(child)
    }
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error('the guest has no first process')
}

/** Whether an SSH server says its name there. */
function greets(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: 2000 })
    const answer = (value: boolean) => {
      socket.destroy()
      resolve(value)
    }
    socket.once('data', (data) => answer(data.toString('latin1').startsWith('SSH-')))
    socket.once('error', () => answer(false))
    socket.once('timeout', () => answer(false))
    socket.once('close', () => answer(false))
  })
}

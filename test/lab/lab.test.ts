import { type ChildProcess, spawn } from 'node:child_process'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'ssh2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cacheDirectory, removeTree } from './cache.ts'
import { removeGroups } from './cgroup.ts'
import { must, run } from './command.ts'
import { type Lab, leaderOf, startLab } from './lab.ts'
import { memory } from './memory.ts'
import { sweepDeadLabs } from './sweep.ts'

const snapshotKey = `lab_test_${process.pid}`
const started: Lab[] = []
async function start(options: Parameters<typeof startLab>[0] = {}): Promise<Lab> {
  const lab = await startLab(options)
  started.push(lab)
  return lab
}

// The parts that take minutes are made here, so that what the tests time is a second start.
beforeAll(async () => await (await startLab()).stop(), 900_000)
afterAll(async () => {
  await Promise.all(started.map((lab) => lab.stop()))
  const parts = join(cacheDirectory(), 'parts')
  for (const name of readdirSync(parts).filter((entry) => entry.startsWith(`snapshot-${snapshotKey}-`))) {
    await removeTree(join(parts, name))
  }
}, 60_000)

/** Logs in as a user's program would: the pinned key and no other, then one command. */
function throughSsh(lab: Lab, hostKey: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const client = new Client()
    client.once('error', reject)
    client.once('ready', () =>
      client.exec(command, (error, channel) => {
        if (error) return reject(error)
        let output = ''
        channel.on('data', (data: Buffer) => {
          output += data.toString('utf8')
        })
        channel.once('close', () => {
          client.end()
          resolve(output)
        })
      }),
    )
    client.connect({
      host: lab.host.address,
      port: lab.host.port,
      username: lab.host.user,
      privateKey: lab.host.privateKey,
      algorithms: { serverHostKey: ['ssh-ed25519'] },
      hostVerifier: (key: Buffer) => `ssh-ed25519 ${key.toString('base64')}` === hostKey,
    })
  })
}

describe('one host', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await start()
  }, 60_000)

  test('lets the lab in as root, with input, exit codes and a time limit', async () => {
    expect(await lab.exec('id -un; cat; echo problem >&2; exit 7', { stdin: 'given' })).toEqual({
      code: 7,
      stdout: 'root\ngiven',
      stderr: 'problem\n',
    })
    await expect(lab.exec('sleep 30', { timeoutMs: 300 })).rejects.toThrow('did not end within 300 ms')
  })

  test('is a sound Debian 13 with a user who may become root', async () => {
    const state = await lab.exec(
      'systemctl is-system-running --wait; . /etc/os-release; echo "$ID $VERSION_ID"',
    )
    expect(state.stdout).toBe('running\ndebian 13\n')
    expect(await throughSsh(lab, lab.host.hostKey, 'id -un; sudo -n id -un')).toBe('debian\nroot\n')
  })

  test('shows exactly the host key that the lab names', async () => {
    const other = await must(['ssh-keygen', '-y', '-f', lab.host.privateKeyFile])
    await expect(throughSsh(lab, other.split(' ').slice(0, 2).join(' '), 'true')).rejects.toThrow(
      /verification/i,
    )
    expect(statSync(lab.host.privateKeyFile).mode & 0o777).toBe(0o600)
    expect(statSync(lab.dir).mode & 0o777).toBe(0o700)
  })

  test('finds packages, images and models on its link and nothing beyond it', async () => {
    expect((await lab.exec('ip route')).stdout).toMatch(/^169\.254\.\S+\/30 dev host0 [^\n]*$/m)
    expect((await lab.exec('ip route show default')).stdout).toBe('')
    const fetchText = (url: string) =>
      lab.exec(
        `python3 -c 'import urllib.request as u; print(u.urlopen("${url}", timeout=3).read().decode())'`,
      )
    expect((await fetchText('http://registry.lab:5000/v2/berriai/litellm-database/tags/list')).code).toBe(0)
    expect((await fetchText('http://ollama.mgmt.internal:11434/api/version')).stdout).toContain('version')
    expect((await fetchText('http://debian.lab/debian/')).stderr).toContain(
      'Temporary failure in name resolution',
    )
    const update = await lab.exec('apt-get update -qq && apt-cache policy podman')
    expect(update).toMatchObject({ code: 0, stdout: expect.stringContaining('Candidate: 5.4') })
  }, 30_000)

  test('tells the memory of its processes by unit', async () => {
    const { totalBytes, byUnit } = await memory(lab)
    expect(totalBytes).toBeGreaterThan(10e6)
    expect(byUnit['ssh.service']).toBeGreaterThan(1e6)
    expect(Object.values(byUnit).reduce((sum, bytes) => sum + bytes, 0)).toBe(totalBytes)
  })

  test('comes back from a reboot with its address, its keys and its files', async () => {
    await lab.exec('echo kept >/root/note')
    const before = await leaderOf(lab)
    await lab.exec('systemctl reboot')
    await expect.poll(() => existsSync(`/proc/${before}`), { timeout: 30_000 }).toBe(false)
    await expect
      .poll(() => throughSsh(lab, lab.host.hostKey, 'sudo -n cat /root/note').catch(() => ''), {
        timeout: 30_000,
      })
      .toBe('kept\n')
  }, 60_000)

  test('leaves nothing when it is stopped', async () => {
    const belongings = belongingsOf({ id: lab.id, dir: lab.dir, leader: await leaderOf(lab) })
    expect(belongings.processes.length).toBeGreaterThan(8)
    await lab.stop()
    await lab.stop()
    expect(await leftovers(lab.id, belongings)).toEqual(nothing)
    expect(existsSync(lab.dir)).toBe(false)
  })
})

test('several hosts run side by side, each on its own link', async () => {
  const [one, two] = (await Promise.all([start(), start()])) as [Lab, Lab]
  expect(one.host.address).not.toBe(two.host.address)
  expect(one.host.hostKey).not.toBe(two.host.hostKey)
  await one.exec('echo one >/root/who')
  expect((await two.exec('cat /root/who')).code).not.toBe(0)
  expect((await one.exec(`ip route get ${two.host.address}`)).stderr).toContain('unreachable')
  await one.stop()
  expect(await throughSsh(two, two.host.hostKey, 'echo still here')).toBe('still here\n')
  await two.stop()
}, 60_000)

describe('a snapshot', () => {
  let prepared = 0
  const options = {
    prepared: {
      key: snapshotKey,
      prepare: async (lab: Lab) => {
        prepared += 1
        await lab.exec('echo prepared >/etc/prepared; rm /etc/motd; echo layer >/var/lib/containers/kept')
        await lab.exec('echo ssh-ed25519 AAAAother other >>/home/debian/.ssh/authorized_keys')
      },
    },
  }
  let first: Lab

  test('is made once and started from again and again, each start with its own changes', async () => {
    first = await start(options)
    const second = await start(options)
    expect(prepared).toBe(1)
    const look =
      'cat /etc/prepared /var/lib/containers/kept; ls /etc/motd; grep -c . /home/debian/.ssh/authorized_keys'
    await first.exec('echo changed >/etc/prepared; echo changed >/var/lib/containers/kept')
    expect((await second.exec(look)).stdout).toBe('prepared\nlayer\n2\n')
    await second.stop()
  }, 120_000)

  test('keeps the host key, and lets in the key of the lab that runs', async () => {
    const again = await start(options)
    expect(again.host.hostKey).toBe(first.host.hostKey)
    expect(again.host.privateKey).not.toBe(first.host.privateKey)
    expect(await throughSsh(again, again.host.hostKey, 'cat /etc/prepared')).toBe('prepared\n')
    await again.stop()
    await first.stop()
  }, 60_000)
})

describe('when its runner dies', () => {
  test.each(['SIGKILL', 'SIGINT', 'SIGTERM'] as const)(
    'by %s, no process, mount, link or address stays',
    async (signal) => {
      const runner = spawnRunner()
      const running = JSON.parse(await firstLine(runner)) as Running
      const { id, dir } = running
      const belongings = belongingsOf(running)
      expect(await leftovers(id, belongings)).not.toEqual(nothing)
      runner.kill(signal)
      await expect.poll(() => leftovers(id, belongings), { timeout: 5_000, interval: 50 }).toEqual(nothing)
      expect(existsSync(dir)).toBe(true)
      await sweepDeadLabs()
      expect(existsSync(dir)).toBe(false)
      expect(groupsOf(id)).toEqual([])
    },
    60_000,
  )
})

test('a runner killed while its lab starts leaves nothing either', async () => {
  // A cache of its own, with links to the parts of the real one, so that labs of others don't count.
  const cache = mkdtempSync(join(tmpdir(), 'lab-test-'))
  for (const name of readdirSync(cacheDirectory())) {
    if (name !== 'labs') symlinkSync(join(cacheDirectory(), name), join(cache, name))
  }
  const labs = () => attempt(() => readdirSync(join(cache, 'labs'))) ?? []
  const touching = () =>
    numbersIn('/proc').filter((pid) =>
      (attempt(() => readFileSync(`/proc/${pid}/mountinfo`, 'utf8')) ?? '').includes(cache),
    )
  let caught = 0
  for (const afterMs of [0, 60, 120, 200, 300, 450, 600]) {
    const runner = spawnRunner({ ...process.env, LAB_CACHE: cache })
    await expect.poll(() => labs().length, { timeout: 10_000, interval: 5 }).toBeGreaterThan(0)
    await new Promise((resolve) => setTimeout(resolve, afterMs))
    if (touching().length > 0) caught += 1
    runner.kill('SIGKILL')
    await expect.poll(touching, { timeout: 5_000, interval: 50 }).toEqual([])
    for (const id of labs()) {
      const link = async () => (await run(['ip', 'link', 'show', `lab-${id}`])).code
      await expect.poll(link, { timeout: 5_000 }).not.toBe(0)
      await removeGroups(id)
      rmSync(join(cache, 'labs', id), { recursive: true })
    }
  }
  expect(caught).toBeGreaterThan(2)
  rmSync(cache, { recursive: true })
}, 60_000)

function spawnRunner(env: NodeJS.ProcessEnv = process.env): ChildProcess {
  const program = `
    const { startLab, leaderOf } = await import(${JSON.stringify(join(import.meta.dirname, 'lab.ts'))})
    const lab = await startLab()
    console.log(JSON.stringify({ id: lab.id, dir: lab.dir, leader: await leaderOf(lab) }))
    await new Promise(() => {})`
  return spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', program],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env,
    },
  )
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8')
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')))
    })
    child.once('close', (code) => reject(new Error(`the runner ended with ${code} before its lab was up`)))
  })
}

/** What a runner tells of its lab; `leader` is the first process of the guest. */
interface Running {
  readonly id: string
  readonly dir: string
  readonly leader: number
}

interface Belongings {
  /** Process ids with their start times, which tell a process from a later one with the same number. */
  readonly processes: readonly string[]
}

/**
 * All processes of a lab: those in its guest, the servers on our side, which share the namespace of the guest's parent, and what
 * stands before that namespace. The last holds the lab's file until all others are gone.
 */
function belongingsOf({ id, dir, leader }: Running): Belongings {
  const space = readlinkSync(`/proc/${parentOf(leader)}/ns/pid`)
  const alive = realpathSync(join(dir, 'alive'))
  const processes = numbersIn('/proc').filter((pid) => {
    const namespace = attempt(() => readlinkSync(`/proc/${pid}/ns/pid`))
    const group = attempt(() => readFileSync(`/proc/${pid}/cgroup`, 'utf8')) ?? ''
    return namespace === space || group.includes(`litellm-lab-${id}`) || holds(pid, alive)
  })
  // Some end while they are looked at.
  const started = processes.map((pid) => [pid, startOf(pid)] as const)
  return { processes: started.flatMap(([pid, start]) => (start === undefined ? [] : [`${pid} ${start}`])) }
}

const nothing = { processes: [], mounts: [], link: false }

async function leftovers(id: string, { processes }: Belongings) {
  return {
    processes: processes.filter(
      (entry) => entry === `${entry.split(' ')[0]} ${startOf(Number(entry.split(' ')[0]))}`,
    ),
    mounts: numbersIn('/proc').filter((pid) =>
      (attempt(() => readFileSync(`/proc/${pid}/mountinfo`, 'utf8')) ?? '').includes(`/labs/${id}/`),
    ),
    link: (await run(['ip', 'link', 'show', `lab-${id}`])).code === 0,
  }
}

const holds = (pid: number, file: string) =>
  (attempt(() => readdirSync(`/proc/${pid}/fd`)) ?? []).some(
    (number) => attempt(() => readlinkSync(`/proc/${pid}/fd/${number}`)) === file,
  )

const groupsOf = (id: string) =>
  ['', '/unified', '/systemd']
    .map((path) => `/sys/fs/cgroup${path}/litellm-lab-${id}`)
    .filter((path) => existsSync(path))

const numbersIn = (folder: string) =>
  readdirSync(folder)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
const parentOf = (pid: number) =>
  Number(/^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
const startOf = (pid: number) =>
  attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19])

function attempt<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch {
    return undefined
  }
}

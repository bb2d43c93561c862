import { createConnection } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DeployResult } from '../../src/contract/programs/rollout.ts'
import { deploy } from '../../src/host/deploy.ts'
import { readMasterKey } from '../../src/host/master-key.ts'
import { observe } from '../../src/host/observe.ts'
import type { Session } from '../../src/host/session.ts'
import { type Lab, startLab } from '../lab/lab.ts'
import { memory } from '../lab/memory.ts'
import { canary, chat, deployInput, manifestFor, open, release } from './gateway.ts'

/** As in the README: what they need together is measured. */
const WORKERS = 4
let lab: Lab
let session: Session
let first: DeployResult

const input = () => deployInput(lab, release(), WORKERS)

beforeAll(async () => {
  lab = await startLab()
  session = await open(lab)
  first = await deploy(session, input(), {
    onEvent: (event) => {
      if (event.event === 'step' && event.state !== 'start')
        console.log(`${event.seconds} s ${event.name}: ${event.detail ?? ''}`)
    },
  })
})
afterAll(async () => {
  session?.close()
  await lab?.stop()
})

const state =
  'systemctl show -p MainPID,InvocationID litellm caddy postgresql@17-main redis-server; find /etc/litellm /etc/caddy /etc/redis ' +
  '/etc/postgresql /etc/containers /usr/local/lib/litellm-gitops -printf "%p %T@ %C@ %m %u\\n" | sort; cat /var/lib/litellm-gitops/audit.log'

describe('deploy onto an empty host', () => {
  it('makes the gateway', () => {
    expect(first).toMatchObject({ outcome: 'rolled-out', previous: null })
    expect(first.changed).toContain('postgresql installed')
    expect(first.changed).toContain('/etc/litellm/salt_key made')
  })

  it('again does nothing: one exec, no file, no process, no line in the audit log', async () => {
    const before = (await lab.exec(state)).stdout
    const own = await open(lab)
    expect(await deploy(own, input())).toMatchObject({ outcome: 'unchanged', changed: [] })
    expect(own.stats).toEqual({ connections: 1, execs: 1, channels: 0 })
    own.close()
    expect((await lab.exec(state)).stdout).toBe(before)
  })

  it('leaves nothing to do for a plan', async () => {
    const began = performance.now()
    const seen = await observe(session, {
      manifest: manifestFor(lab, { workers: WORKERS }),
      image: lab.image,
      secrets: { OPENAI_API_KEY: canary },
    })
    console.log(`observed in ${((performance.now() - began) / 1000).toFixed(2)} s`)
    expect(seen.differs).toEqual({
      packages: [],
      files: [],
      units: [],
      image: null,
      database: 'ready',
      keys: [],
      accounts: [],
    })
    const { OPENAI_API_KEY: key } = seen.gateway?.env ?? {}
    expect(key?.live).toBe(key?.given)
    expect(seen.gateway).toMatchObject({
      healthy: true,
      workers: WORKERS,
      version: expect.stringMatching(/^1\./),
      budgets: [],
    })
    expect(seen.interrupted).toBeNull()
  })

  it('lets LiteLLM load without the collector, and its workers have it again', async () => {
    const { stdout } = await lab.exec(`podman exec litellm sh -c '
tr "\\0" "\\n" </proc/1/environ | grep ^PYTHONPATH=
PYTHONPATH=/run/litellm/bin python3 -c "
import gc, os, sitecustomize
loading = gc.isenabled()
worker = os.fork()
if worker == 0: os._exit(0 if gc.isenabled() and gc.get_freeze_count() > 1000 else 1)
print(sitecustomize.__file__, loading, os.waitpid(worker, 0)[1])
"'`)
    expect(stdout).toBe('PYTHONPATH=/run/litellm/bin\n/run/litellm/bin/sitecustomize.py False 0\n')
  })

  it('needs less than 3 GiB at rest', async () => {
    const { totalBytes, byUnit } = await memory(lab)
    console.log(`${(totalBytes / 1024 ** 3).toFixed(2)} GiB`, byUnit)
    expect(totalBytes).toBeLessThan(3 * 1024 ** 3)
  })
})

describe('the commands that the manual promises, typed by root', () => {
  it.each([
    ['cat /etc/litellm/master_key', /^sk-[0-9a-f]{64}\n$/],
    ['cat /etc/litellm/config.yaml', /model_name: gpt-4/],
    ['systemctl status litellm', /active \(running\)/],
    ['timeout 2 journalctl -u litellm -f; true', /LiteLLM/],
    ['podman stats --no-stream litellm', /litellm/],
    ['systemctl status postgresql', /active \(exited\)/],
    ['psql -U litellm -c "SELECT count(*) FROM pg_stat_activity;"', /count[\s\S]*\(1 row\)/],
  ])('%s', async (command, answer) => {
    const { code, stdout } = await lab.exec(command, { timeoutMs: 20_000 })
    expect(code).toBe(0)
    expect(stdout).toMatch(answer)
  })
})

describe('secrets on the host', () => {
  it('stand only in files that root or their service alone can read', async () => {
    const keys = [
      ...(await lab.exec('cat /etc/litellm/{master_key,salt_key,postgres_password,redis_password}')).stdout
        .trim()
        .split('\n'),
      canary,
    ]
    await lab.exec('umask 077; cat > /root/needles', { stdin: `${keys.join('\n')}\n` })
    const { stdout } = await lab.exec(
      'grep -rlFf /root/needles --exclude-dir=proc --exclude-dir=sys --exclude-dir=dev / 2>/dev/null | while read -r f; do stat -c "%a %U:%G %n" "$f"; done; rm /root/needles',
      { timeoutMs: 300_000 },
    )
    const files = stdout.trim().split('\n')
    expect(files.length).toBeGreaterThan(5)
    // A journal or socket that others may read would show up here with its mode.
    expect(files.filter((line) => !line.startsWith('600 ') && !line.startsWith('400 '))).toEqual([
      // Root's, so that Redis cannot put anything else in its place; nobody but Redis is in the group.
      '640 root:redis /etc/redis/litellm-password.conf',
    ])
  })

  it('stand in no argument list', async () => {
    const { stdout } = await lab.exec('cat /proc/[0-9]*/cmdline | tr "\\0" "\\n"')
    expect(stdout).not.toContain(canary)
    expect(stdout).not.toContain(await readMasterKey(session))
  })
})

describe('what listens', () => {
  it('to others is SSH and Caddy alone', async () => {
    const { stdout } = await lab.exec('ss -Hltn | awk "{print \\$4}"')
    const outside = stdout
      .trim()
      .split('\n')
      .filter((address) => !/^(127\.|\[::1\])/.test(address))
    const ports = new Set(outside.map((address) => Number(address.split(':').at(-1))))
    expect([...ports].sort((a, b) => a - b)).toEqual([22, 80, 443, 4000])
  })

  it('on 443 has a certificate for the domain', async () => {
    const { stdout } = await lab.exec(
      `python3 -c 'import ssl,socket;c=ssl._create_unverified_context();s=c.wrap_socket(socket.create_connection(("127.0.0.1",443)),server_hostname="llm.example.com");s.send(b"GET /health/liveliness HTTP/1.1\\r\\nHost: llm.example.com\\r\\nConnection: close\\r\\n\\r\\n");print(s.recv(9999).decode())'`,
    )
    expect(stdout).toMatch(/^HTTP\/1\.1 200/)
  })

  it('needs the password: PostgreSQL and Redis refuse whoever has none', async () => {
    const redis = await lab.exec('redis-cli ping')
    expect(redis.stdout).toContain('NOAUTH')
    const postgres = await lab.exec('PGPASSWORD=wrong psql -h 127.0.0.1 -U litellm -c "SELECT 1"')
    expect(postgres.code).not.toBe(0)
    expect((await lab.exec('runuser -u nobody -- psql -U litellm -c "SELECT 1"')).code).not.toBe(0)
  })
})

describe('deploy repairs what drifted', () => {
  it('a changed file and a stopped service, without touching LiteLLM', async () => {
    const pid = (await lab.exec('systemctl show -p MainPID litellm')).stdout
    await lab.exec('echo "# mine" >> /etc/caddy/Caddyfile; systemctl disable --now redis-server; sleep 1')
    const seen = await observe(session, {
      manifest: manifestFor(lab, { workers: WORKERS }),
      image: lab.image,
    })
    expect(seen.differs.files).toEqual(['/etc/caddy/Caddyfile'])
    expect(seen.differs.units.map(({ name }) => name)).toContain('redis-server.service')
    const result = await deploy(session, input())
    expect(result).toMatchObject({ outcome: 'converged', changed: ['/etc/caddy/Caddyfile'] })
    expect((await lab.exec('systemctl show -p MainPID litellm')).stdout).toBe(pid)
    const after = await observe(session, {
      manifest: manifestFor(lab, { workers: WORKERS }),
      image: lab.image,
    })
    expect(after.differs.files).toEqual([])
    expect(after.differs.units).toEqual([])
  })

  it('but never makes a new salt key over a database that needs the old one', async () => {
    await lab.exec('mv /etc/litellm/salt_key /root/salt_key')
    await expect(deploy(session, input())).rejects.toMatchObject({ code: 'salt-key-lost' })
    await lab.exec('mv /root/salt_key /etc/litellm/salt_key')
    expect(await deploy(session, input())).toMatchObject({ outcome: 'unchanged' })
  })
})

describe('the firewall', () => {
  const reaches = (port: number) =>
    new Promise<boolean>((resolve) => {
      const socket = createConnection({ host: lab.host.address, port, timeout: 1500 })
      const end = (reached: boolean) => {
        socket.destroy()
        resolve(reached)
      }
      socket.on('connect', () => end(true))
      socket.on('error', () => end(false))
      socket.on('timeout', () => end(false))
    })
  const deployWith = (ssh: readonly string[], gateway: readonly string[]) =>
    deploy(session, {
      ...input(),
      manifest: manifestFor(lab, { workers: WORKERS, firewall: { ssh, https: [], gateway } }),
    })

  it('drops what nobody declared', async () => {
    await lab.exec('systemd-run --collect --unit=stray python3 -m http.server 9999; sleep 1')
    expect(
      (await lab.exec('curl -s http://127.0.0.1:9999/ || true; ss -Hltn sport = 9999')).stdout,
    ).toContain('9999')
    expect(await reaches(9999)).toBe(false)
    expect(await reaches(4000)).toBe(true)
    await lab.exec('systemctl stop stray')
  })

  it('follows the declaration, and what is open stays open', async () => {
    expect(await deployWith([`${lab.runnerAddress}/32`], [])).toMatchObject({
      outcome: 'converged',
      changed: ['/etc/litellm-firewall.nft', 'firewall loaded'],
    })
    expect([await reaches(4000), await reaches(443), await reaches(22)]).toEqual([false, false, true])
  })

  it('is refused when it would shut out this very run', async () => {
    await expect(deployWith(['192.0.2.0/24'], [])).rejects.toMatchObject({
      code: 'firewall',
      message: expect.stringContaining(`would lock out ${lab.runnerAddress}`),
    })
    expect(await reaches(22)).toBe(true)
    expect(await deploy(session, input())).toMatchObject({ outcome: 'converged' })
    expect(await reaches(4000)).toBe(true)
  })
})

describe('what fails comes back by itself', () => {
  const answers = async () => (await chat(gateway(), 'gpt-4').catch(() => ({ status: 0 }))).status
  const gateway = () => ({ lab, url: `http://${lab.host.address}:4000`, key: masterKey })
  let masterKey = ''
  beforeAll(async () => {
    masterKey = await readMasterKey(session)
  })

  it.each(['caddy', 'redis-server', 'postgresql@17-main', 'litellm'])(
    '%s, killed as by the kernel when memory is short',
    async (unit) => {
      const pid = async () => (await lab.exec(`systemctl show -P MainPID ${unit}`)).stdout.trim()
      const before = await pid()
      await lab.exec(`kill -9 ${before}`)
      await expect.poll(pid, { timeout: 60_000 }).not.toMatch(new RegExp(`^(0|${before})$`))
      await expect
        .poll(answers, { timeout: 120_000, interval: 500 })
        .toBe(200)
        .catch(async (error) => {
          console.log(
            (await lab.exec(`journalctl -u ${unit} -n 60 --no-pager; podman ps -a; ss -ltnp`)).stdout,
          )
          throw error
        })
    },
    180_000,
  )

  it('all of it after a reboot, with its data', async () => {
    const made = await fetch(`${gateway().url}/key/generate`, {
      method: 'POST',
      headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ key_alias: 'before-the-reboot' }),
    })
    const { key } = (await made.json()) as { key: string }
    await lab.exec(
      'redis-cli --no-auth-warning -a "$(cat /etc/litellm/redis_password)" set kept yes; sleep 2',
    )
    session.close()
    const started = async () =>
      (await lab.exec('systemctl show -P InvocationID litellm').catch(() => ({ stdout: '' }))).stdout.trim()
    const before = await started()
    await lab.exec('systemctl reboot').catch(() => {})
    await expect.poll(started, { timeout: 120_000 }).not.toMatch(new RegExp(`^(|${before})$`))
    await expect.poll(answers, { timeout: 180_000, interval: 1_000 }).toBe(200)
    expect((await chat({ ...gateway(), key }, 'gpt-4')).status).toBe(200)
    const kept = 'redis-cli --no-auth-warning -a "$(cat /etc/litellm/redis_password)" get kept'
    expect((await lab.exec(kept)).stdout.trim()).toBe('yes')
    expect((await lab.exec('nft list table inet litellm_gitops')).stdout).toContain('policy drop')
    session = await open(lab)
    const { differs } = await observe(session, {
      manifest: manifestFor(lab, { workers: WORKERS }),
      image: lab.image,
    })
    expect(differs).toMatchObject({ packages: [], files: [], units: [], image: null })
  }, 240_000)
})

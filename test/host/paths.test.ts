import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { takeBackup, verifyBackup } from '../../src/backup/programs.ts'
import { deploy } from '../../src/host/deploy.ts'
import { HostProgramError } from '../../src/host/errors.ts'
import { observe } from '../../src/host/observe.ts'
import type { Session } from '../../src/host/session.ts'
import { chat, type DeployedGateway, deployInput, manifestFor, open, startGateway } from './gateway.ts'

/**
 * Services that were broken into, against root: each does in its own folders what it likes, all the time, while root works. Nothing
 * that is root's may be written, handed over or removed by that.
 */
const run = 'test'
const SCRATCH = '/var/lib/litellm-gitops-scratch'
/** Undoes what the swapper left. The folder is made anew, since the lab's overlay lets nobody rename one of its lower layers. */
const WHOLE = `set -e; cd /etc/postgresql/17/main
  if [ -L conf.d ]; then rm conf.d; mv -T conf.d.aside conf.d; fi; rm -f conf.d.aside
  cp -a conf.d conf.d.new; rm -r conf.d; mv -T conf.d.new conf.d; cd /`
let gateway: DeployedGateway
let session: Session

beforeAll(async () => {
  gateway = await startGateway()
  session = await open(gateway.lab)
  await gateway.lab.exec('cat > /usr/local/bin/swapper.py', {
    stdin: readFileSync(join(import.meta.dirname, 'programs/swapper.py'), 'utf8'),
  })
  await must(
    'mkdir -p /etc/systemd/system/zz-canary.service.d /etc/cron.d; echo precious > /etc/cron.d/zz-precious',
  )
  await must(
    'echo precious > /root/precious; echo precious > /etc/systemd/system/zz-canary.service.d/litellm.conf',
  )
  // What takes a moment to copy, as in a gateway of some age, leaves time for the swap.
  await must(`export REDISCLI_AUTH="$(cat /etc/litellm/redis_password)"
    for part in $(seq 30); do head -c 2000000 /dev/urandom | redis-cli -x set cached:$part >/dev/null; done`)
  await takeBackup(session, { run })
})
afterEach(async () => {
  await gateway.lab.exec('rm -rf /tmp/swapper-*')
})
afterAll(async () => {
  session?.close()
  await gateway?.lab.stop()
})

async function must(command: string): Promise<string> {
  const { code, stdout, stderr } = await gateway.lab.exec(command, { timeoutMs: 120_000 })
  expect(code, `${command}\n${stdout}\n${stderr}`).toBe(0)
  return stdout.trim()
}

/** Everything in places of root's that a link could lead to: name, owner, mode, size and time of change. */
const ofRoot = async () =>
  (await must('find /etc/systemd /etc/cron.d /root -printf "%p %u:%g %m %s %C@\\n" | sort')).split('\n')

/** Whatever the work comes to, the account swaps the places meanwhile; answers how often, and the error that ended the work. */
async function whileSwapping(
  account: string,
  target: string,
  places: readonly string[],
  work: () => Promise<unknown>,
): Promise<{ swaps: number; code: string | undefined }> {
  const swapping = gateway.lab.exec(
    `runuser -u ${account} -- python3 -IB /usr/local/bin/swapper.py 280 ${target} ${places.join(' ')}`,
    { timeoutMs: 300_000 },
  )
  await must('until [ -e /tmp/swapper-started ]; do sleep 0.02; done; sleep 0.2')
  const error = await work().then(
    () => undefined,
    (reason: unknown) => reason,
  )
  await gateway.lab.exec('touch /tmp/swapper-stop')
  const { stdout } = await swapping
  await gateway.lab.exec('rm /tmp/swapper-*')
  if (error !== undefined && !(error instanceof HostProgramError)) throw error
  return { swaps: Number(stdout), code: error?.code }
}

describe('a service that swaps its folders for links', () => {
  it('gains nothing by a proof of the backup, whether it swaps its part of the scratch place or what lies in it', async () => {
    const before = await ofRoot()
    const wholes = {
      redis: ['/var/lib/redis/litellm-gitops-scratch', `${SCRATCH}/redis`],
      postgres: ['/var/lib/postgresql/litellm-gitops-scratch', `${SCRATCH}/postgresql`],
    }
    const parts = {
      redis: ['dump.rdb', 'redis.conf'].map((name) => `${SCRATCH}/redis/${name}`),
      postgres: ['data', 'data/pg_hba.conf', 'data/base'].map((name) => `${SCRATCH}/postgresql/${name}`),
    }
    for (const places of [wholes, parts]) {
      // Each in a proof of its own: what one of them breaks could keep the other one's turn from coming.
      for (const [account, target] of [
        ['redis', '/etc/cron.d'],
        ['postgres', '/root'],
      ] as const) {
        const { swaps } = await whileSwapping(account, target, places[account], async () => {
          await verifyBackup(session, { run })
        })
        console.log(`${account}: ${swaps} swaps of ${places[account]}`)
        expect(await ofRoot()).toEqual(before)
      }
    }
    expect(await verifyBackup(session, { run })).toMatchObject({ ok: true, level: 'L6' })
    expect(await must(`ls -d ${SCRATCH} ${wholes.redis[0]} ${wholes.postgres[0]} 2>/dev/null || true`)).toBe(
      '',
    )
  })

  it('postgres gains nothing by a deploy, not even by the one that takes its folders back', async () => {
    const before = await ofRoot()
    for (let round = 0; round < 3; round++) {
      // As the package makes them, and as each of its updates makes the first of them again.
      await must(`${WHOLE}; chown -R postgres:postgres /etc/postgresql`)
      const { swaps, code } = await whileSwapping(
        'postgres',
        '/etc/systemd/system/zz-canary.service.d',
        ['/etc/postgresql/17/main/conf.d'],
        async () => {
          const manifest = manifestFor(gateway.lab, { memoryBytes: (4 + round / 4) * 1024 ** 3 })
          await deploy(session, { ...deployInput(gateway.lab), manifest })
        },
      )
      console.log(`postgres: ${swaps} swaps, ${code ?? 'deployed'}`)
      expect(swaps).toBeGreaterThan(0)
      expect([undefined, 'path']).toContain(code)
      expect(await ofRoot()).toEqual(before)
    }
  })
})

describe('a host whose packages gave the configuration to the services', () => {
  const OWNERS =
    'stat -c "%U:%G %a %n" /etc/postgresql /etc/postgresql/17 /etc/postgresql/17/main /etc/postgresql/17/main/conf.d ' +
    '/etc/postgresql/17/main/{conf.d/litellm,pg_hba,pg_ident}.conf /etc/redis /etc/redis/redis.conf /etc/redis/litellm-password.conf'
  const OURS = [
    'root:postgres 755 /etc/postgresql',
    'root:postgres 755 /etc/postgresql/17',
    'root:postgres 755 /etc/postgresql/17/main',
    'root:postgres 755 /etc/postgresql/17/main/conf.d',
    'root:postgres 640 /etc/postgresql/17/main/conf.d/litellm.conf',
    'root:postgres 640 /etc/postgresql/17/main/pg_hba.conf',
    'root:postgres 640 /etc/postgresql/17/main/pg_ident.conf',
    'root:redis 2750 /etc/redis',
    'root:redis 640 /etc/redis/redis.conf',
    'root:redis 640 /etc/redis/litellm-password.conf',
  ]
  const PIDS = 'systemctl show -p MainPID postgresql@17-main redis-server'

  it('shows as differing, is converted by the next deploy, and no service is restarted for it', async () => {
    await must(WHOLE)
    await deploy(session, deployInput(gateway.lab))
    expect((await must(OWNERS)).split('\n')).toEqual(OURS)
    await must(`set -e; chown -R postgres:postgres /etc/postgresql; chmod 644 /etc/postgresql/17/main/conf.d/litellm.conf
      chown -R redis:redis /etc/redis; chmod 2770 /etc/redis; chmod 600 /etc/redis/litellm-password.conf`)
    const pids = await must(PIDS)
    const plan = { manifest: manifestFor(gateway.lab), image: gateway.lab.image, secrets: {} }
    expect((await observe(session, plan)).differs.files).toEqual([
      '/etc/postgresql/*/main/conf.d/litellm.conf',
      '/etc/postgresql/*/main/pg_hba.conf',
      '/etc/postgresql/*/main/pg_ident.conf',
      '/etc/redis/redis.conf',
    ])
    expect(await deploy(session, deployInput(gateway.lab))).toMatchObject({ outcome: 'converged' })
    expect((await must(OWNERS)).split('\n')).toEqual(OURS)
    expect((await observe(session, plan)).differs.files).toEqual([])
    expect(await deploy(session, deployInput(gateway.lab))).toMatchObject({ outcome: 'unchanged' })
    expect(await must(PIDS)).toBe(pids)
  })

  it('stays root’s when the packages are configured again by apt, and all of it restarts', async () => {
    // What unattended-upgrades comes to: the packages' own scripts, and apt's hook after them.
    await must('DEBIAN_FRONTEND=noninteractive dpkg-reconfigure postgresql-common')
    expect(await must('stat -c %U /etc/postgresql')).toBe('postgres')
    const hooks = await must(
      'apt-config dump --format "%f %v%n" DPkg::Post-Invoke | sed -n "s/^DPkg::Post-Invoke:: //p"',
    )
    await must(hooks)
    expect((await must(OWNERS)).split('\n')).toEqual(OURS)
    await must(
      'systemctl restart postgresql redis-server; systemctl is-active postgresql postgresql@17-main redis-server',
    )
    await must(
      'pg_lsclusters --no-header | grep -q online; psql -U litellm -c "SELECT 1"; systemctl status postgresql | grep "active (exited)"',
    )
    expect((await chat(gateway, 'gpt-4')).status).toBe(200)
  })
})

describe('what others left in places that root reads', () => {
  it('a link of Caddy’s in place of its keys is not followed into the backup', async () => {
    const pki = '/var/lib/caddy/.local/share/caddy/pki'
    await must(`runuser -u caddy -- sh -c 'mv ${pki} ${pki}.aside; ln -s /root ${pki}'`)
    const error = await takeBackup(session, { run }).then(
      () => undefined,
      (reason: HostProgramError) => reason,
    )
    await must(`runuser -u caddy -- sh -c 'rm ${pki}; mv ${pki}.aside ${pki}'`)
    expect(error).toMatchObject({ code: 'path', message: expect.stringContaining(pki) })
    expect(await takeBackup(session, { run })).toMatchObject({ kind: 'manual' })
  })

  it.each([
    ['a link to a file of the host', 'ln -sf /root/host-prices.json "$list"'],
    ['a pipe', 'rm -f "$list"; mkfifo "$list"'],
  ])(
    'the container’s list of prices, made %s, is not opened',
    async (_, harm) => {
      await must(`echo '{"openai/gpt-4": {"input_cost_per_token": 666}}' > /root/host-prices.json`)
      // In a container that cannot write to its own files there is nothing to try.
      await gateway.lab.exec(
        `podman exec --user 0 litellm sh -c 'list=$(find / -xdev -name "model_prices*backup.json" | head -n 1); ${harm}'`,
      )
      const { gateway: seen } = await observe(session, {
        manifest: manifestFor(gateway.lab),
        image: gateway.lab.image,
        secrets: {},
        prices: ['openai/gpt-4'],
      })
      expect(seen?.prices?.['openai/gpt-4']?.input_cost_per_token).toBeGreaterThan(0)
      expect(seen?.prices?.['openai/gpt-4']?.input_cost_per_token).toBeLessThan(1)
    },
    60_000,
  )

  it('a plan finds the list kept by the deploy, and without it in the image', async () => {
    const digest = gateway.lab.image.split('sha256:')[1]
    expect(await must(`stat -c '%U %a' /var/lib/litellm-gitops/images/${digest}.prices`)).toBe('root 600')
    await must('rm -r /var/lib/litellm-gitops/images')
    const { gateway: seen } = await observe(session, {
      manifest: manifestFor(gateway.lab),
      image: gateway.lab.image,
      secrets: {},
      prices: ['openai/gpt-4'],
    })
    expect(seen?.prices?.['openai/gpt-4']?.input_cost_per_token).toBeGreaterThan(0)
    expect(await must('ls /var/lib/litellm-gitops/images 2>/dev/null || true')).toBe('')
  })
})

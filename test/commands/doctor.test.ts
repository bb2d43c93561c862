import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { filesIn } from '../../src/commands/files.ts'
import { runCommand } from '../../src/commands/run.ts'
import type { Finding } from '../../src/doctor/finding.ts'
import { createKnownSecrets } from '../../src/github/known-secrets.ts'
import { createRecordingLogger } from '../../src/github/logger.ts'
import { connect } from '../../src/host/session.ts'
import { exposedIn } from '../story/canary.ts'
import { type CliRun, runCli } from '../story/cli.ts'
import { type DeployedLab, KEYS, startDeployedLab } from '../story/deployed-lab.ts'
import { gatewayFile } from '../story/gateway-file.ts'
import { planKey } from '../story/plan-key.ts'

/** A deployed gateway that is healthy, then harmed in one way after the other; each is found with the cure that mends it. */
let deployed: DeployedLab
let folder: string

beforeAll(async () => {
  deployed = await startDeployedLab(console.log)
  folder = mkdtempSync(join(tmpdir(), 'doctor-'))
  // The snapshot may be days old: to the host that is as if it had been off, and a backup were due.
  await onHost('touch /etc/litellm/salt_key')
  // As large as any machine that carries the lab.
  declare({})
})

afterAll(async () => {
  if (folder !== undefined) rmSync(folder, { recursive: true })
  await deployed?.lab.stop()
})

function declare(more: Readonly<Record<string, unknown>>): void {
  const size = { vcpu: 1, memory: '4GiB', disk: '10GiB' }
  writeFileSync(
    join(folder, 'gateway.yaml'),
    gatewayFile(deployed.lab, { more: { users: undefined, size, ...more } }),
  )
}

const doctor = (key = deployed.lab.host.privateKey): Promise<CliRun> =>
  runCli(folder, ['doctor'], { ...KEYS, SSH_KEY: key })

async function found(): Promise<Finding[]> {
  const run = await doctor()
  expect(run.json?.result, run.stderr).toBeDefined()
  const { findings } = run.json.result as { findings: Finding[] }
  expect(run.code).toBe(findings.some(({ severity }) => severity === 'error') ? 1 : 0)
  return findings
}

async function onHost(command: string): Promise<string> {
  const done = await deployed.lab.exec(`set -e\n${command}`, { timeoutMs: 120_000 })
  expect(done.code, `${command}\n${done.stdout}${done.stderr}`).toBe(0)
  return done.stdout
}

test('a healthy gateway has no finding: one connection, one command on the host', async () => {
  const run = await doctor()
  expect(run.json?.result?.findings, run.stderr).toEqual([])
  expect(run.code).toBe(0)
  expect(run.json.connection).toEqual({ connections: 1, execs: 1 })
  expect(run.json.result.measured).toMatchObject({ workers: 4, certificateEnds: expect.any(String) })
  expect(exposedIn(run.stdout + run.stderr, [deployed.masterKey, ...Object.values(KEYS)])).toEqual([])
})

test('the key that may only look is enough', async () => {
  const run = await doctor(planKey().privateKey)
  expect(run.json?.result?.findings, run.stderr).toEqual([])
})

interface Fault {
  readonly harm: string
  /** What is found, and nothing else. */
  readonly ids: readonly string[]
  readonly cure: RegExp
  /** Undoes it where the cure that is named is no plain command for the host. */
  readonly undo?: string
}

const CADDYFILE = '/etc/caddy/Caddyfile'
const EXPIRED = `
openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=llm.example.com -addext subjectAltName=DNS:llm.example.com \\
  -not_before 20250101000000Z -not_after 20250201000000Z -keyout /etc/caddy/old.key -out /etc/caddy/old.pem 2>/dev/null
chown caddy /etc/caddy/old.*
cp -p ${CADDYFILE} ${CADDYFILE}.kept
sed -i 's|tls internal|tls /etc/caddy/old.pem /etc/caddy/old.key|' ${CADDYFILE}
systemctl restart caddy`
const SESSIONS = `
for one in $(seq 120); do psql -U litellm -c 'SELECT pg_sleep(90)' >/dev/null 2>&1 & echo $! >> /run/sessions; done
sleep 4`

const FAULTS: Readonly<Record<string, Fault>> = {
  'a stopped timer': {
    harm: 'systemctl stop litellm-backup.timer',
    ids: ['timer-stopped'],
    cure: /^systemctl enable --now litellm-backup\.timer$/,
  },
  'a service that is not enabled': {
    harm: 'systemctl disable --quiet redis-server',
    ids: ['unit-disabled'],
    cure: /^systemctl enable --now redis-server\.service$/,
  },
  'Redis stopped': {
    harm: 'systemctl stop redis-server',
    ids: ['unit-stopped'],
    cure: /^systemctl enable --now redis-server\.service$/,
  },
  'a master key that others can read': {
    harm: 'chmod 644 /etc/litellm/master_key',
    ids: ['file-mode'],
    cure: /^chmod 0600 \/etc\/litellm\/master_key$/,
  },
  'the firewall flushed': {
    harm: 'nft delete table inet litellm_gitops',
    ids: ['firewall-off'],
    cure: /^systemctl restart litellm-firewall/,
  },
  'Redis that keeps nothing': {
    harm: 'REDISCLI_AUTH=$(cat /etc/litellm/redis_password) redis-cli CONFIG SET appendonly no',
    ids: ['redis-not-persistent'],
    cure: /^systemctl restart redis-server/,
  },
  'an expired certificate': {
    harm: EXPIRED,
    ids: ['certificate-expired', 'file-changed'],
    cure: /systemctl restart caddy/,
    undo: `mv ${CADDYFILE}.kept ${CADDYFILE}; rm /etc/caddy/old.*; systemctl restart caddy`,
  },
  'no connection left': {
    harm: SESSIONS,
    ids: ['database-connections'],
    cure: /pg_stat_activity/,
    // A session that sleeps does not notice that its client is gone.
    undo: `rm /run/sessions; runuser -u postgres -- psql -qAtc "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(90)%' AND pid <> pg_backend_pid()"; sleep 2`,
  },
  'an index that was not built': {
    harm: `psql -q -U litellm -c 'CREATE TABLE harm (a int)' -c 'INSERT INTO harm VALUES (1), (1)'
psql -q -U litellm -c 'CREATE UNIQUE INDEX CONCURRENTLY harm_a ON harm (a)' 2>/dev/null || true`,
    ids: ['database-invalid-index'],
    cure: /REINDEX INDEX CONCURRENTLY harm_a/,
    undo: "psql -q -U litellm -c 'DROP TABLE harm'",
  },
  'a full disk': {
    harm: `install -d -m 700 /var/backups/litellm; mount -t tmpfs -o size=8m,mode=700 tmpfs /var/backups/litellm
head -c 8m /dev/zero > /var/backups/litellm/large || true`,
    ids: ['disk-full'],
    cure: /du -xh --max-depth=2 \/var\/backups\/litellm/,
    undo: 'umount /var/backups/litellm',
  },
  'a worker that hangs': {
    harm: `pgrep -f 'gunicorn|litellm' -P "$(podman inspect -f '{{.State.Pid}}' litellm)" | head -1 > /run/hung; kill -STOP $(cat /run/hung)`,
    ids: ['workers-disagree'],
    cure: /^systemctl restart litellm$/,
    undo: 'kill -CONT $(cat /run/hung)',
  },
}

describe('each fault is found with its cure, and gone after it', () => {
  test.each(Object.entries(FAULTS))('%s', async (_, { harm, ids, cure, undo }) => {
    await onHost(harm)
    const findings = await found()
    const named = findings.find(({ id }) => id === ids[0])?.mend.text
    // First, so that a fault which is told otherwise does not stay for those after it.
    await onHost(undo ?? named ?? 'exit 1')
    expect(findings.map(({ id }) => id)).toEqual(ids)
    expect(named).toMatch(cure)
  })

  test('a provider that refuses its key', async () => {
    await deployed.lab.upstream.behave({ provider: 'openai', refuseKey: KEYS.OPENAI_API_KEY })
    const findings = await found()
    await deployed.lab.upstream.reset()
    expect(findings.map(({ id }) => id)).toEqual(['provider-key-refused'])
    expect(findings[0]?.mend.text).toMatch(/^litellm-gitops sync # after the secret OPENAI_API_KEY/)
  })

  test('DNS that points to another machine', async () => {
    declare({ public_address: '198.51.100.7' })
    const report = await runCommand('doctor', {
      config: 'gateway.yaml',
      files: filesIn(folder),
      offline: false,
      inputs: {},
      sshKey: deployed.lab.host.privateKey,
      env: KEYS,
      logger: createRecordingLogger(),
      secrets: createKnownSecrets(),
      connect,
      addressesOf: async () => ['203.0.113.9'],
      now: () => new Date(),
      run: { holder: 'test', url: 'test' },
    })
    declare({})
    expect(report.failed).toBe(true)
    expect(report.markdown).toContain('#### ❌ `dns-mismatch`')
    expect(report.markdown).toContain('llm.example.com. A 198.51.100.7')
    expect((report.result as { findings: Finding[] }).findings).toHaveLength(1)
  })

  test('--fix closes files and starts units, and says so only after it looked again', async () => {
    await onHost('chmod 640 /etc/litellm/env; systemctl disable --now --quiet litellm-verify.timer')
    const run = await runCli(folder, ['doctor', '--fix'], { ...KEYS, SSH_KEY: deployed.lab.host.privateKey })
    expect(run.code, run.stderr).toBe(0)
    expect(run.json.result.findings).toEqual([])
    expect(run.json.result.mended).toEqual({
      done: [expect.stringMatching(/env closed: it was 0640 of root:root$/), 'litellm-verify.timer started'],
      failed: [],
    })
    expect(await onHost('stat -L -c %a /etc/litellm/env; systemctl is-enabled litellm-verify.timer')).toBe(
      '600\nenabled\n',
    )
  })

  test('after all cures nothing is wrong', async () => {
    expect(await found()).toEqual([])
  })

  test('a worker that was killed stands in the log for a day', async () => {
    await onHost(
      'kill -KILL $(pgrep -f "gunicorn|litellm" -P "$(podman inspect -f \'{{.State.Pid}}\' litellm)" | head -1); sleep 15',
    )
    const findings = await found()
    expect(findings.map(({ id }) => id)).toEqual(['worker-killed'])
  })
})

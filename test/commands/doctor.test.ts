import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Finding } from '../../src/doctor/finding.ts'
import { runCommand } from '../../src/entries/run.ts'
import { connect } from '../../src/host/session.ts'
import { createKnownSecrets } from '../../src/log/known-secrets.ts'
import { createRecordingLogger } from '../../src/log/logger.ts'
import { filesIn } from '../../src/steps/files.ts'
import { FULL } from '../lab/proof.ts'
import { exposedIn } from '../story/canary.ts'
import { type CliRun, runCli } from '../story/cli.ts'
import { type DeployedLab, KEYS, startDeployedLab } from '../story/deployed-lab.ts'
import { gatewayFile, WORKERS } from '../story/gateway-file.ts'
import { planKey } from '../story/plan-key.ts'
import { FAULTS, MORE_FAULTS } from './doctor-faults.ts'

/** A deployed gateway that is healthy, then damaged in one way after the other; each is found with its fix. */
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
  expect(run.json.result.measured).toMatchObject({ workers: WORKERS, certificateEnds: expect.any(String) })
  expect(exposedIn(run.stdout + run.stderr, [deployed.masterKey, ...Object.values(KEYS)])).toEqual([])
})

test('the key that may only look is enough', async () => {
  const run = await doctor(planKey().privateKey)
  expect(run.json?.result?.findings, run.stderr).toEqual([])
})

describe('each fault is found with its cure, and gone after it', () => {
  test.each(Object.entries(FULL ? { ...FAULTS, ...MORE_FAULTS } : FAULTS))(
    '%s',
    async (_, { harm, ids, cure, undo }) => {
      await onHost(harm)
      const findings = await found()
      const named = findings.find(({ id }) => id === ids[0])?.remedy.text
      // First, so that a fault which is told otherwise does not stay for those after it.
      await onHost(undo ?? named ?? 'exit 1')
      expect(findings.map(({ id }) => id)).toEqual(ids)
      expect(named).toMatch(cure)
    },
  )

  test('a provider that refuses its key', async () => {
    await deployed.lab.upstream.behave({ provider: 'openai', refuseKey: KEYS.OPENAI_API_KEY })
    const findings = await found()
    await deployed.lab.upstream.reset()
    expect(findings.map(({ id }) => id)).toEqual(['provider-key-refused'])
    expect(findings[0]?.remedy.text).toMatch(/^litellm-gitops sync # after setting the secret OPENAI_API_KEY/)
  })

  test('DNS that points to another machine', async () => {
    declare({ public_address: '198.51.100.7' })
    const report = await runCommand('doctor', {
      config: 'gateway.yaml',
      files: filesIn(folder),
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

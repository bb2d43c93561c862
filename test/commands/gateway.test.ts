import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { FULL } from '../lab/proof.ts'
import { exposedIn } from '../story/canary.ts'
import { chat } from '../story/chat.ts'
import { type CliRun, runCli } from '../story/cli.ts'
import { type DeployedLab, KEYS, startDeployedLab } from '../story/deployed-lab.ts'
import { CLAUDE_3, GPT_4, gatewayFile, LOCAL_LLAMA, WORKERS } from '../story/gateway-file.ts'
import { planKey } from '../story/plan-key.ts'

/** The CLI against a deployed gateway: what is refused leaves it serving, every sample syncs to an empty plan, and people's commands work. */
const SAMPLES = join(import.meta.dirname, '../samples/valid')
let deployed: DeployedLab
let folder: string

beforeAll(async () => {
  deployed = await startDeployedLab(console.log)
  folder = mkdtempSync(join(tmpdir(), 'commands-'))
})

afterAll(async () => {
  if (folder !== undefined) rmSync(folder, { recursive: true })
  await deployed?.lab.stop()
})

async function cli(
  command: 'plan' | 'sync' | 'deploy',
  text: string,
  env: Readonly<Record<string, string>> = KEYS,
): Promise<CliRun> {
  writeFileSync(join(folder, 'gateway.yaml'), text)
  return await runCli(folder, [command], { ...env, SSH_KEY: deployed.lab.host.privateKey })
}

/** What must be the same before and after something that was refused. */
async function standing(): Promise<string> {
  const { stdout } = await deployed.lab.exec(
    'readlink -f /etc/litellm/config.yaml /etc/litellm/env; systemctl show -p ExecMainStartTimestampMonotonic litellm; ls /run/litellm-gitops/serve-standby 2>/dev/null; cat /var/lib/litellm-gitops/lease.json 2>/dev/null',
  )
  return stdout
}

describe('deploy', () => {
  test('again changes nothing: one connection, one command, no restart', async () => {
    const before = await standing()
    const run = await cli('deploy', gatewayFile(deployed.lab))
    expect(run.code, run.stderr).toBe(0)
    expect(run.json).toMatchObject({ changes: [], applied: [], connection: { connections: 1, execs: 1 } })
    expect(await standing()).toBe(before)
  })
})

describe('what is refused is told in one clear error, and the gateway serves on as before', () => {
  const file = (more: Readonly<Record<string, unknown>>) => gatewayFile(deployed.lab, { more })
  const withModel = (litellm_params: Readonly<Record<string, unknown>>) =>
    gatewayFile(deployed.lab, {
      models: [GPT_4, CLAUDE_3, LOCAL_LLAMA, { model_name: 'new', litellm_params }],
    })
  const refused: [string, () => string, RegExp, Readonly<Record<string, string>>?][] = [
    [
      'a configuration that LiteLLM refuses',
      () => file({ litellm_settings: { callbacks: 'no_such_module.handler' } }),
      /no_such_module/,
    ],
    [
      'a key missing in the environment',
      () => withModel({ model: 'openai/new', api_key: 'os.environ/NO_SUCH_KEY' }),
      /gateway\.yaml:\d+:\d+: .*os\.environ\/NO_SUCH_KEY.* Fix: add "NO_SUCH_KEY/,
    ],
    [
      'a literal key',
      () => withModel({ model: 'openai/new', api_key: KEYS.OPENAI_API_KEY }),
      /gateway\.yaml:\d+:\d+: .*literal secret.* Fix: write os\.environ\/\w+_API_KEY /,
    ],
    [
      'an unknown key',
      () => file({ budget_confg: [] }),
      /gateway\.yaml:\d+:1: "budget_confg" is not a key .* Fix: did you mean "budget_config"\?/,
    ],
    [
      'a wrong type',
      () => file({ users: 'many' }),
      /gateway\.yaml:\d+:\d+: users is "many"\. Fix: write a number here/,
    ],
    [
      'a fallback with which LiteLLM does not start',
      () => gatewayFile(deployed.lab, { more: { router_settings: { fallbacks: ['gpt-4'] } } }),
      /gateway\.yaml:\d+:\d+: router_settings\.fallbacks\[0\] is "gpt-4", not a mapping/,
    ],
    [
      'a host that is down',
      () => gatewayFile({ ...deployed.lab, host: { ...deployed.lab.host, port: 23 } }),
      /cannot be reached: .* Check that the machine is up/,
    ],
    [
      'a wrong host key',
      () =>
        gatewayFile({
          ...deployed.lab,
          host: {
            ...deployed.lab.host,
            hostKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUTyz1HwHReFVvD5obVsALAgJRNarH4TRpNePnAS',
          },
        }),
      /shows the host key SHA256:.* is pinned/,
    ],
  ]

  test.each(refused)('%s', async (_, text, message) => {
    const before = await standing()
    const run = await cli('sync', text())
    expect(run.code).toBe(1)
    expect(run.stderr).toMatch(message)
    expect(exposedIn(run.stdout + run.stderr, Object.values(KEYS))).toEqual([])
    expect(await standing()).toBe(before)
    expect(await chat(deployed.url, deployed.masterKey, 'gpt-4')).toMatchObject({ status: 200 })
  })

  test('while another run holds the gateway', async () => {
    const prolong = async (seconds: number) => {
      const lease = JSON.stringify({
        holder: 'octocat, sync',
        run: 'https://example.com/run/1',
        expires: new Date(Date.now() + seconds * 1000).toISOString().replace('Z', '+00:00'),
      })
      const file = '/var/lib/litellm-gitops/lease.json'
      await deployed.lab.exec(`umask 077; cat > ${file}.new && mv ${file}.new ${file}`, { stdin: lease })
    }
    await prolong(100)
    // As one that lives does, whenever the other comes to look.
    let held = true
    const holding = (async () => {
      while (held) await sleep(2_000).then(() => prolong(120))
    })()
    try {
      const run = await cli(
        'sync',
        gatewayFile(deployed.lab, { budgets: [{ user_id: 'other', max_budget: 1 }] }),
      )
      expect(run.code).toBe(1)
      expect(run.stderr).toMatch(/octocat, sync.*example\.com\/run\/1|example\.com\/run\/1.*octocat/s)
    } finally {
      held = false
      await holding
      await deployed.lab.exec('rm /var/lib/litellm-gitops/lease.json')
    }
  })
})

describe('people on the host', () => {
  test.each([
    ['cat /etc/litellm/master_key', /^sk-[0-9a-f]{64}\n$/],
    ['systemctl status litellm', /active \(running\)/],
    ['timeout 2 journalctl -u litellm -f', /LiteLLM|HTTP\/1\.1/],
    ['podman stats --no-stream litellm', /^\S+\s+litellm\s/m],
    ['systemctl status postgresql', /active/],
    ['psql -U litellm -c "SELECT count(*) FROM pg_stat_activity;"', /\(1 row\)/],
  ])('%s', async (command, output) => {
    expect((await deployed.lab.exec(command)).stdout).toMatch(output)
  })

  test('find keys that only root can read', async () => {
    const { stdout } = await deployed.lab.exec(
      'stat -L -c "%a %U" /etc/litellm/master_key /etc/litellm/salt_key /etc/litellm/env',
    )
    expect(stdout.trim().split('\n')).toEqual(['600 root', '600 root', '600 root'])
  })
})

describe('after a sync the plan is empty', () => {
  const samples = FULL ? readdirSync(SAMPLES) : ['anchors-and-clouds.yaml']
  test.each(samples)('%s', async (name) => {
    const sample: Record<string, unknown> = parse(readFileSync(join(SAMPLES, name), 'utf8'), { merge: true })
    const ours: Record<string, unknown> = parse(gatewayFile(deployed.lab))
    // Where the gateway is, how large its machine is and who reaches it, which a sync leaves alone, is the lab's; all else the sample's.
    const { size: _, ...rest } = sample
    const text = stringify(
      { ...rest, vm: ours.vm, litellm: ours.litellm, users: ours.users, tls: ours.tls, front: ours.front },
      { aliasDuplicateObjects: false },
    )
    const names = [...text.matchAll(/os\.environ\/(\w+)/g)].map(([, variable = '']) => variable)
    const env = Object.fromEntries(names.map((variable) => [variable, `value-of-${variable.toLowerCase()}`]))
    const sync = await cli('sync', text, env)
    expect(sync.code, sync.stderr).toBe(0)
    expect(sync.json.applied.filter(({ outcome }: { outcome: string }) => outcome !== 'done')).toEqual([])
    const plan = await cli('plan', text, env)
    expect(plan.json.changes).toEqual([])
    expect(plan.code).toBe(0)
  })
})

describe('the key of pull requests', () => {
  const run = (command: 'plan' | 'sync') => {
    writeFileSync(join(folder, 'gateway.yaml'), gatewayFile(deployed.lab, { budgets: [] }))
    return runCli(folder, [command], { ...KEYS, SSH_KEY: planKey().privateKey })
  }

  test('is enough for a plan', async () => {
    const plan = await run('plan')
    expect(plan.code, plan.stderr).toBe(2)
    expect(plan.json.connection).toEqual({ connections: 1, execs: 1 })
    expect(plan.json.live).toMatchObject({ healthy: true, workers: WORKERS })
  })

  test('is refused by sync before anything is connected to', async () => {
    const sync = await run('sync')
    expect(sync.code).toBe(1)
    expect(sync.stderr).toMatch(
      /gateway\.yaml:\d+:\d+: the SSH key given is the one of plan_key.* Fix: give the key of debian@/,
    )
  })
})

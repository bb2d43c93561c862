import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FULL } from '../../lab/proof.ts'
import { type CliRun, runCli } from '../../story/cli.ts'
import { type DeployedLab, KEYS, startDeployedLab } from '../../story/deployed-lab.ts'
import { gatewayFile } from '../../story/gateway-file.ts'
import { FOLDER, GATEWAY, type OldGateway, oldSql, oldState, startOldCompose, told } from './old-compose.ts'

// An old gateway of compose on one machine, the new one on another; only SSH leads to both.

const DOMAIN = 'llm.example.com'
const SIZE = FULL ? { keys: 200, teams: 20, rows: 100_000 } : { keys: 12, teams: 3, rows: 3000 }

let fresh: DeployedLab
let old: OldGateway
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'move-'))
  fresh = await startDeployedLab()
  writeFileSync(join(folder, 'gateway.yaml'), gatewayFile(fresh.lab, { budgets: [] }))
  old = await startOldCompose(SIZE)
}, 900_000)
afterAll(async () => {
  if (folder !== undefined) rmSync(folder, { recursive: true })
  await old?.lab.stop()
  await fresh?.lab.stop()
})

const at = (path = '', user = 'debian') => `ssh://${user}@${old.lab.host.address}:${old.lab.host.port}${path}`
const seen = (run: CliRun) => `${run.stdout}${run.stderr}`

async function cli(args: readonly string[], env: Record<string, string> = {}): Promise<CliRun> {
  const { host } = old.lab
  const known = { OLD_SSH_KEY: host.privateKey, OLD_HOST_KEY: host.hostKey }
  const run = await runCli(folder, args, { ...KEYS, SSH_KEY: fresh.lab.host.privateKey, ...known, ...env })
  for (const secret of old.secrets) expect(seen(run)).not.toContain(secret)
  return run
}

describe('import --data ssh://', () => {
  test('says what would come, and changes nothing', async () => {
    const before = await oldState(old)
    const run = await cli(['import', '--data', at()])
    expect(run.code, run.stderr).toBe(0)
    expect(run.json.result).toMatchObject({
      outcome: 'planned',
      content: {
        keys: { count: SIZE.keys },
        teams: { count: SIZE.teams },
        credentials: { names: ['stored'] },
      },
      secrets: { role: 'salted', total: 1, dead: [] },
      master: 'taken',
    })
    const spend = Number(await oldSql(old, 'SELECT sum(spend) FROM "LiteLLM_SpendLogs"'))
    expect(run.json.result.content.spend).toBeCloseTo(spend, 6)
    expect(await oldState(old)).toBe(before)
  })

  test('is a backup that is proven like any other', async () => {
    const before = await oldState(old)
    const run = await cli(['import', '--data', at(`${FOLDER}/`), '--confirm', DOMAIN])
    expect(run.code, run.stderr).toBe(0)
    console.log(run.stderr)
    const { snapshot } = run.json.result
    expect(await oldState(old)).toBe(before)
    const proof = await cli(['verify', '--backup', snapshot])
    expect(proof.json.result, proof.stderr).toMatchObject({ ok: true, level: 'L6' })
  })

  test('names every error, and what to do', async () => {
    const on = told(old.lab)
    const said = async (args: readonly string[], env: Record<string, string> = {}) => {
      const run = await cli(['import', '--data', ...args], env)
      expect(run.code).not.toBe(0)
      console.log(run.stderr.trim())
      return run.stderr
    }
    expect(await said([at()], { OLD_HOST_KEY: '' })).toContain('No host key was given')
    expect(await said([at()], { OLD_HOST_KEY: fresh.lab.host.hostKey })).toContain('shows the host key')
    expect(await said([at('/opt/other')])).toMatch(
      /No LiteLLM of a compose project in \/opt\/other.*Found: litellm in \/opt\/llm/,
    )
    await on(
      'useradd -m -s /bin/sh guest; install -d -m 700 -o guest ~guest/.ssh; install -m 600 -o guest ~debian/.ssh/authorized_keys ~guest/.ssh/',
    )
    expect(await said([at('', 'guest')])).toMatch(/sudo -n podman.*Connect as root/)
    const image = await on(`podman inspect --format '{{.ImageName}}' litellm_redis_1`)
    await on(
      `podman run -d --name second --label com.docker.compose.project=second --label com.docker.compose.project.working_dir=/opt/second -e LITELLM_MASTER_KEY=sk-x --entrypoint sleep ${image} 999`,
    )
    expect(await said([at()])).toMatch(/Several.*litellm in \/opt\/llm.*second in \/opt\/second/)
    expect(await said([at('/opt/second')])).toContain('has no DATABASE_URL')
    await on('podman rm -f -t 0 second; userdel -rf guest >/dev/null 2>&1 || true')
    expect(await on(`podman inspect --format '{{.State.Running}}' ${GATEWAY}`)).toBe('true')
  })
})

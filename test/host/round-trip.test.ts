import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { restoreBackup, takeBackup } from '../../src/backup/programs.ts'
import { backupOf } from '../../src/config/backup.ts'
import type { RestoreInput } from '../../src/contract/programs/restore.ts'
import { deploy } from '../../src/host/deploy.ts'
import { hostBackupSettings } from '../../src/host/render.ts'
import type { Session } from '../../src/host/session.ts'
import type { LabHost } from '../lab/lab.ts'
import { counted } from '../lab/proof.ts'
import { admin, contents, fill, leftovers, redis, sql } from './backup-data.ts'
import { chat, type DeployedGateway, deployInput, manifestFor, open, startGateway } from './gateway.ts'

/** A gateway of some size, lost in each way in which one can be lost. backup.test.ts has the short form, in every run. */
const ROWS = Number(process.env.ROWS ?? 1_000_000)
const KEYS = 1_000
const TEAMS = 100
const CACHED = 1_000
const COPY = '/srv/off-site'
const DOMAIN = 'llm.example.com'
const CREDENTIAL = 'sk-stored-canary-31415926'
/** Files that somebody put beside ours: path, content, mode. */
const CUSTOM = [
  ['/etc/litellm/custom_callbacks.py', 'print("ours")', '644'],
  ['/etc/litellm/notes/on call', 'who to ring', '600'],
] as const
const run = 'test'
let gateway: DeployedGateway
let session: Session
let keys: readonly string[]
let password: string
let then: Awaited<ReturnType<typeof everything>>

beforeAll(async () => {
  gateway = await startGateway()
  session = await open(gateway.lab)
  await fill(gateway, ROWS)
  const team = (number: number) => `round-trip-${number % TEAMS}`
  await eightAtATime(TEAMS, (number) =>
    admin(gateway, '/team/new', {
      team_id: team(number),
      team_alias: team(number),
      max_budget: 100 + number,
    }),
  )
  keys = await eightAtATime(KEYS, async (number) => {
    const about = { key_alias: `round-trip-${number}`, team_id: team(number), max_budget: 1 + number }
    return (await admin<{ key: string }>(gateway, '/key/generate', about)).key
  })
  await redis(gateway, `eval "for n = 1, ${CACHED} do redis.call('set', 'round-trip:' .. n, n) end" 0`)
  for (const [path, content, mode] of CUSTOM)
    await must(`mkdir -p "$(dirname '${path}')"; cat > '${path}'; chmod ${mode} '${path}'`, content)
  await deployed()
  password = await must('cat /etc/litellm/backup_password')
  await takeBackup(session, { run })
  then = await everything()
})
afterAll(async () => {
  session?.close()
  await gateway?.lab.stop()
})

function manifest() {
  return manifestFor(gateway.lab, { backup: backupOf({ backup: { copy_to: COPY } }) })
}

async function deployed(): Promise<void> {
  await deploy(session, { ...deployInput(gateway.lab), manifest: manifest() })
}

async function must(command: string, stdin = ''): Promise<string> {
  const { code, stdout, stderr } = await gateway.lab.exec(command, { stdin, timeoutMs: 300_000 })
  if (code !== 0) throw new Error(`${command}: ${stderr}`)
  return stdout.trim()
}

async function eightAtATime<Answer>(
  count: number,
  work: (number: number) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = []
  for (let from = 0; from < count; from += 8) {
    const part = Array.from({ length: Math.min(8, count - from) }, (_, index) => work(from + index))
    answers.push(...(await Promise.all(part)))
  }
  return answers
}

/** All that must be the same before a loss and after its restore; what requests of this test add is left out. */
async function everything() {
  const people = `SELECT
    (SELECT count(*) || ' ' || sum(hashtextextended(concat_ws('|', token, key_alias, team_id, max_budget), 0))
       FROM "LiteLLM_VerificationToken" WHERE key_alias LIKE 'round-trip-%'),
    (SELECT count(*) || ' ' || sum(hashtextextended(concat_ws('|', team_id, team_alias, max_budget), 0))
       FROM "LiteLLM_TeamTable" WHERE team_id LIKE 'round-trip-%')`
  const inRedis = await redis(gateway, "--scan --pattern 'round-trip:*' | wc -l")
  return {
    rows: await contents(gateway),
    people: await sql(gateway, people),
    spend: await spendByDay(),
    spendOfOne: await spendByDay('&api_key=key-7'),
    redis: [inRedis, await redis(gateway, 'get kept'), await redis(gateway, 'config get appendonly')],
    credential: await decrypted(),
    custom: await Promise.all(CUSTOM.map(([path]) => must(`cat '${path}'; stat -c ' %a %U' '${path}'`))),
  }
}

/** What /spend/logs says of each whole day before this one; the sum of doubles depends on their order in the last digits. */
async function spendByDay(more = ''): Promise<string[]> {
  const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10)
  const answer = await fetch(`${gateway.url}/spend/logs?start_date=${day(14)}&end_date=${day(0)}${more}`, {
    headers: { authorization: `Bearer ${gateway.key}` },
  })
  const days = (await answer.json()) as { startTime: string; spend: number }[]
  return days.map(({ startTime, spend }) => `${startTime} ${spend.toFixed(6)}`)
}

/** The stored credential, read by LiteLLM's own code with the salt key of the host. */
async function decrypted(): Promise<string> {
  const program = `
import json, os, sys
value, os.environ["LITELLM_SALT_KEY"] = json.load(sys.stdin)
from litellm.proxy.common_utils.encrypt_decrypt_utils import decrypt_value_helper
print(decrypt_value_helper(value, key="", exception_type="debug"))`
  const stored = await sql(
    gateway,
    `SELECT credential_values ->> 'api_key' FROM "LiteLLM_CredentialsTable" WHERE credential_name = 'stored'`,
  )
  const given = JSON.stringify([stored, await must('cat /etc/litellm/salt_key')])
  const python = 'exec "$(head -n 1 "$(command -v litellm)" | cut -c 3-)" -c "$0"'
  const said = await must(`podman exec --interactive litellm sh -c '${python}' '${program}'`, given)
  return said.split('\n').at(-1) ?? ''
}

async function restore(more: Partial<RestoreInput>): Promise<number> {
  const done = await restoreBackup(session, { run, confirm: DOMAIN, ...more })
  expect(done).toMatchObject({ outcome: 'restored' })
  return 'seconds' in done ? (done.seconds ?? 0) : 0
}

async function allIsBack(): Promise<void> {
  expect(await everything()).toEqual(then)
  expect(then.credential).toBe(CREDENTIAL)
  const answers = await eightAtATime(KEYS, async (number) => {
    const { status, text } = await chat({ ...gateway, key: keys[number] ?? '' }, 'gpt-4')
    return status === 200 ? 200 : `key ${number}: ${status} ${text}`
  })
  expect(answers.filter((answer) => answer !== 200)).toEqual([])
  // What came back into Redis is in its append-only file too.
  await must('systemctl restart redis-server')
  await expect.poll(() => redis(gateway, "--scan --pattern 'round-trip:*' | wc -l")).toBe(`${CACHED}`)
  expect(await leftovers(gateway)).toEqual([])
}

const told = (seconds: number) =>
  `${ROWS} rows, ${KEYS} keys, ${TEAMS} teams, ${CACHED} keys of Redis; restored in ${seconds} s`

describe('after the loss of', () => {
  it.for<[string, string, () => Partial<RestoreInput>]>([
    ['the database', `cd /; runuser -u postgres -- psql -c 'DROP DATABASE litellm WITH (FORCE)'`, () => ({})],
    [
      'Redis',
      'systemctl stop redis-server; rm -rf /var/lib/redis/*; systemctl start redis-server',
      () => ({ scope: 'all' }),
    ],
    [
      '/etc/litellm',
      'rm -rf /etc/litellm',
      () => ({ scope: 'all', password, settings: hostBackupSettings(manifest()) }),
    ],
  ])('%s, a restore brings everything back', async ([, loss, input], { task }) => {
    await must(loss)
    const seconds = await restore(input())
    await allIsBack()
    counted(task, told(seconds))
  })

  it('the whole host, a deploy onto another and a restore bring everything back', async ({ task }) => {
    const lost = gateway
    const next = await startGateway()
    await sendCopy(lost.lab.host, next.lab.host)
    session.close()
    await lost.lab.stop()
    gateway = { ...next, key: lost.key }
    session = await open(next.lab)
    await deployed()
    const seconds = await restore({ scope: 'all', password, settings: hostBackupSettings(manifest()) })
    await allIsBack()
    counted(task, told(seconds))
  })
})

/** The off-site copy is what is left of a lost host: it is given to the next one. */
async function sendCopy(from: LabHost, to: LabHost): Promise<void> {
  const ssh = ({ privateKeyFile, address, user }: LabHost) =>
    `ssh -i ${privateKeyFile} -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null ${user}@${address}`
  const pipe = `${ssh(from)} sudo tar -C / -c ${COPY.slice(1)} | ${ssh(to)} sudo tar -C / -x`
  await promisify(execFile)('bash', ['-o', 'pipefail', '-c', pipe])
}

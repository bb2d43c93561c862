// Many people, teams and keys: what a first sync of them and a plan with nothing to do cost.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCli } from '../test/story/cli.ts'
import { type DeployedLab, KEYS, startDeployedLab } from '../test/story/deployed-lab.ts'
import { gatewayFile } from '../test/story/gateway-file.ts'
import { planCost } from './plan-cost.ts'
import { keep, measure } from './results.ts'

const TEAMS = Number(process.env.BENCH_TEAMS ?? 1_000)
const USERS = Number(process.env.BENCH_USERS ?? 5_000)
const MEMBERS = USERS / TEAMS
const MADE_AT_ONCE = 8

const limits = (max_budget: number) => ({ max_budget, budget_duration: 'monthly' })
const some = <Item>(length: number, of: (index: number) => Item) =>
  Array.from({ length }, (_, index) => of(index))

/** Teams with their members, users, and a key for each user. */
const SECTIONS = {
  users: some(USERS, (index) => ({ user_id: `user-${index}`, user_alias: `User ${index}`, ...limits(10) })),
  teams: some(TEAMS, (team) => ({
    team_id: `team-${team}`,
    team_alias: `Team ${team}`,
    models: ['gpt-4'],
    ...limits(100),
    members: some(MEMBERS, (index) => ({ user_id: `user-${team * MEMBERS + index}` })),
  })),
  keys: some(USERS, (index) => ({
    key_alias: `key-${index}`,
    team_id: `team-${index % TEAMS}`,
    ...limits(5),
  })),
}

/** Prints and keeps bench/results/people.json. Throws when something was not made, or the last plan is not empty. */
export async function benchPeople(): Promise<void> {
  const deployed = await startDeployedLab(console.log)
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  const env = { ...KEYS, SSH_KEY: deployed.lab.host.privateKey }
  const declaration = (host = deployed.lab.host) => gatewayFile({ ...deployed.lab, host }, { more: SECTIONS })
  try {
    await makeKeys(deployed)
    writeFileSync(join(folder, 'gateway.yaml'), declaration())
    const what = `litellm-gitops sync of ${TEAMS} teams, ${USERS} users and as many keys, each read back`
    const made = await measure(what, 1, async () => {
      const run = await runCli(folder, ['sync'], env)
      if (run.code !== 0) throw new Error(run.stderr.slice(-2000))
    })
    const empty = await runCli(folder, ['plan'], env)
    if (empty.json.changes.length + empty.json.adoptions.length > 0)
      throw new Error(empty.stderr.slice(-2000))
    const figures = await planCost(
      { deployed, folder, env },
      `${TEAMS} teams, ${USERS} users and as many keys`,
      declaration,
    )
    keep('people', {
      command: 'npm run bench -- people',
      ratios: [],
      figures: { [`seconds of the first ${what}`]: made.samples[0] ?? 0, ...figures },
    })
  } finally {
    rmSync(folder, { recursive: true })
    await deployed.lab.stop()
  }
}

/** Keys as an admin makes them: nothing here makes one. */
async function makeKeys({ url, masterKey }: DeployedLab): Promise<void> {
  const left = SECTIONS.keys.map(({ key_alias }) => key_alias)
  const worker = async () => {
    for (let alias = left.pop(); alias !== undefined; alias = left.pop()) {
      const answer = await fetch(`${url}/key/generate`, {
        method: 'POST',
        headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ key_alias: alias }),
      })
      if (!answer.ok) throw new Error(await answer.text())
      await answer.arrayBuffer()
    }
  }
  await Promise.all(some(MADE_AT_ONCE, worker))
}

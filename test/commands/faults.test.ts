import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Session } from '../../src/host/session.ts'
import { open } from '../host/gateway.ts'
import { FULL } from '../lab/proof.ts'
import { untilServed } from '../lab/waiting.ts'
import { type DeployedLab, startDeployedLab } from '../story/deployed-lab.ts'
import {
  attempt,
  attemptAndDie,
  declared,
  FAULTS,
  type Fault,
  type FaultyProxy,
  prepare,
  startFaultyProxy,
} from './faults.ts'

/**
 * Whatever happens to a call that writes a budget: the report says of each budget what stands, another run finishes, nothing is
 * made twice, and what others wrote stays. A full proof tries every call; every other run tries two, the first and one in the middle.
 */
let deployed: DeployedLab
let session: Session
let proxy: FaultyProxy
let rounds = 0

beforeAll(async () => {
  deployed = await startDeployedLab(console.log)
  session = await open(deployed.lab)
  proxy = await startFaultyProxy(deployed.url)
})

afterAll(async () => {
  proxy?.close()
  session?.close()
  await deployed?.lab.stop()
})

/** Rows of the round, in every table that a budget touches. */
async function rows(round: string): Promise<Record<string, number>> {
  const count = (table: string, where: string) =>
    `SELECT '${table}', count(*) FROM "LiteLLM_${table}" WHERE ${where}`
  const { stdout } = await deployed.lab.exec('psql -U litellm -At -F " "', {
    stdin: `${[
      count('UserTable', `user_id LIKE '%-${round}'`),
      count('TeamTable', `team_id LIKE '%-${round}'`),
      count('TeamMembership', `team_id LIKE '%-${round}'`),
      count('EndUserTable', `user_id LIKE '%-${round}'`),
      count('TagTable', `tag_name LIKE '%-${round}'`),
      count('VerificationToken', `key_alias LIKE '%-${round}' OR user_id LIKE '%-${round}'`),
      count('BudgetTable', `budget_id LIKE '%-${round}'`),
    ].join(' UNION ALL ')};`,
  })
  return Object.fromEntries(
    stdout
      .trim()
      .split('\n')
      .map((line) => [line.split(' ')[0] ?? '', Number(line.split(' ')[1])]),
  )
}

const WHOLE = {
  UserTable: 4,
  TeamTable: 1,
  // LiteLLM makes whoever creates a team a member of it.
  TeamMembership: 2,
  EndUserTable: 1,
  TagTable: 1,
  VerificationToken: 1,
  BudgetTable: 2,
}

async function prepared(): Promise<string> {
  rounds += 1
  const round = `r${rounds}`
  await prepare(deployed.url, deployed.masterKey, round)
  return round
}

/** The fault at one call; answers how many calls there were in all. */
async function tryFault(fault: Fault, nth: number): Promise<number> {
  const round = await prepared()
  const desired = declared(deployed.lab, round)
  let calls: number
  if (fault === 'kill') {
    await attemptAndDie(deployed.lab, round, proxy, nth)
    calls = proxy.calls.length
  } else {
    proxy.arm(nth, fault)
    const { results, left } = await attempt(session, desired, proxy.url)
    calls = proxy.calls.length
    // Exact for each budget: failed is what is not as declared, done is all else.
    const open = [...left.changes, ...left.adoptions].flatMap((change) =>
      change.kind === 'budget' ? [`${change.subject} ${change.id}`] : [],
    )
    const failed = results.flatMap(({ change, outcome }) =>
      outcome === 'failed' && change.kind === 'budget' ? [`${change.subject} ${change.id}`] : [],
    )
    expect(failed.sort(), `${fault} at ${nth}`).toEqual(open.sort())
    expect(results).toHaveLength(desired.budgets.length)
  }
  proxy.arm(0)
  const again = await attempt(session, desired, proxy.url)
  const told = `${fault} at call ${nth}`
  expect(
    again.results.filter(({ outcome }) => outcome === 'failed'),
    told,
  ).toEqual([])
  expect(
    again.left.changes.filter(({ kind }) => kind === 'budget'),
    told,
  ).toEqual([])
  expect(again.left.adoptions, told).toEqual([])
  expect(await rows(round), told).toEqual(WHOLE)
  const { stdout } = await deployed.lab.exec(
    `psql -U litellm -At -c "SELECT metadata->>'floor' FROM \\"LiteLLM_UserTable\\" WHERE user_id = 'old-${round}'"`,
  )
  expect(stdout.trim(), told).toBe('3')
  return calls
}

test('without a fault everything is made at once', async () => {
  const round = await prepared()
  proxy.arm(0)
  const { results, left } = await attempt(session, declared(deployed.lab, round), proxy.url)
  expect(results.filter(({ outcome }) => outcome !== 'done')).toEqual([])
  expect([...left.changes.filter(({ kind }) => kind === 'budget'), ...left.adoptions]).toEqual([])
  expect(await rows(round)).toEqual(WHOLE)
})

test.each(FAULTS)('%s', async (fault) => {
  let nth = 1
  let calls = Number.POSITIVE_INFINITY
  while (nth <= calls) {
    const seen = await tryFault(fault, nth)
    // A killed run makes no further call, so the number of all is known from the others only.
    calls = fault === 'kill' && FULL ? 14 : seen
    nth += FULL ? 1 : Math.ceil(calls / 2)
  }
})

test('the gateway restarts in the middle', async () => {
  const round = await prepared()
  const desired = declared(deployed.lab, round)
  proxy.arm(5, 'kill', () => void deployed.lab.exec('systemctl restart litellm'))
  const { results, left } = await attempt(session, desired, proxy.url)
  expect(results).toHaveLength(desired.budgets.length)
  expect(results.filter(({ outcome }) => outcome === 'failed')).toHaveLength(
    left.changes.filter(({ kind }) => kind === 'budget').length + left.adoptions.length,
  )
  await untilServed('The gateway', `${deployed.url}/health/readiness`, 120_000)
  proxy.arm(0)
  const again = await attempt(session, desired, proxy.url)
  expect(again.results.filter(({ outcome }) => outcome === 'failed')).toEqual([])
  expect(await rows(round)).toEqual(WHOLE)
})

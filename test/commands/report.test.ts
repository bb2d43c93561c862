import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { GENERATED_CALLS, generateCalls, psql } from '../story/calls.ts'
import { runCli } from '../story/cli.ts'
import { type DeployedLab, startDeployedLab } from '../story/deployed-lab.ts'
import { gatewayFile } from '../story/gateway-file.ts'
import { planKey } from '../story/plan-key.ts'

/**
 * The report against the database that it was made from: 100,000 calls over three months, in three zones, with a budget that
 * was reset in between, and against what LiteLLM itself answers.
 */
const { since: SINCE, until: UNTIL } = GENERATED_CALLS
let deployed: DeployedLab
let folder: string

beforeAll(async () => {
  deployed = await startDeployedLab(console.log)
  folder = mkdtempSync(join(tmpdir(), 'report-'))
  writeFileSync(join(folder, 'gateway.yaml'), gatewayFile(deployed.lab))
  await generateCalls(deployed.lab)
})

afterAll(async () => {
  await deployed?.lab.stop()
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

const ask = (sql: string) => psql(deployed.lab, sql)

/** With the key that may only look. The pause that the host takes after each report is waited for in plan-key-flood.test. */
async function report(...args: string[]) {
  await deployed.lab.exec('rm -f /run/litellm-plan/report')
  return await runCli(folder, ['report', ...args], { SSH_KEY: planKey().privateKey })
}

describe.each(['UTC', 'Asia/Kolkata', 'America/New_York'])('with days of %s', (zone) => {
  test('every sum is that of the database, to the cent and to the call', async () => {
    const run = await report('--since', SINCE, '--until', UNTIL, '--time-zone', zone)
    expect(run.code, run.stderr).toBe(0)
    const { result } = run.json
    const local = `"startTime" AT TIME ZONE 'UTC' AT TIME ZONE '${zone}'`
    const where = `(${local})::date BETWEEN '${SINCE}' AND '${UNTIL}'`
    const sums = async (column: string) =>
      JSON.parse(
        await ask(`SELECT coalesce(jsonb_object_agg(id, jsonb_build_array(n, spend)), '{}') FROM (
          SELECT coalesce(${column}, '') AS id, count(*) AS n, round(sum(spend::numeric), 2) AS spend
          FROM "LiteLLM_SpendLogs" WHERE ${where} GROUP BY 1) s;`),
      )
    const told = (rows: { id: string; requests: number; spend: number }[]) =>
      Object.fromEntries(
        rows
          .filter(({ requests }) => requests > 0)
          .map(({ id, requests, spend }) => [id, [requests, Number(spend.toFixed(2))]]),
      )
    expect(told(result.byDay)).toEqual(await sums(`(${local})::date::text`))
    expect(told(result.by.team)).toEqual(await sums('team_id'))
    expect(told(result.by.user)).toEqual(await sums('"user"'))
    expect(told(result.by.key)).toEqual(await sums('left(api_key, 12)'))
    expect(told(result.by.model)).toEqual(await sums("nullif(model_group, '')"))
    expect(told(result.by.provider)).toEqual(await sums('custom_llm_provider'))
    expect(told([result.total])).toEqual(await sums("''"))
    expect(result.byDay).toHaveLength(92)
    expect(result.errors).toEqual([{ class: 'RateLimitError', count: result.total.failures }])
  })
})

test('its sum is the one that LiteLLM answers for the same days', async () => {
  const run = await report('--since', '2026-10-01', '--until', '2026-10-31')
  const answer = await fetch(
    `${deployed.url}/spend/logs?start_date=2026-10-01&end_date=2026-11-01&summarize=true`,
    {
      headers: { authorization: `Bearer ${deployed.masterKey}` },
    },
  )
  const days = (await answer.json()) as { startTime: string; spend: number }[]
  const sum = days
    .filter(({ startTime }) => startTime.startsWith('2026-10'))
    .reduce((all, { spend }) => all + spend, 0)
  expect(sum).toBeGreaterThan(100)
  expect(run.json.result.total.spend).toBeCloseTo(sum, 2)
})

test('a budget that was reset in between is told with what was spent since, its days with all that was', async () => {
  const before = (await report('--since', SINCE, '--until', UNTIL)).json.result
  await ask(
    `UPDATE "LiteLLM_TeamTable" SET spend = 0, budget_reset_at = now() AT TIME ZONE 'UTC' + interval '30 days' WHERE team_id = 'team-7';`,
  )
  const after = (await report('--since', SINCE, '--until', UNTIL)).json.result
  const budgetOf = (usage: typeof after) => usage.budgets.find(({ id }: { id: string }) => id === 'team-7')
  expect(budgetOf(before)).toMatchObject({ spent: 24.5, max: 100 })
  expect(budgetOf(before).runsOut).toBe(null)
  expect(budgetOf(after)).toMatchObject({ spent: 0, max: 100, runsOut: null })
  expect(after.by.team).toEqual(before.by.team)
})

test('writes a page, a table and the figures; names that people chose stay text', () => {
  const page = readFileSync(join(folder, 'gateway-report/report.html'), 'utf8')
  expect(page).toContain('Team &lt;2&gt;')
  expect(page).not.toContain('Team <2>')
  expect(page).not.toMatch(/<script|https?:\/\//)
  expect(readFileSync(join(folder, 'gateway-report/report.csv'), 'utf8')).toContain('team,team-2,Team <2>,')
  expect(
    JSON.parse(readFileSync(join(folder, 'gateway-report/report.json'), 'utf8')).total.requests,
  ).toBeGreaterThan(90_000)
})

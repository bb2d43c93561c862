import { get } from 'node:https'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startLoad } from '../lab/load/load.ts'
import { memory } from '../lab/memory.ts'
import { until } from '../lab/waiting.ts'
import { exposedIn, exposedOn } from '../story/canary.ts'
import { chat, virtualKey } from '../story/chat.ts'
import { type DeployedLab, deployTo, KEYS, startDeployedLab } from '../story/deployed-lab.ts'
import {
  CLAUDE_3,
  type Declared,
  GPT_4,
  gatewayFile,
  LOCAL_LLAMA,
  MIXTRAL,
  SONAR,
} from '../story/gateway-file.ts'
import { createRepository, type UserRepository } from '../story/repository.ts'
import type { WorkflowRun } from './act-log.ts'

/**
 * The main job on the real thing: an edit of gateway.yaml in a pull request, a plan in a comment, the merge, and the running
 * gateway serves the new models and holds the new budgets. Workflows are run by act from the files that users copy.
 */
const PROVIDERS = ['gpt-4', 'claude-3', 'local-llama', 'sonar', 'mixtral']
const GIB = 1024 ** 3
/** As in the README; the snapshot that labs share has fewer. */
const WORKERS = 4
const branch = 'sonar-and-mixtral'
let deployed: DeployedLab
let repository: UserRepository
let developer: string
let pullRequest: number
const runs: WorkflowRun[] = []

beforeAll(async () => {
  deployed = await startDeployedLab(console.log)
  const run = await deployTo(deployed.lab, declared())
  expect(run.code, run.stderr).toBe(0)
  repository = await createRepository(deployed.lab, declared())
  developer = await virtualKey(deployed.url, deployed.masterKey, 'team-dev')
})

afterAll(async () => {
  await repository?.close()
  await deployed?.lab.stop()
})

async function keep(run: Promise<WorkflowRun>): Promise<WorkflowRun> {
  runs.push(await run)
  return await run
}

describe('a pull request', () => {
  test('before it, its models are refused and those of main answer', async () => {
    for (const model of ['gpt-4', 'claude-3', 'local-llama'])
      expect(await chat(deployed.url, developer, model)).toMatchObject({ status: 200 })
    expect(await chat(deployed.url, developer, 'sonar')).toMatchObject({ status: 400 })
  })

  test('gets one comment that says what will happen', async () => {
    const models = [GPT_4, CLAUDE_3, LOCAL_LLAMA, SONAR, MIXTRAL]
    const budgets = [
      { user_id: 'team-dev', max_budget: 250, time_period: 'monthly' },
      { user_id: 'team-trial', max_budget: 0.05, time_period: 'daily' },
      { team_id: 'team-data', max_budget: 12.5, time_period: 'weekly' },
    ]
    pullRequest = repository.propose(branch, declared({ models, budgets }))
    const first = await keep(repository.plan(pullRequest))
    expect(first.success, first.log).toBe(true)
    await keep(repository.plan(pullRequest))
    const comments = repository.comments(pullRequest)
    expect(comments).toHaveLength(1)
    expect(comments[0]).toContain('6 to create, 1 to update')
    expect(comments[0]).toContain('100.00 USD a month → 250.00 USD a month; spent ')
    expect(comments[0]).toMatch(/model sonar .*perplexity\/sonar/)
    expect(first.summary).toContain('6 to create, 1 to update')
    expect(first.outputs).toMatchObject({ changes: '7', 'has-changes': 'true', 'needs-deploy': 'false' })
    expect(await chat(deployed.url, developer, 'sonar')).toMatchObject({ status: 400 })
  })

  test('merged under load of 8 clients loses none of 3,000 requests, and stays under 4 GB', async () => {
    const { lab, url } = deployed
    await lab.upstream.behave({ model: 'claude-3-opus-20240229', streamSeconds: 6 })
    const load = await startLoad({
      url,
      key: developer,
      plain: { model: 'gpt-4' },
      stream: { model: 'claude-3' },
    })
    repository.merge(pullRequest, branch)
    let most = 0
    const seen = new Set<string>()
    const watch = setInterval(async () => {
      most = Math.max(most, (await memory(lab).catch(() => ({ totalBytes: 0 }))).totalBytes)
      for (const found of exposedIn(
        (await lab.exec('ps axwwe -o args')).stdout.replaceAll(/\S*=\S*/g, ''),
        Object.values(KEYS),
      ))
        seen.add(found)
    }, 2000)
    try {
      const run = await keep(repository.sync())
      expect(run.success, run.log).toBe(true)
      expect(run.log).toMatch(new RegExp(`main .*${WORKERS} workers serve 5 models`))
      const enough = async () => (await load.progress()).requests >= 3000
      await until('The load did not make 3,000 requests', enough, { withinMs: 10 * 60_000, everyMs: 500 })
    } finally {
      clearInterval(watch)
    }
    const report = await load.stop()
    console.log(
      `${report.requests} requests, ${report.streams} streams, ${report.failed} failed, p50 ${report.p50Ms.toFixed(0)} ms, p99 ${report.p99Ms.toFixed(0)} ms; at most ${(most / GIB).toFixed(2)} GiB`,
    )
    expect(report.failures).toEqual([])
    expect(report.failed).toBe(0)
    expect(most).toBeGreaterThan(GIB)
    expect(most).toBeLessThan(4 * GIB)
    expect([...seen]).toEqual([])
  })
})

describe('after the merge', () => {
  test.each(PROVIDERS)('%s answers through Caddy with a virtual key of team-dev', async (model) => {
    expect(await chat(deployed.url, developer, model)).toMatchObject({ status: 200 })
  })

  test('the domain answers by TLS, signed by the authority on the host', async () => {
    const { lab } = deployed
    const ca = (await lab.exec('cat /var/lib/caddy/.local/share/caddy/pki/authorities/local/root.crt')).stdout
    const options = {
      host: lab.host.address,
      servername: 'llm.example.com',
      headers: { host: 'llm.example.com' },
      path: '/health/readiness',
      ca,
    }
    const status = await new Promise((resolve, reject) =>
      get(options, (answer) => resolve(answer.resume().statusCode)).on('error', reject),
    )
    expect(status).toBe(200)
  })

  test('the identical request twice reaches the provider once', async () => {
    await deployed.lab.upstream.reset()
    const first = await chat(deployed.url, developer, 'gpt-4', 'the same question')
    const second = await chat(deployed.url, developer, 'gpt-4', 'the same question')
    expect(second).toEqual(first)
    expect(await deployed.lab.upstream.count()).toBe(1)
  })

  test('a budget of five cents, spent, refuses the next call', async () => {
    const trial = await virtualKey(deployed.url, deployed.masterKey, 'team-trial')
    await deployed.lab.upstream.behave({ model: 'gpt-4', usage: { inputTokens: 1000, outputTokens: 500 } })
    expect(await chat(deployed.url, trial, 'gpt-4')).toMatchObject({ status: 200 })
    await expect
      .poll(() => chat(deployed.url, trial, 'gpt-4'), { timeout: 30_000, interval: 1000 })
      .toMatchObject({ status: 422, kind: 'budget_exceeded' })
  })

  test('budgets start anew on the calendar boundary', async () => {
    const call = async (path: string) =>
      (await (
        await fetch(`${deployed.url}${path}`, { headers: { authorization: `Bearer ${deployed.masterKey}` } })
      ).json()) as { users?: Reset[]; teams?: Reset[] }
    const { users } = await call('/user/list?page_size=100')
    const { teams } = await call('/v2/team/list?page_size=100')
    const resetOf = (list: Reset[] | undefined, id: string) =>
      new Date(
        list?.find(({ user_id, team_id }) => user_id === id || (user_id === undefined && team_id === id))
          ?.budget_reset_at ?? 0,
      )
    const month = resetOf(users, 'team-dev')
    expect([month.getUTCDate(), month.getUTCHours()]).toEqual([1, 0])
    expect(resetOf(users, 'team-trial').getUTCHours()).toBe(0)
    expect([resetOf(teams, 'team-data').getUTCDay(), resetOf(teams, 'team-data').getUTCHours()]).toEqual([
      1, 0,
    ])
  })

  test('the same sync again changes nothing: no restart, one connection, at most two commands', async () => {
    const began = async () =>
      (
        await deployed.lab.exec(
          'systemctl show -p ExecMainStartTimestampMonotonic,NRestarts litellm caddy postgresql redis-server',
        )
      ).stdout
    const before = await began()
    const run = await keep(repository.sync())
    expect(run.success, run.log).toBe(true)
    const report = JSON.parse(run.outputs['plan-json'] ?? '{}')
    expect(report).toMatchObject({ changes: [], needsDeploy: false, connection: { connections: 1 } })
    expect(report.connection.execs).toBeLessThanOrEqual(2)
    expect(await began()).toBe(before)
  })

  test('a plan right after is empty', async () => {
    const run = await keep(repository.plan(repository.propose('nothing', gatewayFileOfMain())))
    expect(run.outputs).toMatchObject({ changes: '0', 'has-changes': 'false' })
  })

  test('what somebody changed on the gateway after the review is not overwritten', async () => {
    const data = { team_id: 'team-data', time_period: 'weekly' }
    const number = repository.propose('more-for-data', gatewayFileOfMain({ ...data, max_budget: 20 }))
    await keep(repository.plan(number))
    expect(repository.comments(number)[0]).toContain('12.50 USD a week → 20.00 USD a week')
    const admin = { authorization: `Bearer ${deployed.masterKey}`, 'content-type': 'application/json' }
    const budget = async (method: string, path: string, body?: object) =>
      await (
        await fetch(`${deployed.url}${path}`, { method, headers: admin, body: JSON.stringify(body) })
      ).text()
    await budget('POST', '/team/update', { team_id: 'team-data', max_budget: 99 })
    repository.merge(number, 'more-for-data')
    const run = await keep(repository.sync())
    expect(run.success).toBe(false)
    expect(run.summary).toContain('the gateway has moved since the plan that was reviewed')
    expect(run.summary).toContain('budget of team team-data')
    expect(await budget('GET', '/team/info?team_id=team-data')).toContain('"max_budget":99')
  })

  test('everything on the host together stays under 3 GB at rest', async () => {
    const { totalBytes, byUnit } = await memory(deployed.lab)
    console.log(`${(totalBytes / GIB).toFixed(2)} GiB at rest`, byUnit)
    expect(totalBytes).toBeLessThan(3 * GIB)
  })

  test("no secret is seen anywhere, and GitHub's API was used rightly", async () => {
    const secrets = [
      ...Object.values(KEYS),
      deployed.masterKey,
      (await deployed.lab.exec('cat /etc/litellm/salt_key')).stdout.trim(),
    ]
    for (const run of runs) {
      const said = [run.log, run.summary, JSON.stringify([run.annotations, run.outputs]), ...run.debug].join(
        '\n',
      )
      expect(exposedIn(said, secrets)).toEqual([])
      expect(said).not.toContain('PRIVATE KEY')
    }
    expect(exposedIn(repository.comments(pullRequest).join('\n'), secrets)).toEqual([])
    expect(await exposedOn(deployed.lab, secrets)).toEqual([])
    expect(repository.github.violations).toEqual([])
  })
})

interface Reset {
  readonly user_id?: string
  readonly team_id?: string
  readonly budget_reset_at?: string
}

function declared(what: Declared = {}): string {
  return gatewayFile(deployed.lab, { ...what, workers: WORKERS })
}

/** What main declares now, with another comment, so that there is something to commit. */
function gatewayFileOfMain(data = { team_id: 'team-data', max_budget: 12.5, time_period: 'weekly' }): string {
  const models = [GPT_4, CLAUDE_3, LOCAL_LLAMA, SONAR, MIXTRAL]
  const budgets = [
    { user_id: 'team-dev', max_budget: 250, time_period: 'monthly' },
    { user_id: 'team-trial', max_budget: 0.05, time_period: 'daily' },
    data,
  ]
  return `# reviewed\n${declared({ models, budgets })}`
}

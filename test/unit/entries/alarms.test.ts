import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { alarmOf, type Kept, noticeOf } from '../../../src/entries/alarms.ts'
import { publish } from '../../../src/entries/publish.ts'
import type { RunContext } from '../../../src/github/context.ts'
import { createKnownSecrets } from '../../../src/log/known-secrets.ts'
import { createRecordingLogger } from '../../../src/log/logger.ts'
import type { CommandReport } from '../../../src/steps/command.ts'
import { startGitHub } from '../../github/server.ts'

const RUN: RunContext = {
  owner: 'example',
  repo: 'gateway',
  eventName: 'schedule',
  sha: 'a'.repeat(40),
  ref: 'refs/heads/main',
  actor: 'octocat',
  runId: 7,
  runAttempt: 1,
  runUrl: 'https://github.example/run/7',
  apiUrl: 'https://api.github.example',
  workspace: '/x',
}
const report = (command: string, more: Partial<CommandReport> = {}): CommandReport => ({
  command,
  plan: undefined,
  applied: undefined,
  problems: [],
  failed: false,
  cost: undefined,
  markdown: '# Report',
  ...more,
})
const ISSUE = 'https://github.example/issues/3'
const notice = (told: CommandReport, kept: Kept = { outcome: 'none' }, run: RunContext = RUN) =>
  noticeOf(told, run, alarmOf(told, run), kept)

const BROKEN = report('doctor', {
  failed: true,
  result: {
    findings: [
      { id: 'a', severity: 'error', what: 'PostgreSQL does not answer.' },
      { id: 'b', severity: 'warning', what: 'A disk is half full.' },
    ],
  },
})
const PLAN = { changes: [{}, {}] } as unknown as CommandReport['plan']

test.each<[string, CommandReport, Kept, object | undefined]>([
  [
    'that begins',
    BROKEN,
    { outcome: 'opened', number: 3, url: ISSUE },
    { state: 'wrong', issue: ISSUE, lines: ['PostgreSQL does not answer.'] },
  ],
  ['that goes on', BROKEN, { outcome: 'updated', number: 3, url: ISSUE }, undefined],
  [
    'that is over',
    report('doctor'),
    { outcome: 'closed', number: 3, url: ISSUE },
    { state: 'over', title: 'Something is wrong with the gateway: it is over', lines: [] },
  ],
  ['that never was', report('doctor'), { outcome: 'quiet' }, undefined],
  ['where no issue may be kept', BROKEN, { outcome: 'refused' }, { state: 'wrong', issue: undefined }],
  ['where GitHub failed, and all is well', report('doctor'), { outcome: 'none' }, undefined],
  [
    'of drift',
    report('plan', { plan: PLAN }),
    { outcome: 'opened', number: 3, url: ISSUE },
    { title: 'The gateway is not as the repository says', lines: ['2 differences'] },
  ],
  [
    'of a backup',
    report('verify', { failed: true, result: { reason: 'L4: rows are missing' } }),
    { outcome: 'opened', number: 3, url: ISSUE },
    { lines: ['L4: rows are missing'] },
  ],
  ['of the weekly usage', report('report'), { outcome: 'opened', number: 3, url: ISSUE }, undefined],
])('an alarm %s', (_, told, kept, wanted) => {
  const found = notice(told, kept)
  if (wanted === undefined) expect(found).toBeUndefined()
  else expect(found).toMatchObject(wanted)
})

test.each<[string, CommandReport, string | undefined]>([
  ['a sync that failed', report('sync', { failed: true }), 'failed'],
  ['a drift that could not be looked for', report('plan', { failed: true }), 'failed'],
  ['a sync that changed something', report('sync', { applied: [{} as never] }), 'done'],
  ['a sync that found nothing to do', report('sync', { applied: [] }), undefined],
  ['a rollback', report('rollback'), 'done'],
  ['a restore', report('restore', { result: { outcome: 'restored' } }), 'done'],
  ['the preview of a restore', report('restore', { result: { outcome: 'planned' } }), undefined],
  ['a backup', report('backup'), undefined],
])('%s', (_, told, state) => expect(notice(told)?.state).toBe(state))

test('nobody is told of what happens in a pull request', () => {
  const pullRequest = { number: 7, origin: 'trusted' } as never
  expect(notice(report('plan', { failed: true }), undefined, { ...RUN, pullRequest })).toBeUndefined()
  const mergeGroup = { baseSha: 'a', headSha: 'b' }
  expect(notice(report('plan', { failed: true }), undefined, { ...RUN, mergeGroup })).toBeUndefined()
})

let code: typeof process.exitCode
beforeEach(() => {
  code = process.exitCode
})
afterEach(() => {
  process.exitCode = code
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

test('of a problem that lasts people are told once when it begins and once when it ends, and a webhook that fails fails no run', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'alarms-'))
  for (const name of ['GITHUB_STEP_SUMMARY', 'GITHUB_OUTPUT']) {
    writeFileSync(join(folder, name), '')
    vi.stubEnv(name, join(folder, name))
  }
  vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  const bodies: Record<string, unknown>[] = []
  let status = 200
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    bodies.push(JSON.parse(text))
    response.writeHead(status).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const github = await startGitHub({ permissions: { issues: 'write' } })
  const webhook = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sEcReT`
  const logger = createRecordingLogger()
  const secrets = createKnownSecrets()
  secrets.add(webhook)
  const tell = (told: CommandReport) =>
    publish({
      report: told,
      run: RUN,
      token: github.token,
      apiUrl: github.url,
      channels: { webhook },
      secrets,
      logger,
    })
  for (const told of [report('doctor'), BROKEN, BROKEN, report('doctor'), report('doctor')]) await tell(told)
  expect(bodies.map(({ state }) => state)).toEqual(['wrong', 'over'])
  expect(bodies[0]).toMatchObject({ command: 'doctor', repository: 'example/gateway', run: RUN.runUrl })
  expect(String(bodies[0]?.issue)).toMatch(/\/issues\/1$/)

  status = 500
  process.exitCode = 0
  await tell(report('rollback'))
  expect(process.exitCode).toBe(0)
  const said = JSON.stringify(logger)
  expect(said).toContain('The webhook did not take the notice: it answered 500.')
  expect(said).not.toContain('sEcReT')
  server.close()
  await github.close()
  rmSync(folder, { recursive: true })
})

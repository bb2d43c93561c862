import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { loadDesired } from '../../src/config/desired.ts'
import { publish } from '../../src/entries/publish.ts'
import { reportText } from '../../src/entries/report-json.ts'
import { runCommand } from '../../src/entries/run.ts'
import { createActionsLogger } from '../../src/github/actions-logger.ts'
import { createClient } from '../../src/github/client.ts'
import type { RunContext } from '../../src/github/context.ts'
import { beginDeployment } from '../../src/github/deployment.ts'
import { findReviewed } from '../../src/github/merged-plan.ts'
import { checkTargets, writeSecret } from '../../src/github/secrets.ts'
import { workflowStates } from '../../src/github/workflow-states.ts'
import { Answer } from '../../src/host/answer.ts'
import { HostError } from '../../src/host/errors.ts'
import type { Session } from '../../src/host/session.ts'
import { createKnownSecrets } from '../../src/log/known-secrets.ts'
import { createTerminalLogger } from '../../src/log/logger.ts'
import { createRedactor } from '../../src/log/redact.ts'
import type { CommandContext, CommandReport } from '../../src/steps/command.ts'
import type { CommandName } from '../../src/steps/inputs.ts'
import { cases, counted, FULL } from '../lab/proof.ts'
import { factsOf } from './doctor/healthy.ts'
import { obeyed } from './github/runner-commands.ts'
import { applied } from './plan/applied.ts'
import { FACTS } from './report/sample.ts'
import * as chance from './text/chance.ts'
import { REPORTS } from './text/reports.ts'

/**
 * What others say, made up by chance: whatever it is, a run ends with a clear error or a report, obeys nothing, and shows no secret.
 * A part of the cases in every run; `npm run proof -- fuzz` does 140,000.
 */
const { expectNoSecret, junk, measured, mutated, mutations, planted, SECRET, skeleton, worst } = chance
const runs = (full: number) => ({ numRuns: cases(Math.ceil(full / 300), full), endOnFailure: !FULL })

const LONGEST_MS = 2000
const MOST_BYTES = 300 * 2 ** 20

describe('Markdown', () => {
  test('keeps its lines, whatever stands in them', async () => {
    const names = Object.keys(REPORTS)
    const plain = new Map<string, string[]>()
    for (const name of names) plain.set(name, skeleton((await REPORTS[name]?.('x')) ?? ''))
    const property = fc.asyncProperty(fc.constantFrom(...names), junk, async (name, value) => {
      // Where nothing is left a paragraph is empty, and blocks of code have as many lines as the text.
      fc.pre(/[^\s]/.test(value))
      const text = await measured(name, async () => (await REPORTS[name]?.(value)) ?? '')
      expect(skeleton(text)).toEqual(plain.get(name))
    })
    await fc.assert(property, runs(30_000))
  })
})

describe('workflow commands', () => {
  test('are never obeyed', async () => {
    let output = ''
    const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      output += chunk
      return true
    })
    try {
      const log = createActionsLogger((text) => text)
      const property = fc.asyncProperty(junk, async (text) => {
        output = ''
        await measured('log', () => log.info(text))
        expect([...obeyed(output), ...obeyed(output, 'linguistic')]).toEqual([])
        output = ''
        await measured('log', () => log.error(text))
        expect(obeyed(output).map(({ name }) => name)).toEqual(['error'])
      })
      await fc.assert(property, runs(20_000))
    } finally {
      spy.mockRestore()
    }
  })
})

describe('redaction', () => {
  const redact = createRedactor([SECRET])
  test('finds the secret in any encoding that it knows, wherever it stands', async () => {
    const property = fc.asyncProperty(planted, async (text) => {
      expectNoSecret(await measured('redact', () => redact(text)))
    })
    await fc.assert(property, runs(25_000))
  })
})

const GATEWAY = `domain: llm.example.com
vm:
  ssh: {host: 192.0.2.10, user: debian, host_key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUTyz1HwHReFVvD5obVsALAgJRNarH4TRpNePnAS"}
litellm:
  image: ghcr.io/berriai/litellm-database@sha256:b5a63cf7167cf11ad7ed774dfecfeafc427b8a56fc4e990c42a49c97bd582f99
users: 10
tls: internal
model_list:
  - {model_name: gpt, litellm_params: {model: openai/gpt-4o, api_key: os.environ/OPENAI_API_KEY}}
budget_config:
  - {user_id: alice, max_budget: 5, time_period: monthly}
`
const files = { read: () => GATEWAY, list: () => [] }

const proof = {
  ok: true,
  reason: null,
  level: 'L6',
  levels: [{ level: 'L0', name: 'presence', ok: true, seconds: 1, detail: 'one' }],
  source: 'repository',
  snapshot: 'abc',
  newest: true,
  time: '2026-11-23T02:00:00+00:00',
  rows: 1,
  seconds: 1,
}

/** What each command asks the host, and what a host that is well answers. */
const ANSWERS: Readonly<Partial<Record<CommandName, () => unknown>>> = {
  plan: () => applied(loadDesired('gateway.yaml', files), { budgets: [] }),
  doctor: () => factsOf(),
  report: () => FACTS,
  verify: () => proof,
  drill: () => ({
    ...proof,
    rtoSeconds: 1,
    rpoSeconds: 1,
    worstGapSeconds: 1,
    targets: { rtoSeconds: 1, rpoSeconds: 1 },
    missed: ['x'],
    met: false,
    loss: { requests: 1, spend: 1 },
    offSite: true,
    escrow: false,
    notRestored: ['x'],
    cleanedUp: true,
    history: [proof, proof].map(({ time }) => ({ time, met: true, rtoSeconds: 1, rpoSeconds: 1 })),
  }),
  restore: () => ({
    outcome: 'planned',
    snapshot: 'abc',
    time: 'x',
    source: 'x',
    scope: 'all',
    litellm: null,
    rows: 1,
    tables: { a: [1, 2] },
    kept: { b: 1 },
    unknown: ['b'],
    newer: { requests: 1, spend: 1 },
  }),
}

describe("the host's answers", () => {
  test('in any shape end in a report or a clear error, without a secret', async () => {
    const base = Object.fromEntries(Object.entries(ANSWERS).map(([name, make]) => [name, make()]))
    const property = fc.asyncProperty(
      fc.constantFrom(...(Object.keys(ANSWERS) as CommandName[])),
      mutations,
      async (command, changes) => {
        let output = ''
        let kept = ''
        const secrets = createKnownSecrets()
        const write = (text: string) => {
          output += text
        }
        const answer = mutated(base[command], changes)
        const session = {
          readOnly: false,
          stats: { connections: 1, execs: 1, channels: 0 },
          begin: () => {},
          close: () => {},
          run: async (main: string) => {
            if (main === 'lease' || main === 'master_key') throw new HostError('no')
            return answer
          },
        } as unknown as Session
        const context = {
          config: 'gateway.yaml',
          files,
          inputs: {},
          env: { OPENAI_API_KEY: SECRET },
          sshKey: 'a key',
          connect: async () => session,
          addressesOf: async () => ['192.0.2.10'],
          now: () => new Date('2026-11-23T12:00:00Z'),
          run: { holder: 'test', url: 'test' },
          logger: createTerminalLogger({ redact: secrets.redact, write, colors: false, verbose: true }),
          secrets,
          keep: (_: string, text: string) => {
            kept += text
          },
        } as unknown as CommandContext
        const report = await measured(command, () => runCommand(command, context))
        const shown = `${report.markdown}\n${reportText(report, secrets)}\n`
        expect(report.markdown.length).toBeGreaterThan(10)
        if (report.failed) expect(report.markdown).not.toMatch(/^(Cannot read|undefined is not|\w+ is not)/m)
        expectNoSecret(output + shown + kept)
        expect(obeyed(`${output}${reportText(report, secrets)}`)).toEqual([])
      },
    )
    await fc.assert(property, runs(15_000))
  })

  test('in any bytes are passed over, or an error', async () => {
    const line = fc.oneof(
      junk,
      planted,
      mutations.map((changes) =>
        JSON.stringify(
          mutated(
            { error: { code: 'x', message: 'y', log: ['z'], data: { lease: null } }, result: {} },
            changes,
          ),
        ),
      ),
      mutations.map((changes) =>
        JSON.stringify(mutated({ event: 'step', name: 'a', state: 'done', seconds: 1 }, changes)),
      ),
    )
    const property = fc.asyncProperty(
      fc.array(line, { maxLength: 6 }),
      fc.integer({ min: 1, max: 64 }),
      async (lines, size) => {
        const text = `${lines.join('\n')}\n`
        await measured('answer', () => {
          const answer = new Answer({ where: 'host', note: () => {}, longestLine: 100_000 })
          answer.onEvent = ({ event, name }) =>
            expect([typeof event, typeof name]).toEqual(['string', 'string'])
          const step = Math.max(size, Math.ceil(text.length / 200))
          try {
            for (let at = 0; at < text.length; at += step) answer.add(text.slice(at, at + step))
            answer.end(() => new HostError('nothing'))
          } catch (error) {
            expect(error).toBeInstanceOf(HostError)
            expect((error as Error).message).not.toBe('')
          }
        })
      },
    )
    await fc.assert(property, runs(15_000))
  })
})

describe("GitHub's answers", () => {
  let server: Server
  let apiUrl: string
  let next: (path: string) => { status: number; body: string; type: string }
  beforeAll(async () => {
    server = createServer((request, response) => {
      const { status, body, type } = next(request.url ?? '/')
      request.resume().on('end', () => response.writeHead(status, { 'content-type': type }).end(body))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  const user = { login: 'github-actions[bot]' }
  const comment = { id: 1, html_url: 'https://x', body: '<!-- litellm-gitops plan -->\nold', user }
  const issue = { number: 1, html_url: 'https://x', body: '<!-- litellm-gitops doctor -->\nold', user }
  const pull = { number: 1, html_url: 'x', merged_at: 'x', merge_commit_sha: 'abc', head: { sha: 'd' } }
  const bodies: readonly (readonly [RegExp, unknown])[] = [
    [/graphql/, { data: { viewer: user } }],
    [/comments/, [comment]],
    [/issues/, [issue]],
    [/pulls/, [pull]],
    [/public-key/, { key_id: '1', key: Buffer.alloc(32, 1).toString('base64') }],
    [/environments/, { total_count: 1, environments: [{ name: 'x' }] }],
    [/workflows/, { total_count: 1, workflows: [{ name: 'x', path: 'y', state: 'active' }] }],
    [/statuses|deployments/, { id: 1 }],
    [/./, { id: 1, updated_at: 'x', html_url: 'https://x', visibility: 'all' }],
  ]
  const run = {
    owner: 'o',
    repo: 'r',
    eventName: 'schedule',
    sha: 'abc',
    runUrl: 'https://x',
    pullRequest: { number: 1, headSha: 'd', origin: 'trusted' },
  } as unknown as RunContext
  const report = (command: string, failed: boolean): CommandReport => {
    const none = { plan: undefined, applied: undefined, cost: undefined }
    return { command, ...none, problems: [], markdown: `### x ${SECRET}`, failed }
  }

  test('of any shape end in a result or a clear error, without a secret', async () => {
    let output = ''
    const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      output += chunk
      return true
    })
    const exit = process.exitCode
    try {
      const secrets = createKnownSecrets()
      secrets.add(SECRET)
      const logger = createActionsLogger(secrets.redact)
      const octokit = createClient({ token: 't', apiUrl, wait: async () => {} })
      const target = { repository: 'o/r', secret: 'KEY' }
      const env = { GITHUB_REPOSITORY: 'o/r' }
      const context = { env, logger, github: async () => octokit } as unknown as CommandContext
      const told = { run, token: 't', apiUrl, channels: {}, secrets, logger }
      const place = { octokit, owner: 'o', repo: 'r', sha: 'abc' }
      const deployment = {
        environment: 'x',
        environmentUrl: 'https://x',
        logUrl: 'https://x',
        description: 'x',
      }
      const works: readonly (() => Promise<unknown>)[] = [
        () => publish({ report: report('plan', false), ...told }),
        () => publish({ report: report('doctor', true), ...told }),
        () => publish({ report: report('doctor', false), ...told }),
        () => findReviewed({ ...place, branch: 'main', since: undefined }),
        () => findReviewed({ ...place, branch: 'main', since: 'b'.repeat(40) }),
        () => checkTargets({ octokit, targets: [target, { organization: 'o', secret: 'KEY' }] }),
        () => writeSecret(octokit, target, 'value'),
        () => workflowStates(context),
        () => beginDeployment({ ...place, ...deployment }),
      ]
      const answer = fc.record({
        status: fc.constantFrom(
          200,
          200,
          200,
          200,
          201,
          204,
          301,
          400,
          401,
          403,
          404,
          409,
          410,
          418,
          422,
          451,
        ),
        type: fc.constantFrom(
          'application/json',
          'application/json',
          'text/html',
          'application/octet-stream',
        ),
        changes: fc.option(mutations, { freq: 4 }),
        raw: fc.option(junk, { freq: 1, nil: undefined }),
      })
      const property = fc.asyncProperty(
        fc.nat(works.length - 1),
        fc.array(answer, { minLength: 1, maxLength: 4 }),
        async (which, answers) => {
          let asked = 0
          output = ''
          next = (path) => {
            const { status, type, changes, raw } = answers[
              asked++ % answers.length
            ] as (typeof answers)[number]
            const whole = bodies.find(([form]) => form.test(path))?.[1]
            const body =
              asked > 50 ? '[]' : (raw ?? JSON.stringify(changes === null ? whole : mutated(whole, changes)))
            return { status, type, body: status === 204 ? '' : body }
          }
          await measured(`GitHub ${which}`, async () => {
            try {
              await works[which]?.()
            } catch (error) {
              expect(error).toBeInstanceOf(Error)
              expect((error as Error).message).not.toBe('')
              logger.error((error as Error).message)
            }
          })
          expectNoSecret(output)
          const names = new Set(obeyed(output).map(({ name }) => name))
          for (const name of names) expect(['error', 'warning', 'notice', 'set-output']).toContain(name)
        },
      )
      await fc.assert(property, runs(15_000))
    } finally {
      process.exitCode = exit
      spy.mockRestore()
    }
  })
})

// The last test: it judges what the others measured.
test('no document takes long, or much memory', ({ task }) => {
  const { documents, milliseconds: longest, of, bytes } = worst
  const mib = (count: number) => `${(count / 2 ** 20).toFixed(0)} MiB`
  counted(
    task,
    `${documents} documents, at most ${longest.toFixed(0)} ms (${of}) and ${mib(bytes)} for one, ${mib(process.memoryUsage.rss())} in all`,
  )
  expect(longest).toBeLessThan(LONGEST_MS)
  expect(bytes).toBeLessThan(MOST_BYTES)
})

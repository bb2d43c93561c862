import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCommand } from '../../src/entries/run.ts'
import { connect } from '../../src/host/session.ts'
import { createKnownSecrets } from '../../src/log/known-secrets.ts'
import { createRecordingLogger } from '../../src/log/logger.ts'
import { filesIn } from '../../src/steps/files.ts'
import { type LoadHandle, startLoad } from '../lab/load/load.ts'
import { counted } from '../lab/proof.ts'
import { chat, virtualKey } from '../story/chat.ts'
import { type DeployedLab, KEYS, startDeployedLab } from '../story/deployed-lab.ts'
import { GPT_4, gatewayFile } from '../story/gateway-file.ts'

let deployed: DeployedLab
let folder: string
let load: LoadHandle
let key: string

beforeAll(async () => {
  deployed = await startDeployedLab(console.log)
  folder = mkdtempSync(join(tmpdir(), 'cut-'))
  key = await virtualKey(deployed.url, deployed.masterKey, 'somebody')
  load = await startLoad({ url: deployed.url, key, clients: 4, plain: { model: 'gpt-4', pauseMs: 200 } })
})
afterAll(async () => {
  await load?.stop()
  if (folder !== undefined) rmSync(folder, { recursive: true })
  await deployed?.lab.stop()
})

/** A program that a command starts on the host, and how many of its kind the same command started before it. */
interface Program {
  readonly kind: string
  readonly before: number
}

/** Runs the command; the link is cut shortly after the program `cutAt` was started. Answers the report, and how many there were of each kind. */
async function run(command: 'sync' | 'deploy', cutAt?: Program) {
  const programs = new Map<string, number>()
  const { lab } = deployed
  const report = await runCommand(command, {
    config: 'gateway.yaml',
    files: filesIn(folder),
    inputs: {},
    sshKey: lab.host.privateKey,
    env: KEYS,
    logger: createRecordingLogger(),
    secrets: createKnownSecrets(),
    addressesOf: async () => [],
    now: () => new Date(),
    run: { holder: 'cut', url: 'cut' },
    connect: async (options) => {
      const session = await connect(options)
      const runProgram = session.run.bind(session)
      session.run = (main, input, more) => {
        const { action = '' } = input as { readonly action?: string }
        const kind = `${main} ${action}`.trim()
        const before = programs.get(kind) ?? 0
        programs.set(kind, before + 1)
        if (cutAt?.kind === kind && cutAt.before === before)
          setTimeout(() => void lab.exec("pkill -9 -u debian sshd; pkill -9 -f '^sshd-session: debian'"), 150)
        return runProgram(main, input, more)
      }
      return session
    },
  })
  return { report, programs }
}

function declare(name: string, generation: number): void {
  const model = { ...GPT_4, model_name: name }
  const budget = { user_id: 'team-dev', max_budget: 100 + generation, time_period: 'monthly' }
  writeFileSync(
    join(folder, 'gateway.yaml'),
    gatewayFile(deployed.lab, { models: [GPT_4, model], budgets: [budget] }),
  )
}

test.for(['sync', 'deploy'] as const)(
  'a %s whose link is cut at each of its programs loses no request, and the next one finishes it',
  async (command, { task }) => {
    declare(`${command}-0`, 0)
    const counts = [...(await run(command)).programs]
    console.log(Object.fromEntries(counts))
    // How often the lease is asked for and renewed is a matter of time: the first time stands for all.
    const programs = counts.flatMap(([kind, count]) =>
      Array.from({ length: kind.startsWith('lease ') ? 1 : count }, (_, before) => ({ kind, before })),
    )
    for (const [index, cutAt] of programs.entries()) {
      const name = `${command}-${index + 1}`
      declare(name, index + 1)
      const { report } = await run(command, cutAt)
      console.log(
        `${cutAt.kind} ${cutAt.before + 1}: ${report.failed ? report.markdown.split('\n').at(2) : 'nothing was lost'}`,
      )
      // Waiting for the dead run's lock to end takes two minutes. What it has begun on the host is waited for.
      await deployed.lab.exec('rm -f /var/lib/litellm-gitops/lease.json')
      const again = await run(command)
      expect(again.report.failed, again.report.markdown).toBe(false)
      expect((await chat(deployed.url, key, name)).status).toBe(200)
      const last = await run(command)
      expect(last.report.plan?.changes).toEqual([])
      expect((await load.progress()).failures).toEqual([])
    }
    const { requests, failed } = await load.progress()
    counted(task, `cut at each of ${programs.length} programs; ${requests} requests, ${failed} failed`)
  },
)

// What people do with a gateway, one after the other, by the built command line; each step throws when it did not hold.

import { equal, match, notEqual, ok } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Lab } from '../../lab/lab.ts'
import { type LoadHandle, startLoad } from '../../lab/load/load.ts'
import { chat } from '../../story/chat.ts'
import { type CliRun, runCli } from '../../story/cli.ts'
import { KEYS } from '../../story/deployed-lab.ts'
import { CLAUDE_3, type Declared, GPT_4, gatewayFile, LOCAL_LLAMA } from '../../story/gateway-file.ts'

const DOMAIN = 'llm.example.com'
const BUDGETS = [
  { user_id: 'team-dev', max_budget: 100, time_period: 'monthly' },
  { team_id: 'data', max_budget: 300, time_period: 'monthly', models: ['gpt-4'] },
  { customer_id: 'acme', max_budget: 12.5, time_period: 'weekly' },
]
/** Rotations need a section; without targets the key stays on the host. */
const SECTIONS = { rotate: { grace: '24h', targets: [] } }

export interface MainJob {
  readonly url: string
  masterKey(): Promise<string>
  /** From an empty Debian, or the image that serves. */
  deploy(image: string): Promise<void>
  /** A new model shows in the plan, and another plan after nothing is empty. */
  plan(): Promise<void>
  sync(): Promise<void>
  budgets(): Promise<void>
  rotate(): Promise<void>
  backup(): Promise<void>
  verify(): Promise<void>
  /** A budget made after the backup is gone; answers are served. */
  restore(): Promise<void>
  /** Rolls another image out under load. Answers how many requests there were, none of which failed. */
  upgrade(image: string): Promise<string>
  /** Goes back to the image before: by `rollback`, or where migrations are between, by the backup that it names. Answers which. */
  rollback(image: string): Promise<string>
  end(): void
}

/** @param cli the command line that is run; the built one unless told otherwise */
export function mainJob(lab: Pick<Lab, 'host' | 'image' | 'exec'>, cli?: string): MainJob {
  const folder = mkdtempSync(join(tmpdir(), 'main-job-'))
  const url = `http://${lab.host.address}:4000`
  const env = { ...KEYS, SSH_KEY: lab.host.privateKey }
  let image = lab.image
  let declared: Declared = { budgets: BUDGETS.slice(0, 1), more: SECTIONS }

  const run = async (...args: string[]): Promise<CliRun> => {
    writeFileSync(join(folder, 'gateway.yaml'), gatewayFile({ ...lab, image }, declared))
    return await runCli(folder, args, env, cli)
  }
  const succeeds = async (...args: string[]): Promise<CliRun> => {
    const done = await run(...args)
    equal(done.code, 0, `${args.join(' ')}: ${reasonOf(done)}`)
    return done
  }
  const nothingLeft = async () =>
    equal((await run('plan')).json.changes.length, 0, 'the next plan is not empty')
  const masterKey = async () => (await lab.exec('cat /etc/litellm/master_key')).stdout.trim()
  const answers = async (model: string) => {
    const { status, text } = await chat(url, await masterKey(), model)
    equal(status, 200, `${model} answers ${status}: ${text}`)
  }
  const withModel = { models: [GPT_4, CLAUDE_3, LOCAL_LLAMA, { ...GPT_4, model_name: 'second' }] }

  return {
    url,
    masterKey,
    deploy: async (wanted) => {
      image = wanted
      await succeeds('deploy')
      await answers('gpt-4')
    },
    plan: async () => {
      await nothingLeft()
      declared = { ...declared, ...withModel }
      const { code, stderr } = await run('plan')
      equal(code, 2, stderr)
      match(stderr, /second/)
    },
    sync: async () => {
      declared = { ...declared, ...withModel }
      await succeeds('sync')
      await answers('second')
      await nothingLeft()
    },
    budgets: async () => {
      declared = { ...declared, budgets: BUDGETS }
      const { json } = await succeeds('sync')
      ok(
        json.applied.every(({ outcome }: { outcome: string }) => outcome === 'done'),
        'not every budget was read back',
      )
      await nothingLeft()
    },
    rotate: async () => {
      const old = await masterKey()
      await succeeds('rotate')
      notEqual(await masterKey(), old, 'the master key is the old one')
      await answers('gpt-4')
      await succeeds('rotate', '--force')
      equal((await chat(url, old, 'gpt-4')).status, 401, 'the old key is not refused')
    },
    backup: async () => void (await succeeds('backup')),
    verify: async () => void (await succeeds('verify')),
    restore: async () => {
      const { status } = await adminPost(url, await masterKey(), '/user/new', {
        user_id: 'after-the-backup',
        auto_create_key: false,
      })
      equal(status, 200)
      await succeeds('restore', '--confirm', DOMAIN)
      const { stdout } = await lab.exec(
        `runuser -u postgres -- psql -X -At -d litellm -c "SELECT count(*) FROM \\"LiteLLM_UserTable\\" WHERE user_id = 'after-the-backup'"`,
      )
      equal(stdout.trim(), '0', 'what came after the backup is still there')
      await answers('gpt-4')
    },
    upgrade: async (wanted) => {
      const load = await smallLoad(url, await masterKey())
      try {
        image = wanted
        await succeeds('deploy')
      } finally {
        await load.stop()
      }
      const { requests, failed, failures } = await load.stop()
      equal(failed, 0, `${failed} of ${requests} requests failed: ${JSON.stringify(failures.slice(0, 2))}`)
      await answers('gpt-4')
      await nothingLeft()
      return `${requests} requests, 0 failed`
    },
    rollback: async (wanted) => {
      image = wanted
      const back = await run('rollback')
      const [, before] = /with backup: (\S+) and scope: all/.exec(back.stderr) ?? []
      if (back.code !== 0) {
        ok(before !== undefined, `rollback: ${reasonOf(back)}`)
        await succeeds('restore', '--backup', before, '--scope', 'all', '--confirm', DOMAIN)
      }
      await answers('gpt-4')
      const { stdout } = await lab.exec("sed -n 's/^LITELLM_IMAGE=//p' /etc/litellm/slots/main/unit.env")
      equal(stdout.trim(), wanted, 'another image serves')
      return back.code === 0 ? 'by rollback' : 'migrations are between: by the backup that rollback names'
    },
    end: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** What a run said went wrong, in one line. */
function reasonOf({ code, stderr }: CliRun): string {
  const said = stderr.split('\n').filter((line) => /error|✗|fail|refused|cannot/i.test(line))
  return `exit ${code}: ${(said.length > 0 ? said : stderr.trim().split('\n')).slice(-3).join(' ').slice(0, 600)}`
}

/** Four clients, two of them with short pauses: enough to see one request that fails, and room for the rollout on two cores. */
function smallLoad(url: string, key: string): Promise<LoadHandle> {
  return startLoad({ url, key, clients: 4, plain: { model: 'gpt-4', pauseMs: 1_000 } })
}

async function adminPost(url: string, key: string, path: string, body: object): Promise<Response> {
  return await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

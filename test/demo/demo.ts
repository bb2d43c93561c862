import type { Plan } from '../../src/plan/change.ts'
import { startLoad } from '../lab/load/load.ts'
import { memory } from '../lab/memory.ts'
import { chat, virtualKey } from '../story/chat.ts'
import { startDeployedLab } from '../story/deployed-lab.ts'
import { CLAUDE_3, GPT_4, gatewayFile, LOCAL_LLAMA, MIXTRAL, SONAR } from '../story/gateway-file.ts'
import { createRepository } from '../story/repository.ts'
import { createNarrator } from './narrator.ts'

/** The main job, told in the terminal: a pull request changes models and budgets on a real gateway. */
export async function demo(): Promise<void> {
  const { act, say, show, table } = createNarrator()
  const { lab, url, masterKey, deployed } = await act(
    'A Debian 13 host, and on it the gateway of the README: LiteLLM with 4 workers, PostgreSQL, Redis, Caddy',
    async () => {
      const found = await startDeployedLab(say)
      if (found.deployed === undefined)
        say(
          'This host stood deployed from an earlier demo; it was booted from a snapshot. The first demo on a machine deploys it from empty.',
        )
      else show(found.deployed.stderr)
      return found
    },
  )
  const repository = await createRepository(lab, gatewayFile(lab))
  try {
    const developer = await act(
      'As it stands: three models, and a budget of 100.00 USD a month for team-dev',
      async () => {
        const key = await virtualKey(url, masterKey, 'team-dev')
        for (const model of ['gpt-4', 'claude-3', 'local-llama']) await ask(url, key, model)
        await ask(url, key, 'sonar')
        return key
      },
    )
    const branch = 'sonar-and-mixtral'
    const proposed = gatewayFile(lab, {
      models: [GPT_4, CLAUDE_3, LOCAL_LLAMA, SONAR, MIXTRAL],
      budgets: [
        { user_id: 'team-dev', max_budget: 250, time_period: 'monthly' },
        { user_id: 'team-trial', max_budget: 0.05, time_period: 'daily' },
      ],
    })
    const number = repository.propose(branch, proposed)
    await act(
      `Pull request #${number} adds two models and changes budgets: workflows/plan.yml runs and comments`,
      async () => {
        const run = await repository.plan(number)
        if (!run.success) throw new Error(run.log)
        show(repository.comments(number).join('\n'))
      },
    )
    await act('Merged: workflows/sync.yml rolls it out while 8 people go on working', async () => {
      await lab.upstream.behave({ model: 'claude-3-opus-20240229', streamSeconds: 2 })
      const load = await startLoad({
        url,
        key: developer,
        plain: { model: 'gpt-4', pauseMs: 2000 },
        stream: { model: 'claude-3', pauseMs: 2000 },
      })
      repository.merge(number, branch)
      const run = await repository.sync()
      const report = await load.stop()
      show(run.log)
      if (!run.success) throw new Error('the sync failed')
      say(
        `${report.requests} requests during it, ${report.streams} of them streams of 2 s: ${report.failed} failed`,
      )
      if (report.failed > 0) throw new Error(JSON.stringify(report.failures))
    })
    await act('What the merge changed', async () => {
      for (const model of ['gpt-4', 'claude-3', 'local-llama', 'sonar', 'mixtral'])
        await ask(url, developer, model)
      await lab.upstream.reset()
      const first = await chat(url, developer, 'sonar', 'the same question')
      const second = await chat(url, developer, 'sonar', 'the same question')
      say(
        `asked twice, ${first.text === second.text ? 'the same answer' : 'different answers'}: ${await lab.upstream.count()} request reached the provider, Redis had the other`,
      )
      const trial = await virtualKey(url, masterKey, 'team-trial')
      await lab.upstream.behave({ model: 'gpt-4', usage: { inputTokens: 1000, outputTokens: 500 } })
      for (let asked = 0; asked < 10; asked += 1) {
        const answer = await chat(url, trial, 'gpt-4')
        say(
          `gpt-4 for team-trial: ${answer.status} ${answer.kind ?? ''} ${answer.status === 200 ? '' : answer.text}`,
        )
        if (answer.status !== 200) return
        await new Promise((resolve) => setTimeout(resolve, 1500))
      }
      throw new Error('the budget of team-trial did not hold')
    })
    await act('The same sync again: nothing to do', async () => {
      const run = await repository.sync()
      const report = JSON.parse(run.outputs['plan-json'] ?? '{}') as {
        changes: Plan['changes']
        connection: { connections: number; execs: number }
      }
      say(
        `${report.changes.length} changes, ${report.connection.connections} SSH connection, ${report.connection.execs} command on the host`,
      )
    })
    await act('Memory of everything on the host (PSS)', async () => {
      const { totalBytes, byUnit } = await memory(lab)
      table(
        Object.entries({ ...byUnit, 'all together': totalBytes }).map(([unit, bytes]) => [
          unit,
          `${Math.round(bytes / 1024 ** 2)} MiB`,
        ]),
      )
    })
    if (repository.github.violations.length > 0)
      throw new Error(`GitHub's API was used wrongly: ${repository.github.violations.join('; ')}`)
    say(
      `The report of the first deploy: ${deployed === undefined ? 'see the first demo' : `${deployed.seconds.toFixed(1)} s`}. Look around yourself with "npm run lab": it prints how to reach UI, API and SSH.`,
    )
  } finally {
    await repository.close()
    await lab.stop()
  }

  async function ask(at: string, key: string, model: string): Promise<void> {
    const answer = await chat(at, key, model)
    say(`${model}: ${answer.status} ${answer.text.split('\n')[0]?.slice(0, 100)}`)
  }
}

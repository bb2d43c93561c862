// Many budgets: made and read back against a bare client that makes one call for each; and what a plan of them costs.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCli } from '../test/story/cli.ts'
import { type DeployedLab, KEYS, startDeployedLab } from '../test/story/deployed-lab.ts'
import { gatewayFile } from '../test/story/gateway-file.ts'
import { planCost } from './plan-cost.ts'
import { keep, measure } from './results.ts'

const BUDGETS = Number(process.env.BENCH_BUDGETS ?? 10_000)
const MODELS = Number(process.env.BENCH_MODELS ?? 1_000)
/** As many as the tunnel lets be under way. */
const CONCURRENCY = 8

/** Prints and keeps bench/results/budgets.json. Throws when a budget was not made, or the last plan is not empty. */
export async function benchBudgets(): Promise<void> {
  const deployed = await startDeployedLab(console.log)
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  try {
    const users = (prefix: string) =>
      Array.from({ length: BUDGETS }, (_, index) => ({
        user_id: `${prefix}-${index}`,
        max_budget: 100 + index / 100,
        time_period: 'monthly',
      }))
    const declaration = (budgets: readonly object[], models = {}, host = deployed.lab.host) =>
      gatewayFile({ ...deployed.lab, host }, { more: { budget_config: budgets, ...models } })
    const declare = (...given: Parameters<typeof declaration>) =>
      writeFileSync(join(folder, 'gateway.yaml'), declaration(...given))
    const env = { ...KEYS, SSH_KEY: deployed.lab.host.privateKey }
    const rate = ({ samples }: { samples: readonly number[] }) =>
      `${(BUDGETS / (samples[0] ?? 1)).toFixed(0)} a second`
    const bare = await measure(
      `${BUDGETS} calls of /user/new, ${CONCURRENCY} at a time, not read back`,
      1,
      () => createOneByOne(deployed, users('bare')),
    )
    declare(users('ours'))
    const ours = await measure(`litellm-gitops sync of ${BUDGETS} budgets, each read back`, 1, async () => {
      const run = await runCli(folder, ['sync'], env)
      const done = run.json.applied.filter(({ outcome }: { outcome: string }) => outcome === 'done')
      if (run.code !== 0 || done.length !== BUDGETS) throw new Error(run.stderr.slice(-2000))
    })
    console.log(`one by one ${rate(bare)}, by sync ${rate(ours)}`)
    const models = Array.from({ length: MODELS }, (_, index) => ({
      model_name: `model-${index}`,
      litellm_params: { model: 'openai/gpt-4', api_key: 'os.environ/OPENAI_API_KEY', rpm: index + 1 },
      model_info: { id: `model-${index}` },
    }))
    declare(users('ours'), { model_list: models })
    const rollout = await runCli(folder, ['sync'], env)
    if (rollout.code !== 0) throw new Error(rollout.stderr.slice(-2000))
    const empty = await runCli(folder, ['plan'], env)
    if (empty.json.changes.length > 0) throw new Error(empty.stderr.slice(-2000))
    keep('budgets', {
      command: 'npm run bench -- budgets',
      ratios: [{ what: `making ${BUDGETS} budgets`, ours, against: bare }],
      figures: await planCost({ deployed, folder, env }, `${MODELS} models and ${BUDGETS} budgets`, (host) =>
        declaration(users('ours'), { model_list: models }, host),
      ),
    })
  } finally {
    rmSync(folder, { recursive: true })
    await deployed.lab.stop()
  }
}

async function createOneByOne({ url, masterKey }: DeployedLab, users: readonly object[]): Promise<void> {
  const left = [...users]
  const worker = async () => {
    for (let user = left.pop(); user !== undefined; user = left.pop()) {
      const { user_id, max_budget } = user as { user_id: string; max_budget: number }
      const answer = await fetch(`${url}/user/new`, {
        method: 'POST',
        headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ user_id, max_budget, budget_duration: '1mo', auto_create_key: false }),
      })
      if (!answer.ok) throw new Error(await answer.text())
      await answer.arrayBuffer()
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, worker))
}

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DeployedLab, startDeployedLab } from '../story/deployed-lab.ts'
import { gatewayFile } from '../story/gateway-file.ts'
import { createRepository, type UserRepository } from '../story/repository.ts'
import type { WorkflowRun } from './act-log.ts'

/** Runs that were dropped, that waited for a reviewer, or that came together: everything merged is applied, and nothing is undone. */
let deployed: DeployedLab
let repository: UserRepository

beforeAll(async () => {
  deployed = await startDeployedLab(console.log)
  repository = await createRepository(deployed.lab, gatewayFile(deployed.lab))
})
afterAll(async () => {
  expect(repository?.github.violations).toEqual([])
  await repository?.close()
  await deployed?.lab.stop()
})

/** Opens a pull request with this change of what main declares, and has its plan written. */
async function proposed(branch: string, what: string, by: string): Promise<number> {
  const text = repository.declared()
  expect(text).toContain(what)
  const number = repository.propose(branch, `${text.replace(what, by)}\n`)
  await succeeded(repository.plan(number))
  return number
}

async function succeeded(run: Promise<WorkflowRun>): Promise<WorkflowRun> {
  const done = await run
  expect(done.success, done.log).toBe(true)
  return done
}

const mark = async () =>
  JSON.parse((await deployed.lab.exec('cat /var/lib/litellm-gitops/applied.json')).stdout).commit
const serving = async () => (await deployed.lab.exec('cat /etc/litellm/config.yaml')).stdout
/** What is left to do for main. */
const left = async () => {
  const number = repository.proposeFile(
    `look-${Math.random()}`,
    'gateway.yaml',
    `# ${Math.random()}\n${repository.declared()}\n`,
  )
  return JSON.parse((await succeeded(repository.plan(number))).outputs['plan-json'] ?? '{}').changes
}

describe('A, B and C are merged within one sync', () => {
  let a: string
  let b: string
  let c: string

  test('A is applied, and the host knows its commit', async () => {
    const number = await proposed('a', 'max_budget: 100', 'max_budget: 110')
    a = repository.merge(number, 'a')
    await succeeded(repository.sync())
    expect(await mark()).toBe(a)
  })

  test('C brings B, whose run was dropped', async () => {
    const key = 'api_key: os.environ/OPENAI_API_KEY'
    const [numberB, numberC] = [
      await proposed('b', key, `${key}\n      rpm: 100`),
      await proposed(
        'c',
        'routing_strategy: simple-shuffle',
        'routing_strategy: simple-shuffle\n  num_retries: 2',
      ),
    ]
    b = repository.merge(numberB, 'b')
    c = repository.merge(numberC, 'c')
    await succeeded(repository.sync())
    expect(await mark()).toBe(c)
    expect(await left()).toEqual([])
    const config = await serving()
    expect(config).toContain('rpm: 100')
    expect(config).toContain('num_retries: 2')
  })

  test.each(['a', 'b'])(
    'that of %s, approved after that, has nothing to do and undoes nothing',
    async (which) => {
      const before = await serving()
      const run = await succeeded(repository.syncOf(which === 'a' ? a : b))
      expect(run.summary).toContain('was overtaken')
      expect(await serving()).toBe(before)
      expect(await mark()).toBe(c)
    },
  )
})

test('two runs at once: one waits for the other, and both are applied', async () => {
  const [numberD, numberE] = [
    await proposed('d', 'max_budget: 110', 'max_budget: 120'),
    await proposed('e', 'ttl: 600', 'ttl: 700'),
  ]
  const d = repository.merge(numberD, 'd')
  const e = repository.merge(numberE, 'e')
  await Promise.all([succeeded(repository.syncOf(d)), succeeded(repository.syncOf(e))])
  expect(await mark()).toBe(e)
  expect(await left()).toEqual([])
})

test('what was merged without a plan stays refused, by its own run and by the next one', async () => {
  const unseen = repository.propose('unseen', `${repository.declared().replace('rpm: 100', 'rpm: 7')}\n`)
  repository.merge(unseen, 'unseen')
  const next = await proposed('next', 'max_budget: 120', 'max_budget: 130')
  repository.merge(next, 'next')
  // The plan of the later one was made with the earlier one merged, and shows both.
  await succeeded(repository.sync())
  const hidden = repository.propose('hidden', `${repository.declared().replace('rpm: 7', 'rpm: 8')}\n`)
  repository.merge(hidden, 'hidden')
  const run = await repository.sync()
  expect(run.success).toBe(false)
  expect(run.summary).toContain('shows no plan of the gateway')
  expect(await serving()).toContain('rpm: 7')
})

test('a pull request that changes only a README has a green check and no comment', async () => {
  const number = repository.proposeFile('readme', 'README.md', 'words\n')
  const run = await succeeded(repository.plan(number))
  expect(run.summary).toContain('Nothing to plan')
  expect(repository.comments(number)).toEqual([])
})

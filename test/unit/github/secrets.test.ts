import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type SecretTarget, targetName } from '../../../src/contract/secret-target.ts'
import { createClient, type Octokit } from '../../../src/github/client.ts'
import { checkReceivers, checkTargets, writeSecret, writtenAt } from '../../../src/github/secrets.ts'
import { SecretStore } from '../../github/secret-store.ts'
import { type LocalGitHub, startGitHub } from '../../github/server.ts'
import { Organization } from '../../github/state.ts'

const secret = 'LITELLM_MASTER_KEY'
const inRepository: SecretTarget = { repository: 'example/gateway', secret }
const inEnvironment: SecretTarget = { repository: 'example/gateway', environment: 'production', secret }
const inOrganization: SecretTarget = { organization: 'example', secret }
const all = [inRepository, inEnvironment, inOrganization]

let github: LocalGitHub
let stores: SecretStore[]
const stored = () => stores.map(({ secrets }) => secrets.get(secret)?.value)

beforeEach(async () => {
  github = await startGitHub()
  const repository = github.state.repository()
  const environment = {
    id: 1,
    name: 'production',
    createdAt: github.state.now(),
    secrets: new SecretStore(),
    variables: new Map(),
  }
  repository.environments.set('production', environment)
  const organization = new Organization()
  github.state.organizations.set('example', organization)
  stores = [repository.secrets, environment.secrets, organization.secrets]
  for (const { secrets } of stores) {
    const now = '2026-01-01T00:00:00Z'
    secrets.set(secret, {
      name: secret,
      value: 'old',
      createdAt: now,
      updatedAt: now,
      visibility: 'selected',
      selectedRepositoryIds: [repository.id],
    })
  }
})
afterEach(async () => {
  await github.close()
  expect(github.violations).toEqual([])
})

function client(permissions: Parameters<LocalGitHub['issueToken']>[0]['permissions']): Octokit {
  const token = github.issueToken({ kind: 'app', login: 'rotator[bot]', permissions })
  return createClient({ token, apiUrl: github.url, wait: async () => {}, timeoutMs: 500 })
}
const able = () =>
  client({ secrets: 'write', environments: 'write', organization_secrets: 'write', actions: 'read' })

describe('a secret', () => {
  test('of a repository, an environment, an organisation is written, and who sees it stays', async () => {
    const octokit = able()
    for (const target of all)
      expect(await writeSecret(octokit, target, 'sk-new')).toEqual({
        updatedAt: expect.stringMatching(/^20/),
      })
    expect(stored()).toEqual(['sk-new', 'sk-new', 'sk-new'])
    expect(stores[2]?.secrets.get(secret)).toMatchObject({
      visibility: 'selected',
      selectedRepositoryIds: [github.state.repository().id],
    })
  })

  test('is sealed anew when GitHub changed its key in between', async () => {
    github.fail({ route: 'actions/create-or-update-repo-secret', with: 422 })
    stores[0]?.rotateKey()
    expect(await writeSecret(able(), inRepository, 'sk-new')).toHaveProperty('updatedAt')
    expect(stored()[0]).toBe('sk-new')
  })

  test.each([429, 500, 'reset', 'lost', 'hang'] as const)('gets over %s', async (fault) => {
    const headers = fault === 429 ? { 'retry-after': '1' } : {}
    github.fail({ route: 'actions/create-or-update-environment-secret', with: fault, headers })
    await writeSecret(able(), inEnvironment, 'sk-new')
    expect(stored()[1]).toBe('sk-new')
  })

  test('that cannot be written names the target and the permission, never the value', async () => {
    const octokit = client({ secrets: 'read' })
    const flaw = await writeSecret(octokit, inRepository, 'sk-new')
    expect(flaw).toEqual({
      target: 'example/gateway LITELLM_MASTER_KEY',
      problem: expect.stringContaining('Secrets: write'),
    })
    expect(JSON.stringify(flaw)).not.toContain('sk-new')
    expect(stored()[0]).toBe('old')
  })
})

describe('targets are looked at before anything is changed', () => {
  test('all that could be written have no flaw, and none hides another', async () => {
    const { flaws, warnings, updatedAt } = await checkTargets({ octokit: able(), targets: all })
    expect({ flaws, warnings }).toEqual({ flaws: [], warnings: [] })
    expect([...updatedAt.values()]).toEqual(all.map(() => '2026-01-01T00:00:00Z'))
    expect(stored()).toEqual(['old', 'old', 'old'])
  })

  test.each([
    [inRepository, 'jobs in the environment production read its own'],
    [inOrganization, 'jobs in example/gateway read its own'],
  ])('one that a nearer secret hides is told: %o', async (target, said) => {
    expect((await checkTargets({ octokit: able(), targets: [target] })).warnings).toEqual([
      expect.stringContaining(said),
    ])
  })

  test('each that could not is named with what lacks', async () => {
    const missing: SecretTarget = { repository: 'example/gateway', secret: 'MISSPELT' }
    const { flaws } = await checkTargets({
      octokit: client({ secrets: 'write' }),
      targets: [...all, missing],
    })
    expect(flaws.map(({ target }) => target)).toEqual(
      [inEnvironment, inOrganization, missing].map(targetName),
    )
    expect(flaws.map(({ problem }) => problem)).toEqual([
      expect.stringContaining('Environments: write'),
      expect.stringContaining('Organization secrets: write'),
      expect.stringContaining('Create the secret once by hand'),
    ])
  })

  test("the job's own token can never", async () => {
    const octokit = createClient({ token: github.token, apiUrl: github.url })
    const { flaws } = await checkTargets({ octokit, targets: [inRepository] })
    expect(flaws[0]?.problem).toContain('token can never have it'.replace("'", '’'))
  })
})

describe('secrets that get a key made for them', () => {
  const fresh: SecretTarget = { repository: 'example/gateway', secret: 'NEW' }

  test('may be missing, but for those of an organization; and each that cannot be written says what to grant', async () => {
    const octokit = client({ secrets: 'write', organization_secrets: 'write' })
    const nowhere: SecretTarget = { repository: 'example/nowhere', secret: 'NEW' }
    const shared: SecretTarget = { organization: 'example', secret: 'NEW' }
    const { flaws, updatedAt } = await checkReceivers(octokit, [
      fresh,
      inRepository,
      inEnvironment,
      nowhere,
      shared,
    ])
    expect([...updatedAt].toSorted().toReversed()).toEqual([
      ['example/gateway NEW', null],
      ['example/gateway LITELLM_MASTER_KEY', '2026-01-01T00:00:00Z'],
    ])
    const said = new Map(flaws.map(({ target, problem }) => [target, problem]))
    expect(said.get(targetName(inEnvironment))).toContain('Environments: write')
    expect(said.get(targetName(nowhere))).toContain(
      'there is no such repository, or the token does not reach it',
    )
    expect(said.get(targetName(shared))).toContain('Create the secret once by hand')
  })

  test('are made by the write', async () => {
    expect(await writtenAt(able(), fresh)).toBe(null)
    expect(await writeSecret(able(), fresh, 'sk-new', true)).toEqual({
      updatedAt: expect.stringMatching(/^20/),
    })
    expect(stores[0]?.secrets.get('NEW')?.value).toBe('sk-new')
  })
})

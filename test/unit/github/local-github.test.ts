import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sodium from 'libsodium-wrappers'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createClient, type Octokit } from '../../../src/github/client.ts'
import { Contract } from '../../github/contract.ts'
import { GitContents } from '../../github/git-contents.ts'
import { operations } from '../../github/operations.ts'
import { type GitHubOptions, type LocalGitHub, startGitHub } from '../../github/server.ts'
import type { Permissions } from '../../github/tokens.ts'
import { printed } from '../../lab/starter/starter.ts'

const place = { owner: 'example', repo: 'gateway' }
let root: string
let github: LocalGitHub

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'local-github-'))
  const git = (...args: string[]) => {
    const identity = ['-c', 'user.name=octocat', '-c', 'user.email=octocat@example.com']
    printed('git', ['-C', root, ...identity, ...args])
  }
  git('init', '--quiet', '--initial-branch=main')
  writeFileSync(join(root, 'gateway.yaml'), 'domain: llm.example.com\n'.repeat(10))
  git('add', '.')
  git('commit', '--quiet', '-m', 'gateway')
  mkdirSync(join(root, 'models'))
  writeFileSync(join(root, 'models/more.yaml'), '[]\n')
  git('add', '.')
  git('commit', '--quiet', '-m', 'models\n\nin a file of their own')
})
afterAll(() => rmSync(root, { recursive: true }))

afterEach(() => github.close())

async function start(options: GitHubOptions = {}): Promise<Octokit> {
  const git = new GitContents(root)
  github = await startGitHub({ repositories: [{ owner: 'example', name: 'gateway', git }], ...options })
  return createClient({ token: github.token, apiUrl: github.url, wait: async () => {} })
}

function appClient(permissions: Permissions): Octokit {
  const token = github.issueToken({ kind: 'app', login: 'gateway-app[bot]', permissions })
  return createClient({ token, apiUrl: github.url, wait: async () => {} })
}

function sealed(value: string, key: string): string {
  return Buffer.from(sodium.crypto_box_seal(value, new Uint8Array(Buffer.from(key, 'base64')))).toString(
    'base64',
  )
}

describe('the local GitHub', () => {
  test('serves every route that was kept of the description, and no other', async () => {
    await start()
    const kept = new Contract().routes.map(({ operation }) => operation.operationId)
    expect(kept.toSorted()).toEqual([...operations].sort())
  })

  test('answers every reading route as GitHub could', async () => {
    const octokit = await start({
      permissions: {
        actions: 'read',
        checks: 'write',
        contents: 'write',
        deployments: 'write',
        issues: 'write',
        pull_requests: 'read',
      },
    })
    const repository = github.state.repository()
    const sha = repository.commit('HEAD')?.sha ?? ''
    const parent = repository.commit('HEAD~1')?.sha ?? ''
    const base = { ref: 'main', sha: parent }
    const { number } = repository.openPullRequest({ title: 'more', head: { ref: 'more', sha }, base })
    repository.mergePullRequest(number, sha)
    repository.createEnvironment('gateway')
    const run = repository.keep(repository.runs, { name: 'rotate', event: 'schedule', head_branch: 'main' })
    repository.keep(repository.artifacts, { name: 'drill', workflow_run: { id: run.id } })

    const { rest } = octokit
    expect((await rest.repos.get(place)).data.default_branch).toBe('main')
    expect((await rest.pulls.get({ ...place, pull_number: number })).data.merged).toBe(true)
    expect((await rest.pulls.list({ ...place, state: 'closed' })).data).toHaveLength(1)
    const files = await rest.pulls.listFiles({ ...place, pull_number: number })
    expect(files.data).toMatchObject([{ filename: 'models/more.yaml', status: 'added' }])
    const ofCommit = await rest.repos.listPullRequestsAssociatedWithCommit({ ...place, commit_sha: sha })
    expect(ofCommit.data.map((pull) => pull.number)).toEqual([number])
    const commits = await rest.repos.listCommits({ ...place, sha: 'HEAD', per_page: 1 })
    expect(commits.data.map((commit) => commit.sha)).toEqual([sha])
    expect(commits.headers.link).toMatch(/rel="next"/)
    expect((await rest.repos.getCommit({ ...place, ref: 'HEAD' })).data.sha).toBe(sha)

    const issue = await rest.issues.create({ ...place, title: 'Drift', labels: ['drift'] })
    await rest.issues.addLabels({ ...place, issue_number: issue.data.number, labels: ['gateway'] })
    await rest.issues.removeLabel({ ...place, issue_number: issue.data.number, name: 'gateway' })
    const labels = await rest.issues.listLabelsOnIssue({ ...place, issue_number: issue.data.number })
    expect(labels.data.map(({ name }) => name)).toEqual(['drift'])
    await rest.issues.createLabel({ ...place, name: 'cost', color: 'ff0000' })
    expect((await rest.issues.getLabel({ ...place, name: 'Cost' })).data.color).toBe('ff0000')
    expect((await rest.issues.listLabelsForRepo(place)).data).toHaveLength(3)
    await rest.issues.update({ ...place, issue_number: issue.data.number, state: 'closed', body: 'gone' })
    const closed = await rest.issues.listForRepo({ ...place, state: 'closed', labels: 'drift' })
    expect(closed.data.map(({ body }) => body)).toEqual(['gone'])
    expect((await rest.issues.get({ ...place, issue_number: number })).data.pull_request).toBeDefined()

    const check = await rest.checks.create({ ...place, name: 'plan', head_sha: sha, status: 'in_progress' })
    const found = { path: 'gateway.yaml', start_line: 1, end_line: 1, message: 'm' }
    const output = {
      title: 't',
      summary: 's',
      annotations: [{ ...found, annotation_level: 'failure' as const }],
    }
    const done = { conclusion: 'failure' as const, output }
    await rest.checks.update({ ...place, check_run_id: check.data.id, ...done })
    await rest.checks.update({ ...place, check_run_id: check.data.id, ...done })
    const annotations = await rest.checks.listAnnotations({ ...place, check_run_id: check.data.id })
    expect(annotations.data).toHaveLength(2)
    const checks = await rest.checks.listForRef({ ...place, ref: 'HEAD', check_name: 'plan' })
    expect(checks.data.check_runs).toMatchObject([{ status: 'completed', conclusion: 'failure' }])
    expect((await rest.checks.get({ ...place, check_run_id: check.data.id })).data.name).toBe('plan')

    const deployment = await rest.repos.createDeployment({ ...place, ref: 'HEAD', environment: 'gateway' })
    if (!('id' in deployment.data)) throw new Error('not a deployment')
    const deployment_id = deployment.data.id
    await rest.repos.createDeploymentStatus({ ...place, deployment_id, state: 'success' })
    const statuses = await rest.repos.listDeploymentStatuses({ ...place, deployment_id })
    expect(statuses.data.map(({ state }) => state)).toEqual(['success'])
    expect((await rest.repos.listDeployments({ ...place, environment: 'gateway' })).data).toHaveLength(1)
    expect((await rest.repos.getDeployment({ ...place, deployment_id })).data.sha).toBe(sha)

    expect((await rest.repos.getAllEnvironments(place)).data.total_count).toBe(1)
    await rest.repos.getEnvironment({ ...place, environment_name: 'gateway' })
    expect((await rest.actions.listArtifactsForRepo({ ...place, name: 'drill' })).data.total_count).toBe(1)
    await rest.actions.listWorkflowRunArtifacts({ ...place, run_id: run.id })
    const runs = await rest.actions.listWorkflowRunsForRepo({
      ...place,
      event: 'schedule',
      status: 'success',
    })
    expect(runs.data.total_count).toBe(1)
    await rest.actions.getWorkflowRun({ ...place, run_id: run.id })
    await rest.repos.createDispatchEvent({ ...place, event_type: 'canary', client_payload: { nonce: 'n' } })
    expect(repository.dispatches).toMatchObject([
      { kind: 'repository', name: 'canary', inputs: { nonce: 'n' } },
    ])
    await rest.rateLimit.get()
    await rest.apps.listReposAccessibleToInstallation()
    expect(github.violations).toEqual([])
  })

  test('gives files and folders as they are at a ref', async () => {
    const octokit = await start({ permissions: { contents: 'read' } })
    const file = await octokit.rest.repos.getContent({ ...place, path: 'gateway.yaml', ref: 'HEAD' })
    if (Array.isArray(file.data) || file.data.type !== 'file') throw new Error('not a file')
    expect(Buffer.from(file.data.content, 'base64').toString()).toBe('domain: llm.example.com\n'.repeat(10))
    const folder = await octokit.rest.repos.getContent({ ...place, path: '', ref: 'HEAD' })
    expect(folder.data).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: 'models', type: 'dir' })]),
    )
    const missing = octokit.rest.repos.getContent({ ...place, path: 'no/such.yaml', ref: 'HEAD' })
    await expect(missing).rejects.toMatchObject({ status: 404 })
    await expect(
      octokit.rest.repos.getContent({ ...place, path: 'gateway.yaml', ref: '--output=x' }),
    ).rejects.toMatchObject({ status: 404 })
    expect(github.violations).toEqual([])
  })

  test('notes and refuses what GitHub does not know', async () => {
    const octokit = await start({ permissions: { issues: 'write' } })
    github.state.repository().openIssue({ title: 'one' })
    const refused = async (route: string, options: object, status: number) => {
      await expect(octokit.request(route, { ...place, ...options })).rejects.toMatchObject({ status })
      return github.violations.splice(0).join('\n')
    }
    expect(await refused('GET /repos/{owner}/{repo}/gateways', {}, 404)).toMatch(/no such route/)
    const comments = 'POST /repos/{owner}/{repo}/issues/1/comments'
    expect(await refused(comments, { text: 'x' }, 422)).toMatch(/required property 'body'/)
    expect(await refused(comments, { body: 7 }, 422)).toMatch(/body\/body must be string/)
    expect(await refused(comments, { body: 'x', marker: 'y' }, 422)).toMatch(/no field marker/)
    expect(await refused('GET /repos/{owner}/{repo}/issues{?sate}', { sate: 'all' }, 422)).toMatch(
      /query parameter sate/,
    )
    expect(await refused('GET /repos/{owner}/{repo}/issues{?state}', { state: 'any' }, 422)).toMatch(
      /allowed values/,
    )
    expect(await refused('GET /repos/{owner}/{repo}/issues/one', {}, 422)).toMatch(/must be integer/)
    await expect(octokit.graphql('{ repository { id } }')).rejects.toThrow()
    expect(github.violations.splice(0).join()).toMatch(/does not know/)
  })

  test('lets a token do what it was given and nothing else', async () => {
    const octokit = await start({ permissions: { pull_requests: 'write' } })
    const repository = github.state.repository()
    repository.openPullRequest({ title: 'more', head: { ref: 'more', sha: 'a' } })
    repository.openIssue({ title: 'an issue' })
    const comment = (issue_number: number) =>
      octokit.rest.issues.createComment({ ...place, issue_number, body: 'x' })
    await comment(1)
    const refusal = {
      status: 403,
      message: expect.stringContaining('Resource not accessible by integration'),
    }
    await expect(comment(2)).rejects.toMatchObject(refusal)
    await expect(octokit.rest.actions.getRepoPublicKey(place)).rejects.toMatchObject(refusal)
    await expect(octokit.rest.users.getAuthenticated()).rejects.toMatchObject(refusal)
    await expect(octokit.rest.repos.get({ owner: 'example', repo: 'other' })).rejects.toMatchObject({
      status: 404,
    })
    const stranger = createClient({ token: 'ghs_wrong', apiUrl: github.url })
    await expect(stranger.rest.repos.get(place)).rejects.toMatchObject({ status: 401 })
    const secrets: Permissions = { secrets: 'write' }
    expect(() => github.issueToken({ kind: 'actions', login: 'x', permissions: secrets })).toThrow(TypeError)
    expect(github.violations).toEqual([])
  })

  test('shows a person, an App and the job who they are', async () => {
    const octokit = await start()
    const viewer = { viewer: { login: 'github-actions[bot]' } }
    expect(await octokit.graphql('query { viewer { login } }')).toEqual(viewer)
    const person = github.issueToken({ kind: 'personal', login: 'octocat', permissions: {} })
    const theirs = createClient({ token: person, apiUrl: github.url })
    expect((await theirs.rest.users.getAuthenticated()).data.login).toBe('octocat')
    const jwt = github.issueToken({ kind: 'jwt', login: 'gateway-app[bot]', permissions: {} })
    const app = createClient({ token: jwt, apiUrl: github.url })
    expect((await app.rest.apps.getAuthenticated()).data?.slug).toBe('gateway-app')
    const installation = await app.rest.apps.getRepoInstallation(place)
    const { data } = await app.rest.apps.createInstallationAccessToken({
      installation_id: installation.data.id,
      repositories: ['gateway'],
      permissions: { secrets: 'write' },
    })
    const installed = createClient({ token: data.token, apiUrl: github.url })
    expect((await installed.rest.actions.listRepoSecrets(place)).data.total_count).toBe(0)
    expect(github.violations).toEqual([])
  })

  test('takes sealed boxes for its present key only, and keeps what was in them', async () => {
    await start()
    const state = github.state
    state.repository().createEnvironment('gateway')
    const { rest } = appClient({ secrets: 'write', environments: 'write', organization_secrets: 'write' })
    const secret_name = 'MASTER_KEY'
    const { data: key } = await rest.actions.getRepoPublicKey(place)
    const box = { secret_name, encrypted_value: sealed('sk-new', key.key), key_id: key.key_id }
    expect((await rest.actions.createOrUpdateRepoSecret({ ...place, ...box })).status).toBe(201)
    expect((await rest.actions.createOrUpdateRepoSecret({ ...place, ...box })).status).toBe(204)
    const { data: stored } = await rest.actions.getRepoSecret({ ...place, secret_name })
    expect(stored.updated_at > stored.created_at).toBe(true)
    expect(JSON.stringify(stored)).not.toContain('sk-new')
    expect(state.repository().secrets.secrets.get(secret_name)?.value).toBe('sk-new')

    state.repository().secrets.rotateKey()
    const stale = rest.actions.createOrUpdateRepoSecret({ ...place, ...box })
    await expect(stale).rejects.toMatchObject({
      status: 422,
      message: expect.stringMatching(/improperly encrypted/),
    })
    const illegal = rest.actions.createOrUpdateRepoSecret({ ...place, ...box, secret_name: 'GITHUB_X' })
    await expect(illegal).rejects.toMatchObject({ status: 422 })

    const environment = { ...place, environment_name: 'gateway' }
    const { data: other } = await rest.actions.getEnvironmentPublicKey(environment)
    const otherBox = { secret_name, encrypted_value: sealed('sk-env', other.key), key_id: other.key_id }
    await rest.actions.createOrUpdateEnvironmentSecret({ ...environment, ...otherBox })
    await rest.actions.getEnvironmentSecret({ ...environment, secret_name })
    expect((await rest.actions.listEnvironmentSecrets(environment)).data.total_count).toBe(1)
    const nowhere = rest.actions.getEnvironmentPublicKey({ ...place, environment_name: 'none' })
    await expect(nowhere).rejects.toMatchObject({ status: 404 })

    const { data: orgKey } = await rest.actions.getOrgPublicKey({ org: 'example' })
    await rest.actions.createOrUpdateOrgSecret({
      org: 'example',
      secret_name,
      encrypted_value: sealed('sk-org', orgKey.key),
      key_id: orgKey.key_id,
      visibility: 'selected',
      selected_repository_ids: [state.repository().id],
    })
    expect((await rest.actions.getOrgSecret({ org: 'example', secret_name })).data.visibility).toBe(
      'selected',
    )
    expect((await rest.actions.listOrgSecrets({ org: 'example' })).data.total_count).toBe(1)
    const selected = await rest.actions.listSelectedReposForOrgSecret({ org: 'example', secret_name })
    expect(selected.data.repositories.map(({ full_name }) => full_name)).toEqual(['example/gateway'])
    expect((await rest.actions.listRepoOrganizationSecrets(place)).data.total_count).toBe(1)
    await rest.actions.deleteOrgSecret({ org: 'example', secret_name })
    await rest.actions.deleteEnvironmentSecret({ ...environment, secret_name })
    await rest.actions.deleteRepoSecret({ ...place, secret_name })
    expect((await rest.actions.listRepoSecrets(place)).data.total_count).toBe(0)
    expect(github.violations).toEqual([])
  })

  test('keeps variables in all three scopes', async () => {
    await start()
    github.state.repository().createEnvironment('gateway')
    const { rest } = appClient({ variables: 'write', environments: 'write', organization_variables: 'write' })
    const environment = { ...place, environment_name: 'gateway' }
    await rest.actions.createRepoVariable({ ...place, name: 'place', value: 'a' })
    const twice = rest.actions.createRepoVariable({ ...place, name: 'PLACE', value: 'a' })
    await expect(twice).rejects.toMatchObject({ status: 409 })
    await rest.actions.updateRepoVariable({ ...place, name: 'PLACE', value: 'b' })
    expect((await rest.actions.getRepoVariable({ ...place, name: 'place' })).data.value).toBe('b')
    await rest.actions.createEnvironmentVariable({ ...environment, name: 'PLACE', value: 'c' })
    expect((await rest.actions.listEnvironmentVariables(environment)).data.variables[0]?.value).toBe('c')
    await rest.actions.createOrgVariable({ org: 'example', name: 'PLACE', value: 'd', visibility: 'all' })
    expect((await rest.actions.getOrgVariable({ org: 'example', name: 'PLACE' })).data.value).toBe('d')
    expect((await rest.actions.listOrgVariables({ org: 'example' })).data.total_count).toBe(1)
    await rest.actions.deleteRepoVariable({ ...place, name: 'PLACE' })
    expect((await rest.actions.listRepoVariables(place)).data.total_count).toBe(0)
    expect(github.violations).toEqual([])
  })

  test('fails as it was told to, once or as often as told', async () => {
    const octokit = await start({ permissions: { issues: 'write' } })
    const { issues } = octokit.rest
    const repository = github.state.repository()
    repository.openIssue({ title: 'one' })
    const comment = () => issues.createComment({ ...place, issue_number: 1, body: 'x' })
    const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments'

    github.fail({ route, with: 403, times: 2 })
    await expect(comment()).rejects.toMatchObject({ status: 403 })
    await expect(comment()).rejects.toMatchObject({ status: 403 })
    await comment()
    github.fail({ route: 'issues/create-comment', with: 422, message: 'Not today' })
    await expect(comment()).rejects.toMatchObject({ message: expect.stringContaining('Not today') })
    github.fail({ route, with: 'reset' })
    await expect(comment()).rejects.toMatchObject({ status: 500 })
    expect(repository.comments).toHaveLength(1)
    github.fail({ route, with: 'lost' })
    await expect(comment()).rejects.toMatchObject({ status: 500 })
    expect(repository.comments).toHaveLength(2)
    github.fail({ route, with: 'hang' })
    const signal = AbortSignal.timeout(200)
    const hanging = fetch(`${github.url}/repos/example/gateway/issues/1/comments`, {
      method: 'POST',
      body: '{}',
      signal,
    })
    await expect(hanging).rejects.toThrow(/timeout|aborted/i)
    expect(github.violations).toEqual([])
  })
})

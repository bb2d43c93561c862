import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runWorkflow } from '../e2e/act.ts'
import type { WorkflowRun } from '../e2e/act-log.ts'
import { pullRequestEvent, pushEvent, type WorkflowEvent } from '../e2e/github-event.ts'
import { jobPermissions } from '../e2e/github-permissions.ts'
import { GitContents } from '../github/git-contents.ts'
import { type LocalGitHub, startGitHub } from '../github/server.ts'
import type { Lab } from '../lab/lab.ts'
import { KEYS } from './deployed-lab.ts'
import { planKey } from './plan-key.ts'

const ROOT = join(import.meta.dirname, '../..')
const NAME = { owner: 'example', name: 'gateway' } as const

/** A user's repository: gateway.yaml and the workflows of the README, on a GitHub of this machine. */
export interface UserRepository {
  readonly github: LocalGitHub
  /** Commits gateway.yaml on a branch and opens a pull request; answers its number. */
  propose(branch: string, gatewayFile: string): number
  /** Commits another file on a branch and opens a pull request; answers its number. */
  proposeFile(branch: string, path: string, text: string): number
  /** Runs the plan workflow for the pull request as it stands. */
  plan(pullRequest: number): Promise<WorkflowRun>
  /** The comments of the pull request. */
  comments(pullRequest: number): readonly string[]
  /** Merges the branch into main; answers the merge's commit. */
  merge(pullRequest: number, branch: string): string
  /** What main declares. */
  declared(): string
  /** Runs the sync workflow for the newest commit of main. */
  sync(secrets?: Readonly<Record<string, string>>): Promise<WorkflowRun>
  /** The same for an earlier commit of it, whose run waited. */
  syncOf(commit: string): Promise<WorkflowRun>
  close(): Promise<void>
}

export async function createRepository(lab: Lab, gatewayFile: string): Promise<UserRepository> {
  const folder = mkdtempSync(join(tmpdir(), 'repository-'))
  mkdirSync(join(folder, '.github'))
  cpSync(join(ROOT, 'workflows'), join(folder, '.github/workflows'), { recursive: true })
  writeFileSync(join(folder, 'gateway.yaml'), gatewayFile)
  const git = (...args: string[]) =>
    execFileSync(
      'git',
      ['-C', folder, '-c', 'user.name=octocat', '-c', 'user.email=octocat@example.com', ...args],
      { encoding: 'utf8' },
    ).trim()
  git('init', '--quiet', '--initial-branch=main')
  git('add', '.')
  git('commit', '--quiet', '-m', 'Describe the gateway')
  const github = await startGitHub({ repositories: [{ ...NAME, git: new GitContents(folder) }] })
  const state = github.state.repository()

  const run = (
    workflow: string,
    eventName: string,
    event: WorkflowEvent,
    secrets: Readonly<Record<string, string>>,
    repoDir = folder,
  ) => {
    const file = join(ROOT, 'workflows', `${workflow}.yml`)
    const token = github.issueToken({
      kind: 'actions',
      login: 'github-actions[bot]',
      permissions: jobPermissions(file, workflow),
    })
    return runWorkflow({
      repoDir,
      workflow: `.github/workflows/${workflow}.yml`,
      eventName,
      event,
      repository: `${NAME.owner}/${NAME.name}`,
      apiUrl: github.url,
      token,
      secrets,
      actionDir: ROOT,
    })
  }

  const proposeFile = (branch: string, path: string, text: string) => {
    git('switch', '--quiet', '--create', branch, 'main')
    writeFileSync(join(folder, path), text)
    git('add', path)
    git('commit', '--quiet', '-m', branch)
    const sha = git('rev-parse', 'HEAD')
    return state.openPullRequest({ title: branch, head: { ref: branch, sha } }).number
  }
  const clones: string[] = []

  return {
    github,
    propose: (branch, text) => proposeFile(branch, 'gateway.yaml', text),
    proposeFile,
    declared: () => git('show', 'main:gateway.yaml'),
    plan: (number) =>
      run('plan', 'pull_request', pullRequestEvent(state, number), {
        GATEWAY_READ_SSH_KEY: planKey().privateKey,
      }),
    comments: (number) => state.commentsOn(number).map(({ body }) => body),
    merge(number, branch) {
      git('switch', '--quiet', 'main')
      git('merge', '--quiet', '--no-ff', '-m', `Merge pull request #${number}`, branch)
      const sha = git('rev-parse', 'HEAD')
      state.mergePullRequest(number, sha)
      return sha
    },
    sync: (secrets = KEYS) =>
      run('sync', 'push', pushEvent(state, 'main'), { ...secrets, GATEWAY_SSH_KEY: lab.host.privateKey }),
    async syncOf(commit) {
      const clone = mkdtempSync(join(tmpdir(), 'repository-at-'))
      clones.push(clone)
      git('clone', '--quiet', folder, clone)
      git('-C', clone, 'checkout', '--quiet', '-B', 'main', commit)
      const before = git('rev-parse', `${commit}^1`)
      const event = { ...pushEvent(state, 'main'), before, after: commit }
      return await run('sync', 'push', event, { ...KEYS, GATEWAY_SSH_KEY: lab.host.privateKey }, clone)
    },
    async close() {
      await github.close()
      for (const one of [folder, ...clones]) rmSync(one, { recursive: true })
    },
  }
}

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
  /** Runs the plan workflow for the pull request as it stands. */
  plan(pullRequest: number): Promise<WorkflowRun>
  /** The comments of the pull request. */
  comments(pullRequest: number): readonly string[]
  /** Merges the branch into main. */
  merge(pullRequest: number, branch: string): void
  /** Runs the sync workflow for the newest commit of main. */
  sync(secrets?: Readonly<Record<string, string>>): Promise<WorkflowRun>
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
  ) => {
    const file = join(ROOT, 'workflows', `${workflow}.yml`)
    const token = github.issueToken({
      kind: 'actions',
      login: 'github-actions[bot]',
      permissions: jobPermissions(file, workflow),
    })
    return runWorkflow({
      repoDir: folder,
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

  return {
    github,
    propose(branch, text) {
      git('switch', '--quiet', '--create', branch)
      writeFileSync(join(folder, 'gateway.yaml'), text)
      git('commit', '--quiet', '--all', '-m', branch)
      return state.openPullRequest({ title: branch, head: { ref: branch, sha: git('rev-parse', 'HEAD') } })
        .number
    },
    plan: (number) =>
      run('plan', 'pull_request', pullRequestEvent(state, number), {
        GATEWAY_READ_SSH_KEY: planKey().privateKey,
      }),
    comments: (number) => state.commentsOn(number).map(({ body }) => body),
    merge(number, branch) {
      git('switch', '--quiet', 'main')
      git('merge', '--quiet', '--no-ff', '-m', `Merge pull request #${number}`, branch)
      state.mergePullRequest(number, git('rev-parse', 'HEAD'))
    },
    sync: (secrets = KEYS) =>
      run('sync', 'push', pushEvent(state, 'main'), { ...secrets, GATEWAY_SSH_KEY: lab.host.privateKey }),
    async close() {
      await github.close()
      rmSync(folder, { recursive: true })
    },
  }
}

import type { Branch, Repository } from '../github/state.ts'

interface RepositoryInEvent {
  readonly full_name: string
  readonly name: string
  readonly fork: boolean
  readonly private: boolean
  readonly default_branch: string
  readonly owner: { readonly login: string }
}

interface BranchInEvent {
  readonly ref: string
  readonly sha: string
  readonly repo: RepositoryInEvent | null
}

/** The part of GitHub's webhook payloads that workflows and the action read. */
export interface WorkflowEvent {
  readonly action?: string
  readonly number?: number
  readonly ref?: string
  readonly before?: string
  readonly after?: string
  readonly inputs?: Readonly<Record<string, string>>
  readonly repository: RepositoryInEvent
  readonly sender?: { readonly login: string }
  readonly pull_request?: {
    readonly number: number
    readonly title: string
    readonly state: 'open' | 'closed'
    readonly draft: boolean
    readonly merged: boolean
    readonly html_url: string
    readonly user: { readonly login: string }
    readonly head: BranchInEvent
    readonly base: BranchInEvent
  }
}

/** The event of a pull request that the local GitHub has, as a workflow run for it finds it. */
export function pullRequestEvent(
  repository: Repository,
  number: number,
  action = 'synchronize',
): WorkflowEvent {
  const issue = repository.issues.get(number)
  if (issue?.pull === undefined) throw new Error(`${repository.fullName} has no pull request ${number}`)
  const branch = ({ ref, sha, repository: fullName }: Branch): BranchInEvent => {
    const fork = fullName !== repository.fullName
    return { ref, sha, repo: { ...repositoryInEvent(repository, fullName), fork } }
  }
  return {
    action,
    number,
    repository: repositoryInEvent(repository),
    sender: { login: issue.user.login },
    pull_request: {
      number,
      title: issue.title,
      state: issue.state,
      draft: issue.pull.draft,
      merged: issue.pull.mergedAt !== null,
      html_url: `https://github.com/${repository.fullName}/pull/${number}`,
      user: { login: issue.user.login },
      head: branch(issue.pull.head),
      base: branch(issue.pull.base),
    },
  }
}

/** The event of a push to a branch, such as the one that a merge makes. */
export function pushEvent(repository: Repository, branch: string, sender = 'octocat'): WorkflowEvent {
  const head = repository.commit(branch)
  if (head === undefined) throw new Error(`${repository.fullName} has no branch ${branch}`)
  return {
    ref: `refs/heads/${branch}`,
    before: head.parents[0] ?? '0'.repeat(40),
    after: head.sha,
    repository: repositoryInEvent(repository),
    sender: { login: sender },
  }
}

/** The event of "Run workflow". Inputs are texts, as GitHub sends them, booleans too. */
export function dispatchEvent(
  repository: Repository,
  inputs: Readonly<Record<string, string>> = {},
  sender = 'octocat',
): WorkflowEvent {
  const ref = `refs/heads/${repository.defaultBranch}`
  return { ref, inputs, repository: repositoryInEvent(repository), sender: { login: sender } }
}

function repositoryInEvent(repository: Repository, fullName = repository.fullName): RepositoryInEvent {
  const [login = '', name = ''] = fullName.split('/')
  return {
    full_name: fullName,
    name,
    fork: false,
    private: repository.private,
    default_branch: repository.defaultBranch,
    owner: { login },
  }
}

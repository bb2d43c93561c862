import type { CommitFacts, GitContents } from './git-contents.ts'
import { SecretStore } from './secret-store.ts'

export interface Account {
  readonly login: string
  readonly id: number
  readonly type: 'User' | 'Bot' | 'Organization'
}

export interface Branch {
  readonly ref: string
  readonly sha: string
  /** `owner/name`; another one than the pull request's for a fork. */
  readonly repository: string
}

export interface PullRequest {
  head: Branch
  base: Branch
  draft: boolean
  mergedAt: string | null
  mergeCommitSha: string | null
}

/** Every pull request is an issue, as on GitHub: one row of numbers, one place for comments and labels. */
export interface Issue {
  readonly id: number
  readonly number: number
  title: string
  body: string | null
  state: 'open' | 'closed'
  locked: boolean
  readonly user: Account
  readonly labels: Set<string>
  readonly createdAt: string
  updatedAt: string
  readonly pull?: PullRequest
}

export interface Comment {
  readonly id: number
  readonly issue: number
  readonly user: Account
  body: string
  readonly createdAt: string
  updatedAt: string
}

export interface Label {
  readonly id: number
  readonly name: string
  color: string
  description: string | null
}

export interface Variable {
  name: string
  value: string
  readonly createdAt: string
  updatedAt: string
}

export interface Environment {
  readonly id: number
  readonly name: string
  readonly createdAt: string
  readonly secrets: SecretStore
  readonly variables: Map<string, Variable>
  readonly protection?: Protection
}

/** Who and what may use an environment. */
export interface Protection {
  /** Logins of whom a job waits for. */
  readonly reviewers?: readonly string[]
  readonly waitMinutes?: number
  readonly protectedBranches?: boolean
}

/** What checks, deployments, artifacts, runs and workflows hold is what the product sent; they are kept as it came. */
export interface Kept {
  readonly id: number
  readonly createdAt: string
  updatedAt: string
  readonly fields: { [name: string]: unknown }
}

export interface Dispatch {
  readonly kind: 'repository' | 'workflow'
  readonly name: string
  readonly ref?: string
  readonly inputs: { [name: string]: unknown }
}

export class Repository {
  readonly id: number
  readonly issues = new Map<number, Issue>()
  readonly comments: Comment[] = []
  readonly labels = new Map<string, Label>()
  readonly checkRuns: Kept[] = []
  readonly deployments: (Kept & { readonly statuses: Kept[] })[] = []
  readonly environments = new Map<string, Environment>()
  readonly secrets = new SecretStore()
  readonly variables = new Map<string, Variable>()
  readonly artifacts: Kept[] = []
  readonly runs: Kept[] = []
  /** Of the files below .github/workflows. */
  readonly workflows: Kept[] = []
  readonly dispatches: Dispatch[] = []
  readonly owner: Account
  readonly name: string
  readonly private: boolean
  readonly defaultBranch: string
  readonly git: GitContents | undefined
  readonly #state: GitHubState

  constructor(state: GitHubState, options: RepositoryOptions) {
    this.#state = state
    this.id = state.nextId()
    this.owner = state.account(options.owner, options.ownerType ?? 'Organization')
    this.name = options.name
    this.private = options.private ?? false
    this.defaultBranch = options.defaultBranch ?? 'main'
    this.git = options.git
  }

  get fullName(): string {
    return `${this.owner.login}/${this.name}`
  }

  openIssue(issue: { title: string; body?: string; user?: Account; pull?: PullRequest }): Issue {
    const now = this.#state.now()
    const number = this.issues.size + 1
    const opened: Issue = {
      id: this.#state.nextId(),
      number,
      title: issue.title,
      body: issue.body ?? null,
      state: 'open',
      locked: false,
      user: issue.user ?? this.#state.account('octocat', 'User'),
      labels: new Set(),
      createdAt: now,
      updatedAt: now,
      ...(issue.pull === undefined ? {} : { pull: issue.pull }),
    }
    this.issues.set(number, opened)
    return opened
  }

  /** Opens a pull request; a head in another repository makes it one from a fork. */
  openPullRequest(request: {
    title: string
    head: { ref: string; sha: string; repository?: string }
    base?: { ref: string; sha: string }
    body?: string
    user?: Account
  }): Issue & { readonly pull: PullRequest } {
    const base = request.base ?? {
      ref: this.defaultBranch,
      sha: this.git?.commit(this.defaultBranch)?.sha ?? '',
    }
    const pull: PullRequest = {
      head: { repository: this.fullName, ...request.head },
      base: { repository: this.fullName, ...base },
      draft: false,
      mergedAt: null,
      mergeCommitSha: null,
    }
    return Object.assign(this.openIssue({ ...request, pull }), { pull })
  }

  /** Marks a pull request as merged by `sha`, as pushing that merge would. */
  mergePullRequest(number: number, sha: string): void {
    const issue = this.issues.get(number)
    if (issue?.pull === undefined) throw new Error(`${this.fullName} has no pull request ${number}`)
    issue.state = 'closed'
    issue.pull.mergedAt = this.#state.now()
    issue.pull.mergeCommitSha = sha
  }

  comment(issue: number, body: string, user: Account): Comment {
    const now = this.#state.now()
    const comment = { id: this.#state.nextId(), issue, user, body, createdAt: now, updatedAt: now }
    this.comments.push(comment)
    return comment
  }

  commentsOn(issue: number): Comment[] {
    return this.comments.filter((comment) => comment.issue === issue)
  }

  createEnvironment(name: string, protection: Protection = {}): Environment {
    const now = this.#state.now()
    const environment = {
      id: this.#state.nextId(),
      name,
      createdAt: now,
      secrets: new SecretStore(),
      variables: new Map(),
      protection,
    }
    this.environments.set(name, environment)
    return environment
  }

  keep(list: Kept[], fields: { [name: string]: unknown }): Kept {
    const now = this.#state.now()
    const kept = { id: this.#state.nextId(), createdAt: now, updatedAt: now, fields }
    list.push(kept)
    return kept
  }

  commit(ref: string): CommitFacts | undefined {
    return this.git?.commit(ref)
  }
}

export interface RepositoryOptions {
  readonly owner: string
  readonly name: string
  readonly ownerType?: 'User' | 'Organization'
  readonly private?: boolean
  readonly defaultBranch?: string
  /** Where files and commits come from; without it the repository is empty. */
  readonly git?: GitContents
}

export class Organization {
  readonly secrets = new SecretStore()
  readonly variables = new Map<string, Variable>()
}

/** Everything that the local GitHub remembers. Tests read it and put things into it. */
export class GitHubState {
  readonly repositories: Repository[] = []
  readonly organizations = new Map<string, Organization>()
  readonly #accounts = new Map<string, Account>()
  #lastId = 1000
  #lastTime = Date.now()

  addRepository(options: RepositoryOptions): Repository {
    const repository = new Repository(this, options)
    this.repositories.push(repository)
    if (repository.owner.type === 'Organization' && !this.organizations.has(repository.owner.login)) {
      this.organizations.set(repository.owner.login, new Organization())
    }
    return repository
  }

  /** The repository of that name, whatever the case; without a name the first one. */
  repository(fullName?: string): Repository {
    const found = fullName === undefined ? this.repositories[0] : this.find(fullName)
    if (found === undefined) throw new Error(`no repository ${fullName ?? 'at all'}`)
    return found
  }

  find(fullName: string): Repository | undefined {
    return this.repositories.find((item) => item.fullName.toLowerCase() === fullName.toLowerCase())
  }

  account(login: string, type: Account['type']): Account {
    const known = this.#accounts.get(login)
    if (known !== undefined) return known
    const account = { login, type, id: this.nextId() }
    this.#accounts.set(login, account)
    return account
  }

  nextId(): number {
    this.#lastId += 1
    return this.#lastId
  }

  /** GitHub's times have no fractions. Here each is later than the one before, so that "updated since" can be told. */
  now(): string {
    this.#lastTime = Math.max(Date.now(), this.#lastTime + 1000)
    return `${new Date(this.#lastTime).toISOString().slice(0, 19)}Z`
  }
}

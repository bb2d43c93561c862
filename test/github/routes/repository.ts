import { type Call, created, type Handlers, noContent, notFound, ok, page, Refusal } from '../call.ts'
import type { CommitFacts } from '../git-contents.ts'
import type { Json, JsonObject } from '../neutral-values.ts'
import type { Account, Repository } from '../state.ts'
import type { Permissions } from '../tokens.ts'

export function presentAccount(call: Pick<Call, 'api'>, { login, id, type }: Account): JsonObject {
  return { login, id, type, url: `${call.api}/users/${encodeURIComponent(login)}`, site_admin: false }
}

export function presentRepository(call: Call, repository: Repository): JsonObject {
  return {
    id: repository.id,
    name: repository.name,
    full_name: repository.fullName,
    owner: presentAccount(call, repository.owner),
    private: repository.private,
    fork: false,
    default_branch: repository.defaultBranch,
    url: `${call.api}/repos/${repository.fullName}`,
    html_url: call.html,
  }
}

function presentCommit(call: Call, { sha, tree, parents, message, author }: CommitFacts): JsonObject {
  const url = (commit: string) => `${call.api}/repos/${call.repository.fullName}/commits/${commit}`
  return {
    sha,
    url: url(sha),
    html_url: `${call.html}/commit/${sha}`,
    commit: {
      message,
      author: { ...author },
      committer: { ...author },
      tree: { sha: tree, url: url(tree) },
      url: url(sha),
    },
    parents: parents.map((parent) => ({
      sha: parent,
      url: url(parent),
      html_url: `${call.html}/commit/${parent}`,
    })),
    author: null,
    committer: null,
  }
}

function content(call: Call): Json {
  const path = (call.variables.path ?? '').replace(/^\/|\/$/g, '')
  const ref = call.query.ref ?? call.repository.defaultBranch
  const entry = call.repository.git?.entry(path, ref)
  if (entry === undefined) throw notFound()
  const place = (at: string) => {
    const url = `${call.api}/repos/${call.repository.fullName}/contents/${at}?ref=${encodeURIComponent(ref)}`
    const html = `${call.html}/blob/${ref}/${at}`
    return {
      path: at,
      name: at.split('/').at(-1) ?? '',
      url,
      html_url: html,
      download_url: null,
      git_url: null,
    }
  }
  const withLinks = (facts: JsonObject & { url: string; html_url: string }) => ({
    ...facts,
    _links: { self: facts.url, git: null, html: facts.html_url },
  })
  if (entry.type === 'directory') {
    return entry.entries.map(({ path: at, ...facts }) => withLinks({ ...place(at), ...facts }))
  }
  return withLinks({
    ...place(path),
    type: 'file',
    encoding: 'base64',
    sha: entry.sha,
    size: entry.content.length,
    // GitHub breaks the base64 text after 60 characters; a client must cope with that.
    content: entry.content.toString('base64').replace(/.{60}/g, '$&\n'),
  })
}

function limits(call: Call): Json {
  const core = { limit: 5000, remaining: 4999, reset: Math.ceil(Date.now() / 1000) + 3600, used: 1 }
  return {
    resources: { core, search: { ...core, limit: 30 } },
    rate: { ...core, used: call.token.value.length > 0 ? 1 : 0 },
  }
}

function installation(call: Call): Json {
  const { owner } = call.state.repository()
  return {
    id: 1,
    account: presentAccount(call, owner),
    app_id: 1,
    app_slug: 'litellm-gitops-lab',
    target_id: owner.id,
    target_type: owner.type,
    repository_selection: 'selected',
    permissions: { ...call.token.permissions },
    events: [],
    single_file_name: null,
  }
}

function ref(call: Call, name: string, sha: string): Json {
  const object = `${call.api}/repos/${call.repository.fullName}/git/commits/${sha}`
  const url = `${call.api}/repos/${call.repository.fullName}/git/${name}`
  return { ref: name, node_id: sha, url, object: { type: 'commit', sha, url: object } }
}

function moveRef(call: Call, name: string, sha: string): void {
  if (call.repository.git?.move(name, sha) !== true) throw new Refusal(422, 'Object does not exist')
}

export const repositoryHandlers = {
  'git/get-ref': (call) => {
    const name = `refs/${call.variables.ref}`
    const commit = call.repository.git?.commit(name)
    if (commit === undefined) throw notFound()
    return ok(ref(call, name, commit.sha))
  },
  'git/create-ref': (call) => {
    const { ref: name, sha } = call.body as { ref: string; sha: string }
    if (call.repository.git?.commit(name) !== undefined) throw new Refusal(422, 'Reference already exists')
    moveRef(call, name, sha)
    return created(ref(call, name, sha))
  },
  'git/update-ref': (call) => {
    const name = `refs/${call.variables.ref}`
    const { sha, force = false } = call.body as { sha: string; force?: boolean }
    const before = call.repository.git?.commit(name)
    if (before === undefined) throw notFound()
    if (!force && (call.repository.git?.compare(before.sha, sha)?.behind ?? 1) > 0)
      throw new Refusal(422, 'Update is not a fast forward')
    moveRef(call, name, sha)
    return ok(ref(call, name, sha))
  },
  'repos/create-or-update-file-contents': (call) => {
    const {
      message,
      content: encoded,
      branch,
      sha,
    } = call.body as {
      message: string
      content: string
      branch?: string
      sha?: string
    }
    const { git, defaultBranch } = call.repository
    const path = call.variables.path ?? ''
    const name = `refs/heads/${branch ?? defaultBranch}`
    const before = git?.entry(path, name)
    if (git === undefined || git.commit(name) === undefined)
      throw new Refusal(404, `Branch ${branch} not found`)
    if (before?.type === 'file' && before.sha !== sha) throw new Refusal(409, `${path} does not match ${sha}`)
    const made = git.write(name, path, Buffer.from(encoded, 'base64'), message)
    return {
      status: before === undefined ? 201 : 200,
      body: { content: null, commit: { sha: made, message } },
    }
  },
  'rate-limit/get': (call) => ok(limits(call)),
  'users/get-authenticated': (call) => {
    if (call.token.kind !== 'personal') throw new Refusal(403, 'Resource not accessible by integration')
    return ok({ ...presentAccount(call, call.token.account), user_view_type: 'public' })
  },
  'apps/get-authenticated': (call) => {
    if (call.token.kind !== 'jwt') throw new Refusal(401, 'A JSON web token could not be decoded')
    const { id, login } = call.token.account
    return ok({
      id,
      slug: login.replace('[bot]', ''),
      name: login,
      owner: presentAccount(call, call.token.account),
    })
  },
  'apps/get-repo-installation': (call) => {
    if (call.token.kind !== 'jwt') throw new Refusal(401, 'A JSON web token could not be decoded')
    return ok(installation(call))
  },
  'apps/create-installation-access-token': (call) => {
    if (call.token.kind !== 'jwt') throw new Refusal(401, 'A JSON web token could not be decoded')
    const { permissions = {}, repositories } = call.body as {
      permissions?: Permissions
      repositories?: string[]
    }
    const { login } = call.state.repository().owner
    const token = call.issueToken({
      kind: 'app',
      login: call.token.account.login,
      permissions,
      ...(repositories === undefined ? {} : { repositories: repositories.map((name) => `${login}/${name}`) }),
    })
    const expires_at = new Date(Date.now() + 3_600_000).toISOString()
    return created({ token, expires_at, permissions: { ...permissions }, repository_selection: 'selected' })
  },
  'apps/list-repos-accessible-to-installation': (call) => {
    if (call.token.kind === 'personal')
      throw new Refusal(403, 'You must authenticate with an installation access token')
    const reached = call.state.repositories.filter(
      ({ fullName }) => call.token.repositories === undefined || call.token.repositories.includes(fullName),
    )
    return page(
      call,
      reached,
      (repository) => presentRepository(call, repository),
      (repositories, total_count) => ({
        total_count,
        repositories,
      }),
    )
  },
  'repos/get': (call) => ok(presentRepository(call, call.repository)),
  'repos/get-content': (call) => ok(content(call)),
  'repos/list-commits': (call) => {
    const commits = call.repository.git?.commits(
      call.query.sha ?? call.repository.defaultBranch,
      1000,
      call.query.path,
    )
    return page(call, commits ?? [], (commit) => presentCommit(call, commit))
  },
  'repos/get-commit': (call) => {
    const commit = call.repository.commit(call.variables.ref ?? '')
    if (commit === undefined) throw new Refusal(422, `No commit found for SHA: ${call.variables.ref}`)
    return ok(presentCommit(call, commit))
  },
  'repos/compare-commits-with-basehead': (call) => {
    const { git } = call.repository
    const [base = '', head = ''] = (call.variables.basehead ?? '').split('...')
    const compared = git?.compare(base, head)
    const first = git?.commit(base)
    if (compared === undefined || first === undefined) throw notFound()
    const { ahead, behind, fork } = compared
    const status =
      ahead.length === 0 ? (behind === 0 ? 'identical' : 'behind') : behind === 0 ? 'ahead' : 'diverged'
    const place = `${call.api}/repos/${call.repository.fullName}/compare/${base}...${head}`
    const html = `${call.html}/compare/${base}...${head}`
    return page(
      call,
      ahead,
      (commit) => presentCommit(call, commit),
      (commits, total_commits) => ({
        url: place,
        html_url: html,
        permalink_url: html,
        diff_url: `${html}.diff`,
        patch_url: `${html}.patch`,
        base_commit: presentCommit(call, first),
        merge_base_commit: presentCommit(call, fork),
        status,
        ahead_by: ahead.length,
        behind_by: behind,
        total_commits,
        commits,
        files: (git?.changedFiles(base, head) ?? []).map(({ path, sha, status: how }) => {
          const blob = `${call.html}/blob/${head}/${path}`
          const contents_url = `${call.api}/repos/${call.repository.fullName}/contents/${path}?ref=${head}`
          return { filename: path, sha, status: how, contents_url, blob_url: blob, raw_url: blob }
        }),
      }),
    )
  },
  'repos/create-dispatch-event': (call) => {
    const { event_type, client_payload = {} } = call.body as {
      event_type: string
      client_payload?: JsonObject
    }
    call.repository.dispatches.push({ kind: 'repository', name: event_type, inputs: client_payload })
    return noContent
  },
  'actions/create-workflow-dispatch': (call) => {
    const { ref, inputs = {} } = call.body as { ref: string; inputs?: JsonObject }
    const name = call.variables.workflow_id ?? ''
    call.repository.dispatches.push({ kind: 'workflow', name, ref, inputs })
    return noContent
  },
} satisfies Handlers

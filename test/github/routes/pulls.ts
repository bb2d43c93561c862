import { type Call, created, type Handlers, notFound, ok, page, Refusal } from '../call.ts'
import type { JsonObject } from '../neutral-values.ts'
import type { Branch, Issue, PullRequest } from '../state.ts'
import { presentAccount, presentRepository } from './repository.ts'

type Pull = Issue & { readonly pull: PullRequest }

function pullsOf(call: Call): Pull[] {
  return [...call.repository.issues.values()]
    .filter((issue): issue is Pull => issue.pull !== undefined)
    .reverse()
}

function pullInPath(call: Call): Pull {
  const found = pullsOf(call).find(({ number }) => number === Number(call.variables.pull_number))
  if (found === undefined) throw notFound()
  return found
}

function presentBranch(call: Call, { ref, sha, repository }: Branch): JsonObject {
  const [owner = ''] = repository.split('/')
  const repo = call.state.find(repository)
  return {
    ref,
    sha,
    label: `${owner}:${ref}`,
    user: presentAccount(call, call.state.account(owner, 'User')),
    // A fork that nobody set up here looks like one that was deleted since; GitHub's null says just that.
    repo: repo === undefined ? null : presentRepository(call, repo),
  }
}

function presentPull(call: Call, issue: Pull): JsonObject {
  const { pull } = issue
  const url = `${call.api}/repos/${call.repository.fullName}/pulls/${issue.number}`
  return {
    id: issue.id,
    number: issue.number,
    title: issue.title,
    body: issue.body,
    state: issue.state,
    locked: issue.locked,
    draft: pull.draft,
    merged: pull.mergedAt !== null,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommitSha,
    user: presentAccount(call, issue.user),
    head: presentBranch(call, pull.head),
    base: presentBranch(call, pull.base),
    comments: call.repository.commentsOn(issue.number).length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    url,
    html_url: `${call.html}/pull/${issue.number}`,
    comments_url: `${url.replace('/pulls/', '/issues/')}/comments`,
  }
}

export const pullHandlers = {
  'pulls/list': (call) => {
    const state = call.query.state ?? 'open'
    const { head } = call.query
    const isWanted = ({ pull }: Pull) =>
      head === undefined || `${pull.head.repository.split('/')[0]}:${pull.head.ref}` === head
    const pulls = pullsOf(call).filter(
      (issue) => (state === 'all' || issue.state === state) && isWanted(issue),
    )
    return page(call, pulls, (issue) => presentPull(call, issue))
  },
  'pulls/create': (call) => {
    const { title, body, head, base } = call.body as {
      title: string
      body?: string
      head: string
      base: string
    }
    const { repository } = call
    const at = (ref: string): Branch => {
      const commit = repository.git?.commit(`refs/heads/${ref}`)
      if (commit === undefined) throw new Refusal(422, 'Validation Failed', [{ field: ref, code: 'invalid' }])
      return { ref, sha: commit.sha, repository: repository.fullName }
    }
    const there = pullsOf(call).some(
      ({ state, pull }) =>
        state === 'open' && pull.head.ref === head && pull.head.repository === repository.fullName,
    )
    if (there) throw new Refusal(422, `A pull request already exists for ${head}.`)
    const pull = { head: at(head), base: at(base), draft: false, mergedAt: null, mergeCommitSha: null }
    if (pull.head.sha === pull.base.sha) throw new Refusal(422, `No commits between ${base} and ${head}`)
    const issue = repository.openIssue({
      title,
      ...(body === undefined ? {} : { body }),
      user: call.token.account,
      pull,
    })
    return created(presentPull(call, issue as Pull))
  },
  'pulls/update': (call) => {
    const issue = pullInPath(call)
    const { title, body } = call.body as { title?: string; body?: string }
    if (title !== undefined) issue.title = title
    if (body !== undefined) issue.body = body
    return ok(presentPull(call, issue))
  },
  'pulls/get': (call) => ok(presentPull(call, pullInPath(call))),
  'pulls/list-files': (call) => {
    const { pull } = pullInPath(call)
    const files = call.repository.git?.changedFiles(pull.base.sha, pull.head.sha) ?? []
    return page(call, files, ({ path, sha, status }) => {
      const place = `${call.api}/repos/${call.repository.fullName}/contents/${path}?ref=${pull.head.sha}`
      const blob = `${call.html}/blob/${pull.head.sha}/${path}`
      return { filename: path, sha, status, contents_url: place, blob_url: blob, raw_url: blob }
    })
  },
  'repos/list-pull-requests-associated-with-commit': (call) => {
    const sha = call.variables.commit_sha
    const pulls = pullsOf(call).filter(({ pull }) => pull.mergeCommitSha === sha || pull.head.sha === sha)
    return page(call, pulls, (issue) => presentPull(call, issue))
  },
} satisfies Handlers

import { byId, type Call, created, type Handlers, noContent, notFound, ok, page, Refusal } from '../call.ts'
import type { JsonObject } from '../neutral-values.ts'
import type { Comment, Issue, Label } from '../state.ts'
import { presentAccount } from './repository.ts'

const LONGEST_BODY = 65_536

function issueInPath(call: Call): Issue {
  const issue = call.repository.issues.get(Number(call.variables.issue_number))
  if (issue === undefined) throw notFound()
  return issue
}

function labelsOf(call: Call, issue: Issue): JsonObject[] {
  return [...issue.labels].map((name) => presentLabel(call, labelNamed(call, name)))
}

function labelNamed(call: Call, name: string): Label {
  const label = call.repository.labels.get(name.toLowerCase())
  if (label === undefined) throw notFound()
  return label
}

/** Labels are created by being used, as on GitHub. */
function useLabel(call: Call, name: string): string {
  const { labels } = call.repository
  if (!labels.has(name.toLowerCase())) {
    labels.set(name.toLowerCase(), { id: call.state.nextId(), name, color: 'ededed', description: null })
  }
  return labelNamed(call, name).name
}

function presentLabel(call: Call, { id, name, color, description }: Label): JsonObject {
  const url = `${call.api}/repos/${call.repository.fullName}/labels/${encodeURIComponent(name)}`
  return { id, name, color, description, default: false, url }
}

function presentIssue(call: Call, issue: Issue): JsonObject {
  const url = `${call.api}/repos/${call.repository.fullName}/issues/${issue.number}`
  const html = `${call.html}/${issue.pull === undefined ? 'issues' : 'pull'}/${issue.number}`
  return {
    id: issue.id,
    number: issue.number,
    title: issue.title,
    body: issue.body,
    state: issue.state,
    locked: issue.locked,
    user: presentAccount(call, issue.user),
    labels: labelsOf(call, issue),
    comments: call.repository.commentsOn(issue.number).length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    url,
    html_url: html,
    comments_url: `${url}/comments`,
    ...(issue.pull === undefined
      ? {}
      : {
          pull_request: {
            url: url.replace('/issues/', '/pulls/'),
            html_url: html,
            diff_url: null,
            patch_url: null,
          },
        }),
  }
}

function presentComment(call: Call, comment: Comment): JsonObject {
  const url = `${call.api}/repos/${call.repository.fullName}/issues`
  return {
    id: comment.id,
    body: comment.body,
    user: presentAccount(call, comment.user),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    url: `${url}/comments/${comment.id}`,
    issue_url: `${url}/${comment.issue}`,
    html_url: `${call.html}/issues/${comment.issue}#issuecomment-${comment.id}`,
  }
}

function usableBody(body: string): string {
  if (body.length <= LONGEST_BODY) return body
  const message = `body is too long (maximum is ${LONGEST_BODY} characters)`
  throw new Refusal(422, 'Validation Failed', [
    { resource: 'IssueComment', code: 'unprocessable', field: 'data', message },
  ])
}

function labelNames(labels: unknown): string[] {
  const list = Array.isArray(labels) ? labels : []
  return list.map((label: string | { name: string }) => (typeof label === 'string' ? label : label.name))
}

export const issueHandlers = {
  'issues/list-for-repo': (call) => {
    const state = call.query.state ?? 'open'
    const wanted = call.query.labels?.split(',') ?? []
    const issues = [...call.repository.issues.values()]
      .filter((issue) => state === 'all' || issue.state === state)
      .filter((issue) => wanted.every((label) => issue.labels.has(label)))
      .reverse()
    return page(call, issues, (issue) => presentIssue(call, issue))
  },
  'issues/create': (call) => {
    const { title, body, labels } = call.body as {
      title: string | number
      body?: string | null
      labels?: unknown
    }
    const user = call.token.account
    const issue = call.repository.openIssue({ title: String(title), user, body: usableBody(body ?? '') })
    for (const name of labelNames(labels)) issue.labels.add(useLabel(call, name))
    return created(presentIssue(call, issue))
  },
  'issues/get': (call) => ok(presentIssue(call, issueInPath(call))),
  'issues/update': (call) => {
    const issue = issueInPath(call)
    const { title, body, state, labels } = call.body as {
      title?: string
      body?: string | null
      state?: 'open' | 'closed'
      labels?: unknown
    }
    if (title !== undefined) issue.title = String(title)
    if (body !== undefined) issue.body = usableBody(body ?? '')
    if (state !== undefined) issue.state = state
    if (labels !== undefined) {
      issue.labels.clear()
      for (const name of labelNames(labels)) issue.labels.add(useLabel(call, name))
    }
    issue.updatedAt = call.state.now()
    return ok(presentIssue(call, issue))
  },
  'issues/list-comments': (call) => {
    const { number } = issueInPath(call)
    return page(call, call.repository.commentsOn(number), (comment) => presentComment(call, comment))
  },
  'issues/create-comment': (call) => {
    const issue = issueInPath(call)
    const { body } = call.body as { body: string }
    if (body.trim() === '')
      throw new Refusal(422, 'Validation Failed', [
        { resource: 'IssueComment', code: 'missing_field', field: 'body' },
      ])
    if (issue.locked) throw new Refusal(403, 'Unable to create comment because issue is locked.')
    const comment = call.repository.comment(issue.number, usableBody(body), call.token.account)
    return created(presentComment(call, comment))
  },
  'issues/get-comment': (call) =>
    ok(presentComment(call, byId(call.repository.comments, call.variables.comment_id))),
  'issues/update-comment': (call) => {
    const comment = byId(call.repository.comments, call.variables.comment_id)
    comment.body = usableBody((call.body as { body: string }).body)
    comment.updatedAt = call.state.now()
    return ok(presentComment(call, comment))
  },
  'issues/delete-comment': (call) => {
    const { comments } = call.repository
    comments.splice(comments.indexOf(byId(comments, call.variables.comment_id)), 1)
    return noContent
  },
  'issues/list-labels-for-repo': (call) =>
    page(call, [...call.repository.labels.values()], (label) => presentLabel(call, label)),
  'issues/create-label': (call) => {
    const { name, color, description } = call.body as { name: string; color?: string; description?: string }
    if (call.repository.labels.has(name.toLowerCase())) {
      throw new Refusal(422, 'Validation Failed', [
        { resource: 'Label', code: 'already_exists', field: 'name' },
      ])
    }
    const label = labelNamed(call, useLabel(call, name))
    label.color = color ?? label.color
    label.description = description ?? null
    return created(presentLabel(call, label))
  },
  'issues/get-label': (call) => ok(presentLabel(call, labelNamed(call, call.variables.name ?? ''))),
  'issues/list-labels-on-issue': (call) => ok(labelsOf(call, issueInPath(call))),
  'issues/add-labels': (call) => {
    const issue = issueInPath(call)
    for (const name of labelNames(call.body.labels)) issue.labels.add(useLabel(call, name))
    return ok(labelsOf(call, issue))
  },
  'issues/remove-label': (call) => {
    const issue = issueInPath(call)
    if (!issue.labels.delete(labelNamed(call, call.variables.name ?? '').name)) {
      throw new Refusal(404, 'Label does not exist')
    }
    return ok(labelsOf(call, issue))
  },
} satisfies Handlers

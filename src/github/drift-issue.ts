import { type Octokit, statusOf } from './client.ts'
import { loginOf } from './identity.ts'
import type { Redactor } from './redact.ts'
import { COMMENT_LIMIT, isRateLimit, markerLine, sameText } from './sticky-comment.ts'
import { characters, truncateMarkdown } from './truncate-markdown.ts'

export interface DriftIssueOptions {
  readonly octokit: Octokit
  readonly owner: string
  readonly repo: string
  /** Names the issue among those of this author, such as `litellm-gitops drift gateway.yaml`. */
  readonly marker: string
  readonly title: string
  /** Markdown that says what differs; undefined when nothing does. */
  readonly drift: string | undefined
  readonly redact: Redactor
}

export type DriftIssueResult =
  | {
      readonly outcome: 'opened' | 'updated' | 'unchanged' | 'closed'
      readonly number: number
      readonly url: string
    }
  | { readonly outcome: 'none' }
  /** The token may not: it needs `issues: write`. */
  | { readonly outcome: 'refused' }

/**
 * Keeps one issue open as long as the gateway differs from its declaration: opened when drift is found, brought up to date, and
 * closed when it is gone. Known by a hidden marker on its first line and by its author, the owner of the token. Throws GitHub's
 * error for anything but a missing permission.
 */
export async function keepDriftIssue(options: DriftIssueOptions): Promise<DriftIssueResult> {
  const { octokit, owner, repo, title, drift } = options
  try {
    const open = await findOpen(options)
    if (drift === undefined) {
      if (open === undefined) return { outcome: 'none' }
      const { data } = await octokit.rest.issues.update({
        owner,
        repo,
        issue_number: open.number,
        state: 'closed',
        state_reason: 'completed',
      })
      return { outcome: 'closed', number: data.number, url: data.html_url }
    }
    const body = bodyOf(options, drift)
    if (open === undefined) {
      const { data } = await octokit.rest.issues.create({ owner, repo, title, body })
      return { outcome: 'opened', number: data.number, url: data.html_url }
    }
    const { number, html_url: url } = open
    if (sameText(open.body ?? '', body)) return { outcome: 'unchanged', number, url }
    await octokit.rest.issues.update({ owner, repo, issue_number: number, body })
    return { outcome: 'updated', number, url }
  } catch (error) {
    if (statusOf(error) !== 403 || isRateLimit(error)) throw error
    return { outcome: 'refused' }
  }
}

function bodyOf({ marker, redact }: DriftIssueOptions, drift: string): string {
  const head = `${markerLine(marker)}\n`
  const note = '_Cut here: the whole text is in the summary of the run._'
  return head + truncateMarkdown(redact(drift), COMMENT_LIMIT - head.length, characters, note)
}

async function findOpen({ octokit, owner, repo, marker }: DriftIssueOptions) {
  const first = markerLine(marker)
  const issues = await octokit.paginate(octokit.rest.issues.listForRepo, {
    owner,
    repo,
    state: 'open',
    per_page: 100,
  })
  const marked = issues.filter(
    ({ body, pull_request }) => pull_request === undefined && body?.startsWith(first),
  )
  if (marked.length === 0) return undefined
  const self = await loginOf(octokit)
  return marked.find(({ user }) => user?.login === self)
}

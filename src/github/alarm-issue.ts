import type { Redactor } from '../log/redact.ts'
import { everyPage, type Octokit, statusOf } from './client.ts'
import { loginOf } from './identity.ts'
import { COMMENT_LIMIT, isRateLimit, markerLine } from './sticky-comment.ts'
import { characters, truncateMarkdown } from './truncate-markdown.ts'

export interface AlarmOptions {
  readonly octokit: Octokit
  readonly owner: string
  readonly repo: string
  /** Names the alarm among the issues of this author, such as `litellm-gitops drift`. */
  readonly marker: string
  readonly title: string
  /** Markdown that says what is wrong; undefined when all is well. */
  readonly wrong: string | undefined
  /** Markdown for the last word of an alarm that is over. */
  readonly over: string
  readonly redact: Redactor
}

export type AlarmResult =
  | { readonly outcome: 'opened' | 'updated' | 'closed'; readonly number: number; readonly url: string }
  | { readonly outcome: 'quiet' }
  /** The token may not write issues (`issues: write`). */
  | { readonly outcome: 'refused' }

/**
 * Keeps one issue open while something is wrong: opened once, its text kept up to date, closed with a comment when it is
 * over. It is known by a hidden marker and by its author. Throws GitHub's error for anything but a refusal.
 */
export async function tellAlarm(options: AlarmOptions): Promise<AlarmResult> {
  const { octokit, owner, repo, title, wrong, over, redact } = options
  try {
    const open = await findOwn(options)
    if (wrong === undefined) {
      if (open === undefined) return { outcome: 'quiet' }
      const place = { owner, repo, issue_number: open.number }
      await octokit.rest.issues.createComment({ ...place, body: cut(redact(over)) })
      await octokit.rest.issues.update({ ...place, state: 'closed', state_reason: 'completed' })
      return { outcome: 'closed', number: open.number, url: open.html_url }
    }
    const body = `${markerLine(options.marker)}\n${cut(redact(wrong))}`
    const { data } =
      open === undefined
        ? await octokit.rest.issues.create({ owner, repo, title, body })
        : await octokit.rest.issues.update({ owner, repo, issue_number: open.number, body })
    return { outcome: open === undefined ? 'opened' : 'updated', number: data.number, url: data.html_url }
  } catch (error) {
    const status = statusOf(error)
    // 410: the repository has no issues.
    if (status !== 403 && status !== 404 && status !== 410) throw error
    if (isRateLimit(error)) throw error
    return { outcome: 'refused' }
  }
}

function cut(text: string): string {
  return truncateMarkdown(
    text,
    COMMENT_LIMIT - 200,
    characters,
    '_Cut here: the whole text is in the summary of the run._',
  )
}

async function findOwn({ octokit, owner, repo, marker }: AlarmOptions) {
  const first = markerLine(marker)
  const issues = await everyPage(
    octokit.paginate.iterator(octokit.rest.issues.listForRepo, { owner, repo, state: 'open', per_page: 100 }),
    `open issues of ${owner}/${repo}`,
  )
  const marked = issues.filter(
    ({ body, pull_request }) => pull_request === undefined && body?.startsWith(first),
  )
  if (marked.length === 0) return undefined
  const self = await loginOf(octokit)
  return marked.find(({ user }) => user?.login === self)
}

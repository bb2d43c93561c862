import type { Redactor } from '../log/redact.ts'
import { everyPage, type Octokit, statusOf } from './client.ts'
import { loginOf } from './identity.ts'
import { characters, truncateMarkdown } from './truncate-markdown.ts'

/** GitHub refuses more than 65,536 characters; the rest is room for what it counts differently. */
export const COMMENT_LIMIT = 64_000

/** Of the comment with the plan of a pull request. */
export const PLAN_MARKER = 'litellm-gitops plan'

export interface StickyCommentOptions {
  readonly octokit: Octokit
  readonly owner: string
  readonly repo: string
  /** Number of the issue or pull request. */
  readonly issue: number
  /** Names the comment among those of this author, such as `litellm-gitops plan gateway.yaml`; letters, digits, space and `._/-`. */
  readonly marker: string
  /** Markdown. Cut with a note when it is longer than {@link COMMENT_LIMIT} with the marker. */
  readonly body: string
  /** Required: the runner masks logs and summaries, but not comments. */
  readonly redact: Redactor
  /** Whether one is made where there is none; true when left out. */
  readonly create?: boolean
}

export type StickyCommentResult =
  /** There is none, and none was to be made. */
  | { readonly outcome: 'none' }
  | { readonly outcome: 'created' | 'updated' | 'unchanged'; readonly id: number; readonly url: string }
  /** The token may not comment here: a run for a fork, a locked conversation. Nothing was written; this is not a failure. */
  | { readonly outcome: 'refused'; readonly reason: string }

type Comment = Awaited<ReturnType<Octokit['rest']['issues']['listComments']>>['data'][number]

/**
 * Keeps one comment up to date on an issue or pull request.
 *
 * The comment is known by a hidden marker on its first line and by its author, who must be the owner of the token: a comment
 * by somebody else with a copied marker is left alone. All pages of comments are read. With an unchanged body
 * nothing is written. Throws GitHub's error for anything but a refusal to comment.
 */
export async function upsertStickyComment(options: StickyCommentOptions): Promise<StickyCommentResult> {
  const { octokit, owner, repo, issue } = options
  const body = commentBody(options)
  const place = { owner, repo, issue_number: issue }
  try {
    const existing = await findComment(options)
    if (existing !== undefined) {
      if (sameText(existing.body, body))
        return { outcome: 'unchanged', id: existing.id, url: existing.html_url }
      const updated = await octokit.rest.issues
        .updateComment({ owner, repo, comment_id: existing.id, body })
        .catch((error: unknown) => {
          // Deleted since it was listed: create a new one, as the next run would.
          if (statusOf(error) === 404) return undefined
          throw error
        })
      if (updated !== undefined)
        return { outcome: 'updated', id: updated.data.id, url: updated.data.html_url }
    }
    if (options.create === false) return { outcome: 'none' }
    const created = await octokit.rest.issues.createComment({ ...place, body })
    return { outcome: 'created', id: created.data.id, url: created.data.html_url }
  } catch (error) {
    if (statusOf(error) !== 403 || isRateLimit(error)) throw error
    return { outcome: 'refused', reason: error instanceof Error ? error.message : String(error) }
  }
}

/** The hidden first line of the comment. Throws a TypeError for a marker that could end the HTML comment early. */
export function markerLine(marker: string): string {
  if (!/^[\w ./-]+$/.test(marker) || marker.includes('--'))
    throw new TypeError(`not a usable marker: ${marker}`)
  return `<!-- ${marker} -->`
}

function commentBody({ marker, body, redact }: StickyCommentOptions): string {
  const head = `${markerLine(marker)}\n`
  const note = '_Cut here: the whole text is in the summary of the run._'
  return head + truncateMarkdown(redact(body), COMMENT_LIMIT - head.length, characters, note)
}

/** The comment that carries the marker and is of the token's owner. */
export async function findComment(
  options: Pick<StickyCommentOptions, 'octokit' | 'owner' | 'repo' | 'issue' | 'marker'>,
): Promise<Comment | undefined> {
  const { octokit, owner, repo, issue } = options
  const first = markerLine(options.marker)
  const comments = await everyPage(
    octokit.paginate.iterator(octokit.rest.issues.listComments, {
      owner,
      repo,
      issue_number: issue,
      per_page: 100,
    }),
    `comments on ${owner}/${repo}#${issue}`,
  )
  // At the very start: a quote of our comment, or a review that mentions the marker, carries it elsewhere.
  const marked = comments.filter(({ body }) => body?.startsWith(first))
  if (marked.length === 0) return undefined
  const self = await loginOf(octokit)
  return marked.find(({ user }) => user?.login === self)
}

/** GitHub stores line ends as they were sent, but drops white space at the end. */
export function sameText(stored: string | undefined, wanted: string): boolean {
  return stored?.replaceAll('\r\n', '\n').trimEnd() === wanted.trimEnd()
}

export function isRateLimit(error: unknown): boolean {
  return error instanceof Error && /rate limit/i.test(error.message)
}

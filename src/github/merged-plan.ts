import { createClient, everyPage, type Octokit, statusOf } from './client.ts'
import type { RunContext } from './context.ts'
import { type History, historyBetween } from './history.ts'
import { findComment, isRateLimit, PLAN_MARKER } from './sticky-comment.ts'

export interface ReviewedPlan {
  readonly pullRequest: number
  readonly url: string
  /** The last commit of the pull request. */
  readonly headSha: string
  /** Our comment with the plan; undefined when there is none. */
  readonly comment: string | undefined
}

/** What was reviewed of what this commit brings. */
export interface Reviewed {
  /** How the commit is related to `since`; undefined when nobody knows what the gateway had before. */
  readonly relation: History['relation'] | undefined
  /** The commit that the gateway had before, as far as it is known. */
  readonly since: string | undefined
  /** Of the pull requests that were merged since then, newest first; else of the one that this commit merged. */
  readonly plans: readonly ReviewedPlan[]
}

export interface ReviewedOptions {
  readonly octokit: Octokit
  readonly owner: string
  readonly repo: string
  /** The commit on the branch that is synced. */
  readonly sha: string
  /** The branch. Pull requests into another one were reviewed by others. */
  readonly branch: string | undefined
  /** The commit that the gateway has. It is what the host or GitHub says, never what a pull request may write. */
  readonly since: string | undefined
}

/**
 * The plans that reviewers saw of what is on the branch and not on the gateway yet: those of each pull request that was merged into the
 * branch after `since`. A run that was dropped or never approved is made up for by the next one so.
 * Answers `refused` when the token may not read pull requests (`pull-requests: read`) or commits (`contents: read`). Throws GitHub's
 * error for anything else.
 */
export async function findReviewed(options: ReviewedOptions): Promise<Reviewed | 'refused'> {
  const { octokit, owner, repo, sha, since } = options
  try {
    const history =
      since === undefined ? undefined : await historyBetween({ octokit, owner, repo, from: since, to: sha })
    const relation = history?.relation
    if (relation === 'behind') return { relation, since, plans: [] }
    const commits = history?.relation === 'ahead' ? history.commits : [sha]
    const plans: ReviewedPlan[] = []
    for (const commit of commits) plans.push(...(await plansOf(options, commit)))
    return { relation, since, plans }
  } catch (error) {
    const status = statusOf(error)
    if ((status !== 403 && status !== 404) || isRateLimit(error)) throw error
    return 'refused'
  }
}

/** Of the pull request that was merged by this very commit: a merge, a squash, or the last commit of a rebase. */
async function plansOf(
  { octokit, owner, repo, branch }: ReviewedOptions,
  commit: string,
): Promise<ReviewedPlan[]> {
  const pulls = await everyPage(
    octokit.paginate.iterator(octokit.rest.repos.listPullRequestsAssociatedWithCommit, {
      owner,
      repo,
      commit_sha: commit,
      per_page: 100,
    }),
    `pull requests of ${commit}`,
  )
  const merged = pulls.filter(
    ({ merged_at, merge_commit_sha, base }) =>
      merged_at !== null && merge_commit_sha === commit && base.ref === branch,
  )
  return await Promise.all(
    merged.map(async ({ number, html_url, head }) => {
      const comment = await findComment({ octokit, owner, repo, issue: number, marker: PLAN_MARKER })
      return { pullRequest: number, url: html_url, headSha: head.sha, comment: comment?.body }
    }),
  )
}

/** What a host says of the commit that it has. */
export interface AppliedCommit {
  /** 40 or 64 digits. */
  readonly commit: string
  /** `owner/name` */
  readonly repository: string
}

export interface FinderOptions {
  readonly run: Pick<RunContext, 'owner' | 'repo' | 'sha' | 'ref' | 'before'>
  readonly token: string
  readonly apiUrl: string | undefined
}

/** Answers what was reviewed of this run's commit; undefined without a token. */
export function reviewedFinder({ run, token, apiUrl }: FinderOptions) {
  const { owner, repo, sha, ref, before } = run
  return async (applied: AppliedCommit | null): Promise<Reviewed | 'refused' | undefined> => {
    if (apiUrl === undefined || token === '') return undefined
    // A gateway that was last changed from elsewhere: GitHub knows at least what the branch had before this push.
    const since =
      applied?.repository.toLowerCase() === `${owner}/${repo}`.toLowerCase() ? applied.commit : before
    const branch = ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : undefined
    return await findReviewed({ octokit: createClient({ token, apiUrl }), owner, repo, sha, branch, since })
  }
}

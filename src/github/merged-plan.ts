import { createClient, everyPage, type Octokit, statusOf } from './client.ts'
import type { RunContext } from './context.ts'
import { findComment, isRateLimit, PLAN_MARKER } from './sticky-comment.ts'

export interface ReviewedPlan {
  readonly pullRequest: number
  readonly url: string
  /** The last commit of the pull request. */
  readonly headSha: string
  /** Our comment with the plan; undefined when there is none. */
  readonly comment: string | undefined
}

export interface ReviewedPlanOptions {
  readonly octokit: Octokit
  readonly owner: string
  readonly repo: string
  /** The commit on the branch that is synced. */
  readonly sha: string
}

/**
 * The pull request that this commit merged, with the plan that its reviewers saw. Undefined when the commit merged none;
 * `refused` when the token may not read pull requests (`pull-requests: read`). Throws GitHub's error for anything else.
 */
export async function findReviewedPlan({
  octokit,
  owner,
  repo,
  sha,
}: ReviewedPlanOptions): Promise<ReviewedPlan | 'refused' | undefined> {
  try {
    const pulls = await everyPage(
      octokit.paginate.iterator(octokit.rest.repos.listPullRequestsAssociatedWithCommit, {
        owner,
        repo,
        commit_sha: sha,
        per_page: 100,
      }),
      `pull requests of ${sha}`,
    )
    const merged = pulls.find(
      ({ merged_at, merge_commit_sha }) => merged_at !== null && merge_commit_sha === sha,
    )
    if (merged === undefined) return undefined
    const comment = await findComment({ octokit, owner, repo, issue: merged.number, marker: PLAN_MARKER })
    return {
      pullRequest: merged.number,
      url: merged.html_url,
      headSha: merged.head.sha,
      comment: comment?.body,
    }
  } catch (error) {
    const status = statusOf(error)
    if ((status !== 403 && status !== 404) || isRateLimit(error)) throw error
    return 'refused'
  }
}

export interface FinderOptions {
  readonly run: Pick<RunContext, 'owner' | 'repo' | 'sha'>
  readonly token: string
  readonly apiUrl: string | undefined
}

/** Finds the reviewed plan of this run's commit; of none without a token. */
export function reviewedPlanFinder({ run: { owner, repo, sha }, token, apiUrl }: FinderOptions) {
  return async (): Promise<ReviewedPlan | 'refused' | undefined> => {
    if (apiUrl === undefined || token === '') return undefined
    return await findReviewedPlan({ octokit: createClient({ token, apiUrl }), owner, repo, sha })
  }
}

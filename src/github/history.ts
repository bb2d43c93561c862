import { type Octokit, statusOf } from './client.ts'

export interface HistoryOptions {
  readonly octokit: Octokit
  readonly owner: string
  readonly repo: string
  /** Full SHAs. */
  readonly from: string
  readonly to: string
}

/** How one commit is related to another, as the branch's history on GitHub says. */
export type History =
  /** `to` comes after `from`: the commits in between and `to` itself, newest first, along the first parents. */
  | { readonly relation: 'ahead'; readonly commits: readonly string[] }
  | { readonly relation: 'identical' }
  /** `to` is an ancestor of `from`. */
  | { readonly relation: 'behind' }
  /** Neither is an ancestor of the other: a force push, or another branch. */
  | { readonly relation: 'diverged' }
  /** GitHub does not know one of them. */
  | { readonly relation: 'unknown' }
  /** More commits in between than are read. */
  | { readonly relation: 'too-far' }

const PER_PAGE = 100
const MOST_PAGES = 10
/** Each of them is looked up alone. */
const MOST_COMMITS = 250

/**
 * What happened on a branch between two commits. Only first parents count: what a branch was made of before it was merged is no merge
 * into this one. Throws GitHub's error for anything but a commit that it does not know.
 */
export async function historyBetween({ octokit, owner, repo, from, to }: HistoryOptions): Promise<History> {
  if (from === to) return { relation: 'identical' }
  const parents = new Map<string, string | undefined>()
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const basehead = `${from}...${to}`
    const answer = await octokit.rest.repos
      .compareCommitsWithBasehead({ owner, repo, basehead, per_page: PER_PAGE, page })
      .catch((error: unknown) => {
        if (statusOf(error) === 404) return undefined
        throw error
      })
    if (answer === undefined) return { relation: 'unknown' }
    const { status, commits } = answer.data
    if (status === 'identical' || status === 'behind' || status === 'diverged') return { relation: status }
    if (status !== 'ahead' || !Array.isArray(commits))
      throw new Error(`GitHub's answer about the commits in ${basehead} is not as it describes it.`)
    for (const { sha, parents: above } of commits) parents.set(sha, above?.[0]?.sha)
    if (commits.length < PER_PAGE) return chain(parents, from, to)
  }
  return { relation: 'too-far' }
}

function chain(parents: ReadonlyMap<string, string | undefined>, from: string, to: string): History {
  const commits: string[] = []
  for (let at: string | undefined = to; at !== undefined && at !== from && parents.has(at); ) {
    if (commits.length === MOST_COMMITS) return { relation: 'too-far' }
    commits.push(at)
    at = parents.get(at)
  }
  return { relation: 'ahead', commits }
}

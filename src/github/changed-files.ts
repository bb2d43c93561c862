import { everyPage, type Octokit, statusOf } from './client.ts'
import type { RunContext } from './context.ts'

/** GitHub lists no more of a pull request, and fewer of a comparison: a list that long may not be all. */
const MOST_OF_PULL_REQUEST = 3000
const MOST_OF_COMPARISON = 300

interface ChangedFile {
  readonly filename: string
  readonly previous_filename?: string
}

/**
 * Paths of the files that a pull request or a merge queue's group changes, by their old names too. Undefined where GitHub does not list
 * all of them, for a run of something else, and for a token that may not ask. Throws GitHub's error for anything else.
 */
export async function changedFiles(
  octokit: Octokit,
  { owner, repo, pullRequest, mergeGroup }: Pick<RunContext, 'owner' | 'repo' | 'pullRequest' | 'mergeGroup'>,
): Promise<readonly string[] | undefined> {
  try {
    if (pullRequest !== undefined) {
      const place = { owner, repo, pull_number: pullRequest.number, per_page: 100 }
      const files = await everyPage<ChangedFile>(
        octokit.paginate.iterator(octokit.rest.pulls.listFiles, place),
        `files of ${owner}/${repo}#${pullRequest.number}`,
      )
      return files.length < MOST_OF_PULL_REQUEST ? namesOf(files) : undefined
    }
    if (mergeGroup === undefined) return undefined
    const basehead = `${mergeGroup.baseSha}...${mergeGroup.headSha}`
    const { data } = await octokit.rest.repos.compareCommitsWithBasehead({
      owner,
      repo,
      basehead,
      per_page: 1,
    })
    const { files } = data
    return files !== undefined && files.length < MOST_OF_COMPARISON ? namesOf(files) : undefined
  } catch (error) {
    if (statusOf(error) === 403 || statusOf(error) === 404) return undefined
    throw error
  }
}

function namesOf(files: readonly ChangedFile[]): string[] {
  return files.flatMap(({ filename, previous_filename }) => [filename, previous_filename ?? []].flat())
}

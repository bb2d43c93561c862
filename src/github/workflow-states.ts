import type { ScheduleFacts } from '../doctor/github.ts'
import type { Logger } from '../log/logger.ts'
import { everyPage, type Octokit, statusOf } from './client.ts'

/** Whose workflows are asked for, and by whom. */
export interface Asking {
  readonly github?: () => Promise<Octokit | undefined>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly logger: Logger
}

/** The state of the repository's workflows; undefined without a token, or with one that may not read them. */
export async function workflowStates(asking: Asking): Promise<ScheduleFacts | undefined> {
  return await asked(asking, "The repository's workflows", async (octokit, place) => {
    const workflows = await everyPage(
      octokit.paginate.iterator(octokit.rest.actions.listRepoWorkflows, { ...place, per_page: 100 }),
      `workflows of ${place.owner}/${place.repo}`,
    )
    return { workflows: workflows.map(({ name, path, state }) => ({ name, path, state })) }
  })
}

/** What is asked about the run's own repository with `actions: read`; undefined, with a word about it, where nobody may or can. */
export async function asked<Facts>(
  { github, env, logger }: Asking,
  what: string,
  ask: (octokit: Octokit, place: { readonly owner: string; readonly repo: string }) => Promise<Facts>,
): Promise<Facts | undefined> {
  const [owner, repo] = (env.GITHUB_REPOSITORY ?? '').split('/')
  if (github === undefined || !owner || !repo) return undefined
  try {
    const octokit = await github()
    return octokit === undefined ? undefined : await ask(octokit, { owner, repo })
  } catch (error) {
    const status = statusOf(error)
    const why =
      status === undefined && error instanceof Error && error.name !== 'HttpError'
        ? error.message
        : `GitHub answers ${status ?? 'nothing'} (the job needs actions: read).`
    logger.info(`${what} were not checked: ${why}`)
    return undefined
  }
}

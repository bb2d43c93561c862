import type { ScheduleFacts } from '../doctor/github.ts'
import type { Logger } from '../log/logger.ts'
import { everyPage, type Octokit, statusOf } from './client.ts'

/** Whose workflows are asked for, and by whom. */
interface Asking {
  readonly github?: () => Promise<Octokit | undefined>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly logger: Logger
}

/** The state of the repository's workflows; undefined without a token, or with one that may not read them. */
export async function workflowStates({ github, env, logger }: Asking): Promise<ScheduleFacts | undefined> {
  const [owner, repo] = (env.GITHUB_REPOSITORY ?? '').split('/')
  if (github === undefined || !owner || !repo) return undefined
  try {
    const octokit = await github()
    if (octokit === undefined) return undefined
    const workflows = await everyPage(
      octokit.paginate.iterator(octokit.rest.actions.listRepoWorkflows, { owner, repo, per_page: 100 }),
      `workflows of ${owner}/${repo}`,
    )
    return { workflows: workflows.map(({ name, path, state }) => ({ name, path, state })) }
  } catch (error) {
    const status = statusOf(error)
    const why =
      status === undefined && error instanceof Error && error.name !== 'HttpError'
        ? error.message
        : `GitHub answers ${status ?? 'nothing'} (the job needs actions: read).`
    logger.info(`The repository's workflows were not checked: ${why}`)
    return undefined
  }
}

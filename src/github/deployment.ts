import { createClient, type Octokit, statusOf } from './client.ts'
import type { RunContext } from './context.ts'

export interface DeploymentOptions {
  readonly octokit: Octokit
  readonly owner: string
  readonly repo: string
  /** The commit that is deployed. */
  readonly sha: string
  /** Name of GitHub's environment: the gateway's domain, to distinguish it from the environment that guards the job's secrets. */
  readonly environment: string
  /** Where the gateway is reached. */
  readonly environmentUrl: string
  readonly logUrl: string
  readonly description: string
}

/** A deployment that GitHub shows as being in progress. */
export interface DeploymentRecord {
  /** Says how it ended. */
  finish(state: 'success' | 'failure' | 'inactive', description: string): Promise<void>
}

/** GitHub cuts nothing: a longer description is refused. */
const DESCRIPTION_LIMIT = 140

/**
 * Records in GitHub that a commit is being deployed to the gateway, for the history on the repository's page and for anyone who
 * waits for it. Undefined when the token may not (it needs `deployments: write`). Throws GitHub's error for anything else.
 */
export async function beginDeployment(options: DeploymentOptions): Promise<DeploymentRecord | undefined> {
  const { octokit, owner, repo, sha, environment, environmentUrl, logUrl } = options
  try {
    const { data } = await octokit.rest.repos.createDeployment({
      owner,
      repo,
      ref: sha,
      environment,
      description: options.description.slice(0, DESCRIPTION_LIMIT),
      // The commit is what was reviewed: nothing is merged into it here, and its checks were the merge's business.
      auto_merge: false,
      required_contexts: [],
      production_environment: true,
    })
    if (!('id' in data)) throw new Error(`GitHub made no deployment: ${data.message}`)
    const report = async (state: 'in_progress' | 'success' | 'failure' | 'inactive', description: string) => {
      await octokit.rest.repos.createDeploymentStatus({
        owner,
        repo,
        deployment_id: data.id,
        state,
        description: description.slice(0, DESCRIPTION_LIMIT),
        environment_url: environmentUrl,
        log_url: logUrl,
      })
    }
    await report('in_progress', options.description)
    return { finish: report }
  } catch (error) {
    if (statusOf(error) === 403 || statusOf(error) === 404) return undefined
    throw error
  }
}

export interface RecorderOptions {
  readonly run: RunContext | undefined
  readonly token: string
  readonly apiUrl: string | undefined
  readonly command: string
}

/** Records deployments to the gateway at a domain in the name of this run; records nothing outside of GitHub or without a token. */
export function deploymentRecorder({ run, token, apiUrl, command }: RecorderOptions) {
  return async (domain: string): Promise<DeploymentRecord | undefined> => {
    if (run === undefined || apiUrl === undefined || token === '') return undefined
    return await beginDeployment({
      octokit: createClient({ token, apiUrl }),
      owner: run.owner,
      repo: run.repo,
      sha: run.sha,
      environment: domain,
      environmentUrl: `https://${domain}`,
      logUrl: run.runUrl,
      description: `${command} by ${run.actor}`,
    })
  }
}

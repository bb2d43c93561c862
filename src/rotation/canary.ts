import { createHmac, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Octokit, statusOf } from '../github/client.ts'

/** The file that the target's repository has from `workflows/`. */
const WORKFLOW = 'rotate-canary.yml'
const ANSWER = 'rotate-canary-'

export interface CanaryTarget {
  readonly repository: string
  readonly environment?: string
}

export interface Patience {
  /** How long a job may wait for its runner and run, in milliseconds. */
  readonly patienceMs?: number
  readonly pollMs?: number
}

/**
 * Has a job of the repository prove that the secret it reads is this key: it gets a nonce and answers the HMAC of it, as the name
 * of an artifact, which tells nothing of the key. The only way to see what a secret of GitHub holds. Answers what is wrong, or
 * undefined when the key is proven.
 */
export async function askCanary(
  octokit: Octokit,
  { repository, environment = '' }: CanaryTarget,
  key: string,
  { patienceMs = 300_000, pollMs = 3_000 }: Patience = {},
): Promise<string | undefined> {
  const [owner = '', repo = ''] = repository.split('/')
  const place = { owner, repo }
  const nonce = randomBytes(16).toString('hex')
  const right = createHmac('sha256', key).update(nonce).digest('hex')
  try {
    const { default_branch: ref } = (await octokit.rest.repos.get(place)).data
    const inputs = { nonce, environment }
    await octokit.rest.actions.createWorkflowDispatch({ ...place, workflow_id: WORKFLOW, ref, inputs })
    const deadline = Date.now() + patienceMs
    while (Date.now() < deadline) {
      const { data } = await octokit.rest.actions.listWorkflowRunsForRepo({
        ...place,
        event: 'workflow_dispatch',
        per_page: 50,
      })
      const run = data.workflow_runs.find(({ display_title }) => display_title.includes(nonce))
      if (run?.status === 'completed') return await answerOf(octokit, { ...place, run_id: run.id }, right)
      await sleep(pollMs)
    }
    return `its workflow ${WORKFLOW} did not answer within ${Math.round(patienceMs / 1000)} s. Whether its jobs read the new key is not proven.`
  } catch (error) {
    const status = statusOf(error)
    if (status === 404)
      return `it has no workflow ${WORKFLOW} on its default branch, or the token does not reach it. Copy workflows/${WORKFLOW} there.`
    if (status === 403) return `the token may not start its workflow ${WORKFLOW}; it needs "Actions: write".`
    return `its workflow ${WORKFLOW} could not be asked: ${error instanceof Error ? error.message : String(error)}`
  }
}

async function answerOf(
  octokit: Octokit,
  run: { owner: string; repo: string; run_id: number },
  right: string,
): Promise<string | undefined> {
  const { artifacts } = (await octokit.rest.actions.listWorkflowRunArtifacts({ ...run, per_page: 100 })).data
  const answers = artifacts.filter(({ name }) => name.startsWith(ANSWER))
  if (answers.some(({ name }) => name === `${ANSWER}${right}`)) return undefined
  return answers.length === 0
    ? `its workflow ${WORKFLOW} ended without an answer (run ${run.run_id}).`
    : `its jobs read another key: an environment’s or organisation’s secret of that name may come first, or ${WORKFLOW} names another secret.`
}

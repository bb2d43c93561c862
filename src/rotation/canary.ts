import { createHmac, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { targetName } from '../contract/secret-target.ts'
import { type Octokit, statusOf } from '../github/client.ts'
import type { TargetFlaw, Targets } from '../github/secrets.ts'
import type { Logger } from '../log/logger.ts'

/** The file that the target's repository has from `workflows/`. */
const WORKFLOW = 'rotate-canary.yml'
const ANSWER = 'rotate-canary-'

export interface CanaryTarget {
  readonly repository: string
  readonly environment?: string
  readonly secret: string
}

export interface Patience {
  /** How long a job may wait for its runner and run, in milliseconds. */
  readonly patienceMs?: number
  readonly pollMs?: number
}

/** Has a job of each target's repository prove that it reads the key. */
export async function askCanaries(
  { octokit, targets, logger }: Targets & { readonly logger: Logger },
  key: string,
): Promise<TargetFlaw[]> {
  if (octokit === undefined) return []
  const asked = targets.flatMap((target) => ('repository' in target ? [target] : []))
  const answers = await Promise.all(
    asked.map(async (target) => {
      const problem = await askCanary(octokit, target, key)
      if (problem === undefined) logger.info(`  ✓ a job proved that ${targetName(target)} is the new key`)
      else logger.error(`${targetName(target)}: ${problem}`)
      return problem === undefined ? [] : [{ target: targetName(target), problem }]
    }),
  )
  return answers.flat()
}

/**
 * Has a job of the repository prove that the secret it reads is this key: it gets a nonce and answers an HMAC, as the name of an
 * artifact, which reveals nothing about the key. It is the only way to check the value of a GitHub secret. Returns the problem, or undefined
 * when the key is proven.
 *
 * Whoever may start workflows could ask for HMACs to guess a weak key by. So the question carries a proof that the asker has the key,
 * and a job whose key is another answers nothing but that. Question and answer are for one repository, environment and secret, the
 * answer for one run too: none can be used for another.
 */
export async function askCanary(
  octokit: Octokit,
  { repository, environment = '', secret }: CanaryTarget,
  key: string,
  { patienceMs = 300_000, pollMs = 3_000 }: Patience = {},
): Promise<string | undefined> {
  const [owner = '', repo = ''] = repository.split('/')
  const place = { owner, repo }
  const nonce = randomBytes(16).toString('hex')
  try {
    const { default_branch: ref, full_name: name } = (await octokit.rest.repos.get(place)).data
    const bound = (what: string, ...more: string[]) =>
      createHmac('sha256', key)
        // As the job puts it together, with the name that GitHub gives it.
        .update(['litellm-gitops rotate-canary', what, name, environment, secret, nonce, ...more].join('\n'))
        .digest('hex')
    const inputs = { nonce, environment, secret, proof: bound('question') }
    await octokit.rest.actions.createWorkflowDispatch({ ...place, workflow_id: WORKFLOW, ref, inputs })
    const deadline = Date.now() + patienceMs
    while (Date.now() < deadline) {
      const { data } = await octokit.rest.actions.listWorkflowRunsForRepo({
        ...place,
        event: 'workflow_dispatch',
        per_page: 50,
      })
      const run = data.workflow_runs.find(({ display_title }) => display_title.includes(nonce))
      if (run?.status === 'completed')
        return await answerOf(octokit, { ...place, run_id: run.id }, bound('answer', String(run.id)))
      await sleep(pollMs)
    }
    return `its workflow ${WORKFLOW} did not answer within ${Math.round(patienceMs / 1000)} s. Whether its jobs read the new key is not proven.`
  } catch (error) {
    const status = statusOf(error)
    if (status === 404)
      return `it has no workflow ${WORKFLOW} on its default branch, or the token does not reach it. Copy workflows/${WORKFLOW} there.`
    if (status === 403) return `the token may not start its workflow ${WORKFLOW}; it needs "Actions: write".`
    if (status === 422)
      return `its workflow ${WORKFLOW} is from an earlier version and does not accept the question. Copy workflows/${WORKFLOW} there again.`
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
    : `its jobs read another key: an environment's or organisation's secret of that name may come first, or ${WORKFLOW} names another secret.`
}

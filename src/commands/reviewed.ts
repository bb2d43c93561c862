import type { Desired } from '../config/desired.ts'
import { ConfigError } from '../config/problem.ts'
import type { Plan } from '../plan/change.ts'
import { readReviewedMark, unreviewed } from '../plan/reviewed.ts'
import type { CommandContext } from './command.ts'

/**
 * Sees that a merge does what its reviewers saw. Where there is nothing to compare with, it says so and lets the run go on.
 * @throws ConfigError when the gateway has moved since the plan of the pull request, and the run is not told to go on even so
 */
export async function requireReviewed(
  plan: Plan,
  { file }: Desired,
  { reviewed, inputs, logger }: CommandContext,
): Promise<void> {
  if (reviewed === undefined || inputs.force === true) return
  const found = await reviewed().catch((error: Error) => {
    logger.warning(
      `GitHub did not tell which plan was reviewed, so this one was not compared: ${error.message}`,
    )
    return undefined
  })
  if (found === undefined) return
  if (found === 'refused')
    return logger.warning(
      'The plan was not compared with the reviewed one: the job needs pull-requests: read.',
    )
  const name = `#${found.pullRequest}`
  const mark = found.comment === undefined ? undefined : readReviewedMark(found.comment)
  if (mark === undefined)
    return logger.notice(`Pull request ${name} shows no plan of the gateway to compare this one with.`)
  const others = unreviewed(plan, mark)
  if (mark.sha === found.headSha && others.length === 0) return
  if (others.length === 0 && plan.changes.length === 0) return
  const why =
    mark.sha === found.headSha
      ? `the gateway has moved since the plan that was reviewed in ${found.url}. That plan did not show, or showed differently: ${others.slice(0, 20).join('; ')}${others.length > 20 ? `; and ${others.length - 20} more` : ''}.`
      : `the plan in ${found.url} is of commit ${mark.sha.slice(0, 7)}, and ${found.headSha.slice(0, 7)} was merged.`
  throw new ConfigError([
    {
      severity: 'error',
      code: 'not-as-reviewed',
      message: `${why} Nothing was changed.`,
      fix: 'look at what a new plan shows (workflow_dispatch of the drift or plan workflow, or the CLI), then start this workflow by hand: that applies what is declared now.',
      at: { file, line: 1, column: 1 },
    },
  ])
}

import type { Desired } from '../config/desired.ts'
import { ConfigError } from '../config/problem.ts'
import type { ReviewedPlan } from '../github/merged-plan.ts'
import type { Plan } from '../plan/change.ts'
import { hasReviewable, readReviewedMark, unreviewed } from '../plan/digest.ts'
import type { CommandContext } from './command.ts'
import type { InputsOf } from './inputs.ts'

const MOST_NAMED = 20

interface Refusal {
  /** One sentence or more: what does not fit. */
  readonly why: string
  /** What to do first; `force` is always named too. */
  readonly fix: string
}

/**
 * Ensures that a run in GitHub applies what the reviewers of the merged pull request saw, however it was started. What cannot be compared is
 * refused like a difference: otherwise anyone who can delete a comment could have anything applied.
 * @throws ConfigError unless the plan is the reviewed one, changes nothing that a review shows, or `force` is set
 */
export async function requireReviewed(
  plan: Plan,
  { file }: Desired,
  {
    reviewed,
    inputs,
    logger,
  }: Pick<CommandContext<InputsOf<'sync' | 'deploy'>>, 'reviewed' | 'inputs' | 'logger'>,
): Promise<void> {
  // On a terminal there is no pull request: the holder of the key sees the plan first.
  if (reviewed === undefined || !hasReviewable(plan)) return
  const refusal = await refusalOf(plan, reviewed)
  if (refusal === undefined) return
  if (inputs.force === true) return logger.warning(`Applied although ${refusal.why} The run was forced.`)
  throw new ConfigError([
    {
      severity: 'error',
      code: 'not-as-reviewed',
      message: `${refusal.why} Nothing was changed.`,
      fix: `${refusal.fix} To apply what is declared even so, read the plan in this run's log, then start the workflow by hand with force.`,
      at: { file, line: 1, column: 1 },
    },
  ])
}

async function refusalOf(
  plan: Plan,
  reviewed: NonNullable<CommandContext['reviewed']>,
): Promise<Refusal | undefined> {
  let found: ReviewedPlan | 'refused' | undefined
  try {
    found = await reviewed()
  } catch (error) {
    const said = error instanceof Error ? error.message : error
    return { why: `GitHub did not say which plan was reviewed (${said}).`, fix: 'Run it again.' }
  }
  if (found === 'refused')
    return {
      why: 'the plan cannot be compared with the reviewed one, because the token may not read pull requests.',
      fix: 'Give the job pull-requests: read.',
    }
  if (found === undefined)
    return {
      why: 'this commit merged no pull request, so nobody has reviewed this plan.',
      fix: 'Make the change by a pull request, where the plan is shown.',
    }
  const mark = found.comment === undefined ? undefined : readReviewedMark(found.comment)
  if (mark === undefined)
    return {
      why: `${found.url} shows no plan of the gateway that this one can be compared with: there was none, it was made offline or by an earlier version, or somebody changed the comment.`,
      fix: 'See that the plan workflow runs for each pull request and asks the gateway.',
    }
  if (mark.sha !== found.headSha)
    return {
      why: `the plan in ${found.url} is of commit ${mark.sha.slice(0, 7)}, and ${found.headSha.slice(0, 7)} was merged.`,
      fix: 'Wait for the plan of the last commit before you merge.',
    }
  const others = unreviewed(plan, mark)
  if (others.length === 0) return undefined
  const more = others.length > MOST_NAMED ? `; and ${others.length - MOST_NAMED} more` : ''
  return {
    why: `the gateway has moved since the plan that was reviewed in ${found.url}. That plan did not show, or showed differently: ${others.slice(0, MOST_NAMED).join('; ')}${more}.`,
    fix: 'See what a new plan shows (the drift workflow by hand, or the CLI).',
  }
}

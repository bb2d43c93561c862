import type { Desired } from '../config/desired.ts'
import { ConfigError } from '../config/problem.ts'
import type { Applied } from '../contract/programs/observe.ts'
import type { Reviewed, ReviewedPlan } from '../github/merged-plan.ts'
import type { Plan } from '../plan/change.ts'
import { hasReviewable, readReviewedMark, unreviewed } from '../plan/digest.ts'
import { listed } from '../text/list.ts'
import type { CommandContext } from './command.ts'
import type { InputsOf } from './inputs.ts'

const MOST_NAMED = 20

/** Whether a run is to go on; `superseded` when a later commit was applied already, over which an older one is not applied. */
export type Verdict = 'reviewed' | 'superseded'

interface Refusal {
  /** One sentence or more: what does not fit. */
  readonly why: string
  /** What to do first; `force` is always named too. */
  readonly fix: string
}

/**
 * Ensures that a run in GitHub applies what the reviewers of merged pull requests saw, however it was started: of every pull request since the
 * commit that the gateway has. What cannot be compared is refused like a difference: otherwise anyone who can delete a comment could have
 * anything applied.
 * @throws ConfigError unless the plan is the reviewed one, changes nothing that a review shows, or `force` is set
 */
export async function requireReviewed(
  plan: Plan,
  applied: Applied | null | undefined,
  { file }: Desired,
  {
    reviewed,
    inputs,
    logger,
  }: Pick<CommandContext<InputsOf<'sync' | 'deploy'>>, 'reviewed' | 'inputs' | 'logger'>,
): Promise<Verdict> {
  // On a terminal there is no pull request: the holder of the key sees the plan first.
  if (reviewed === undefined || !hasReviewable(plan)) return 'reviewed'
  const judged = await judge(plan, () => reviewed(applied ?? null))
  if (judged === 'reviewed') return judged
  if (inputs.force === true) {
    const why = 'behind' in judged ? behindText(judged.behind) : judged.why
    logger.warning(`Applied although ${why} The run was forced.`)
    return 'reviewed'
  }
  if ('behind' in judged) {
    logger.notice(`Nothing was changed: ${behindText(judged.behind)}`)
    return 'superseded'
  }
  throw new ConfigError([
    {
      severity: 'error',
      code: 'not-as-reviewed',
      message: `${judged.why} Nothing was changed.`,
      fix: `${judged.fix} To apply what is declared even so, read the plan in this run's log, then start the workflow by hand with force.`,
      at: { file, line: 1, column: 1 },
    },
  ])
}

function behindText(commit: string): string {
  return `a later commit of the branch, ${short(commit)}, was applied already.`
}

async function judge(
  plan: Plan,
  ask: () => Promise<Reviewed | 'refused' | undefined>,
): Promise<'reviewed' | Refusal | { readonly behind: string }> {
  let found: Reviewed | 'refused' | undefined
  try {
    found = await ask()
  } catch (error) {
    const said = error instanceof Error ? error.message : error
    return { why: `GitHub did not say which plan was reviewed (${said}).`, fix: 'Run it again.' }
  }
  if (found === 'refused')
    return {
      why: 'the plan cannot be compared with the reviewed one, because the token may not read pull requests and commits.',
      fix: 'Give the job pull-requests: read and contents: read.',
    }
  if (found?.relation === 'behind' && found.since !== undefined) return { behind: found.since }
  if (found === undefined || found.plans.length === 0)
    return {
      why: `this commit merged no pull request, so nobody has reviewed this plan.${untold(found)}`,
      fix: 'Make the change by a pull request, where the plan is shown.',
    }
  const seen = found.plans.map((one) => ({ ...one, ...seenIn(one) }))
  const digests = new Set(seen.flatMap(({ shown }) => [...shown]))
  const others = unreviewed(plan, { digests })
  if (others.length === 0) return 'reviewed'
  const [only, ...rest] = seen
  if (only?.flaw !== undefined && rest.length === 0)
    return { why: `${only.flaw.why}${untold(found)}`, fix: only.flaw.fix }
  return {
    why: [
      `the gateway has moved since the plan that was reviewed in ${listed(
        seen.map(({ url }) => url),
        MOST_NAMED,
      )}.`,
      `That plan did not show, or showed differently: ${listed(others, MOST_NAMED, '; ')}.`,
      ...seen.flatMap(({ flaw }) => (flaw === undefined ? [] : [`Besides, ${flaw.why}`])),
      untold(found).trim(),
    ]
      .filter((text) => text !== '')
      .join(' '),
    fix: 'See what a new plan shows (the drift workflow by hand, or the CLI).',
  }
}

/** The digests in the comment of one pull request, or why they do not count. */
function seenIn({ url, headSha, comment }: ReviewedPlan): {
  readonly shown: ReadonlySet<string>
  readonly flaw?: Refusal
} {
  const mark = comment === undefined ? undefined : readReviewedMark(comment)
  if (mark === undefined)
    return {
      shown: new Set(),
      flaw: {
        why: `${url} shows no plan of the gateway that this one can be compared with: there was none, it was made offline or by an earlier version, or somebody changed the comment.`,
        fix: 'See that the plan workflow runs for each pull request and asks the gateway.',
      },
    }
  if (mark.sha !== headSha)
    return {
      shown: new Set(),
      flaw: {
        why: `the plan in ${url} is of commit ${short(mark.sha)}, and ${short(headSha)} was merged.`,
        fix: 'Wait for the plan of the last commit before you merge.',
      },
    }
  return { shown: mark.digests }
}

/** Why earlier pull requests could not be counted, when that may be what is missing. */
function untold(found: Reviewed | undefined): string {
  if (found?.since === undefined) return ''
  const since = `the commit that the gateway has (${short(found.since)})`
  switch (found.relation) {
    case 'diverged':
      return ` Earlier pull requests do not count: ${since} is not in the history of this one, as after a force push.`
    case 'unknown':
      return ` Earlier pull requests do not count: GitHub does not know ${since}.`
    case 'too-far':
      return ` Earlier pull requests do not count: there are too many commits since ${since}.`
    default:
      return ''
  }
}

function short(commit: string): string {
  return commit.slice(0, 7)
}

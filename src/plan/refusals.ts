import { ownerKey } from '../config/budgets.ts'
import type { Desired } from '../config/desired.ts'
import { isOlder, refused } from '../config/litellm/versions.ts'
import type { Problem } from '../config/problem.ts'
import { MEMBER_MODELS_SINCE } from '../contract/litellm.ts'
import type { Observation, ObservedGateway } from '../contract/programs/observe.ts'
import { entityRefusals } from './entities/refusals.ts'
import { peopleProblems } from './people.ts'

/** Of the keys that the host shows. */
const MOST_KEYS = 5

/**
 * Declared changes that this gateway cannot take, each at its place in the file: a sync would fail on them every time. Known to any
 * caller that looks at the gateway; what the file alone shows is found by `validate`. Pure.
 */
export function refusals(desired: Desired, observed: Observation | undefined): Problem[] {
  const gateway = observed?.gateway ?? null
  const version = versionOf(observed) ?? desired.gateway.litellm.version
  return [
    ...versionProblems(desired, version),
    ...memberModelProblems(desired, version),
    ...peopleProblems(desired, gateway),
    ...aliasProblems(desired, gateway),
    ...entityRefusals(desired, gateway),
  ]
}

/** What the declared image is, as far as the host knows: it runs, or it was there before. */
function versionOf(observed: Observation | undefined): string | undefined {
  const image = observed?.differs.image ?? null
  return (image === null ? observed?.gateway?.version : image.version) ?? undefined
}

function memberModelProblems({ budgets, locate }: Desired, version: string | undefined): Problem[] {
  if (version === undefined || !isOlder(version, MEMBER_MODELS_SINCE)) return []
  return budgets
    .filter(({ subject, declared }) => subject === 'member' && declared.includes('modelBudgets'))
    .map(({ path }) => ({
      severity: 'error',
      code: 'budget',
      message: `LiteLLM ${version} keeps no model_max_budget of a member; ${MEMBER_MODELS_SINCE} and newer do.`,
      fix: 'name a newer image, or give the budgets by model to the user.',
      at: locate([...path, 'model_max_budget']),
    }))
}

function versionProblems({ locate }: Desired, version: string | undefined): Problem[] {
  const problem = refused(version, locate(['litellm', 'image']))
  return problem === undefined ? [] : [problem]
}

/** LiteLLM finds a key by its alias alone, and does not keep two from having the same one: a race, an older version, or SQL made them. */
function aliasProblems({ budgets, locate }: Desired, gateway: ObservedGateway | null): Problem[] {
  const shared = new Map(
    (gateway?.budgets ?? []).flatMap((budget) =>
      budget.same_alias === undefined ? [] : [[ownerKey(budget), budget.same_alias] as const],
    ),
  )
  return budgets.flatMap((budget): Problem[] => {
    // Reported once, by the section.
    if (budget.section === true) return []
    const keys = shared.get(ownerKey(budget))
    if (keys === undefined) return []
    const shown = keys.slice(0, MOST_KEYS).join(', ') + (keys.length > MOST_KEYS ? ' …' : '')
    return [
      {
        severity: 'error',
        code: 'shared-alias',
        message: `several keys have the alias ${budget.id}: ${shown}. Which of them the budget is for cannot be known.`,
        fix: 'give each an alias of its own in the UI, delete those that nobody uses, or put them into a team that has the budget.',
        at: locate([...budget.path, 'key_alias']),
      },
    ]
  })
}

import { ownerText } from '../../config/budgets.ts'
import type { Desired } from '../../config/desired.ts'
import { wordsOf } from '../../config/entities/problems.ts'
import { keyHeaderOf } from '../../config/litellm/key-header.ts'
import { GATEWAY_PORT } from '../../contract/places.ts'
import { createAdminApi } from '../../gateway/admin-api.ts'
import { limitFields, type Metadata } from '../../gateway/budget-fields.ts'
import { applyEntities as applyAll, entityMetadataNeeded } from '../../gateway/entities/apply.ts'
import { readMasterKey } from '../../host/master-key.ts'
import type { Session } from '../../host/session.ts'
import type { BudgetChange, Change, EntityChange, Plan } from '../../plan/change.ts'
import { details, title } from '../../plan/kinds.ts'
import { budgetChangeText } from '../../plan/wording.ts'
import { applyBudgets, readMetadata } from '../apply-budgets.ts'
import type { StepContext } from '../command.ts'

/** Makes all that the plan changes in LiteLLM's database: whom and what it knows, then their budgets. Answers what was refused, and why. */
export async function applyInDatabase(
  session: Session,
  desired: Desired,
  plan: Plan,
  context: DatabaseContext,
  run: string,
): Promise<Map<Change, string | undefined>> {
  const made = await applyEntities(session, desired, plan, context, run)
  const refused = await applyBudgets(session, desired, plan, context, undefined, made.budgets)
  return new Map([...made.failures, ...refused])
}

type DatabaseContext = Pick<StepContext, 'secrets' | 'logger' | 'receivers'>

interface AppliedEntities {
  readonly failures: Map<Change, string | undefined>
  /** Budgets that were set when their owner was made, or cannot be because it was not. */
  readonly budgets: ReadonlySet<Change>
}

/** Makes, changes and deletes what the plan has of LiteLLM's database besides budgets: one that fails does not hold up the others. */
async function applyEntities(
  session: Session,
  desired: Desired,
  plan: Plan,
  context: DatabaseContext,
  run: string,
): Promise<AppliedEntities> {
  const { litellm, entities } = desired
  const { secrets, logger } = context
  const changes = [...plan.changes, ...plan.adoptions].filter(
    (change): change is EntityChange => change.kind === 'entity',
  )
  const failures = new Map<Change, string | undefined>()
  const along = budgetsAlong(plan)
  const budgets = new Set<Change>()
  if (changes.length === 0) return { failures, budgets }
  const masterKey = await readMasterKey(session)
  secrets.add(masterKey)
  const tunnel = await session.forward(GATEWAY_PORT)
  try {
    const api = createAdminApi(tunnel, masterKey, { keyHeader: keyHeaderOf(litellm) })
    const users = new Set(entities.flatMap(({ kind, id }) => (kind === 'user' ? [id] : [])))
    const limits = (change: EntityChange): Metadata => {
      const budget = along.get(ownerOf(change))
      return budget === undefined ? {} : limitFields(budget)
    }
    const told = (change: EntityChange, failure: string | undefined) => {
      const budget = change.action === 'create' ? along.get(ownerOf(change)) : undefined
      if (budget !== undefined) budgets.add(budget)
      if (failure === undefined) {
        logger.info(`${title(change)}: ${details(change).join('; ')}`)
        if (budget !== undefined) logger.info(`budget of ${ownerText(budget)}: ${budgetChangeText(budget)}`)
        return
      }
      failures.set(change, failure)
      if (budget !== undefined) failures.set(budget, `the ${wordsOf(change.entity)} was not made: ${failure}`)
    }
    const delivered = changes.filter(({ delivery }) => delivery !== undefined)
    // Loaded when it is needed: few runs deliver a key.
    const deliveries =
      delivered.length === 0
        ? undefined
        : await (await import('../keys/deliveries.ts')).openDeliveries(delivered, {
            session,
            run,
            api,
            desired,
            context,
            limits,
          })
    // What a dead run left of them first: an alias may be in the middle of its way.
    await deliveries?.settle()
    const others = changes.filter((change) => !(change.delivery !== undefined && change.action === 'create'))
    const stored = await readMetadata(session, entityMetadataNeeded(others))
    await applyAll(api, others, { stored, limits, users }, (change, failure) => {
      // Of one that is delivered too, this was the first half.
      if (change.delivery === undefined || failure !== undefined) told(change, failure)
    })
    const refused = new Set(failures.keys())
    await deliveries?.deliver(
      delivered.filter((change) => !refused.has(change)),
      told,
    )
  } finally {
    tunnel.close()
  }
  return { failures, budgets }
}

/** Budgets of whom this run makes, which are given in the same call. Budgets by model LiteLLM takes of a new user with a licence only. */
function budgetsAlong({ changes }: Plan): ReadonlyMap<string, BudgetChange> {
  return new Map(
    changes.flatMap((change) =>
      change.kind === 'budget' &&
      (change.subject === 'team' || change.subject === 'user' || change.subject === 'key') &&
      change.before === undefined &&
      change.after.modelBudgets === null
        ? [[`${change.subject} ${change.id}`, change] as const]
        : [],
    ),
  )
}

function ownerOf({ entity, id }: EntityChange): string {
  return `${entity} ${id}`
}

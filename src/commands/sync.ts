import { type Desired, loadDesiredInTurns } from '../config/desired.ts'
import { litellmConfigText } from '../config/litellm/litellm-config.ts'
import { HostProgramError } from '../host/errors.ts'
import { observe } from '../host/observe.ts'
import { recover, rollout } from '../host/rollout.ts'
import type { Session } from '../host/session.ts'
import { isConfiguration, type Plan } from '../plan/change.ts'
import { pricedTargets } from '../plan/costs.ts'
import { diff } from '../plan/diff.ts'
import { planMarkdown } from '../plan/markdown.ts'
import { resultsOf } from '../plan/results.ts'
import { probesOf, undoneBy } from '../plan/rollout.ts'
import { applyBudgets, knowMasterKey } from '../steps/apply-budgets.ts'
import type { CommandContext, CommandReport } from '../steps/command.ts'
import { connectTo } from '../steps/connect.ts'
import { supersededMarkdown, tellApplied, tellPlan } from '../steps/decision.ts'
import { manifestOf, settingsOf } from '../steps/manifest.ts'
import { progress } from '../steps/progress.ts'
import { requireReviewed } from '../steps/require-reviewed.ts'
import { requireValues, valuesFor } from '../steps/secret-values.ts'
import { withDeploymentRecord } from '../steps/with-deployment-record.ts'
import { withLease } from '../steps/with-lease.ts'

type Applied = ReturnType<typeof resultsOf>

/** Makes models, settings, keys and budgets of the running gateway as declared, without losing a request. Leaves the machine alone. */
export async function sync(context: CommandContext): Promise<CommandReport> {
  const desired = await loadDesiredInTurns(context.config, context.files)
  const secrets = valuesFor(desired, context)
  const session = await connectTo(desired, context, 'change')
  const look = () =>
    observe(session, {
      manifest: manifestOf(desired),
      image: desired.gateway.litellm.image,
      secrets,
      owners: desired.budgets,
      prices: pricedTargets(desired),
    })
  const decide = async (told?: Plan) => {
    const before = await look()
    if (before.gateway === null)
      throw new HostProgramError(
        'not-deployed',
        `No gateway is deployed on ${before.host.hostname} yet. Run deploy first.`,
        [],
        {},
      )
    const plan = diff(desired, before, context.now())
    requireValues(desired, secrets, plan)
    await knowMasterKey(session, plan, context)
    tellPlan(plan, told, context)
    const verdict = await requireReviewed(plan, before.applied, desired, context)
    const changes = [...plan.changes.filter(({ kind }) => kind !== 'host'), ...plan.adoptions]
    return { before, plan, changes, verdict }
  }
  try {
    const first = await decide()
    const report = (plan: Plan, applied: Applied) => reportOf({ desired, context, session, plan, applied })
    const superseded = (plan: Plan) => ({ ...report(plan, []), ...supersededMarkdown(context) })
    if (first.verdict === 'superseded') return superseded(first.plan)
    if (first.changes.length === 0 && first.before.interrupted === null) return report(first.plan, [])
    const apply = async ({ run }: { run: string }) => {
      // Somebody else may have been at work until this run got the lock.
      const { before, plan, changes, verdict } = await decide(first.plan)
      if (verdict === 'superseded') return superseded(plan)
      if (changes.some(isConfiguration)) {
        const release = { config: litellmConfigText(desired.litellm), env: secrets }
        const probe = { models: probesOf(desired, plan) }
        const settings = settingsOf(desired)
        const input = { release, probe, settings, run, undo: undoneBy(plan) }
        await rollout(session, input, { onEvent: progress(context) })
      } else if (before.interrupted !== null) await recover(session, { run }, { onEvent: progress(context) })
      const failures = await applyBudgets(session, desired, plan, context)
      const done = report(plan, resultsOf(changes, failures, diff(desired, await look(), context.now())))
      await tellApplied(session, run, done, context)
      return done
    }
    return await withDeploymentRecord(desired.gateway.domain, context, () =>
      withLease(session, context, apply),
    )
  } finally {
    session.close()
  }
}

function reportOf({
  desired,
  context,
  session,
  plan,
  applied,
}: {
  readonly desired: Desired
  readonly context: CommandContext
  readonly session: Session
  readonly plan: Plan
  readonly applied: Applied
}): CommandReport {
  const told = context.secrets.redacted({ plan, applied })
  return {
    command: 'sync',
    plan,
    applied,
    problems: desired.warnings,
    markdown: planMarkdown(told.plan, { file: desired.file, applied: told.applied }),
    failed: applied.some(({ outcome }) => outcome === 'failed'),
    cost: session.stats,
  }
}

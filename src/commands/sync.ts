import { HostProgramError } from '../host/errors.ts'
import { recover, rollout } from '../host/rollout.ts'
import type { Plan } from '../plan/change.ts'
import { diff } from '../plan/diff.ts'
import { madeBy } from '../plan/kinds.ts'
import { resultsOf } from '../plan/results.ts'
import { probesOf, undoneBy } from '../plan/rollout.ts'
import { knowMasterKey } from '../steps/apply-budgets.ts'
import { requireCertificate } from '../steps/certificate.ts'
import type { CommandContext, CommandResult } from '../steps/command.ts'
import { applyInDatabase } from '../steps/database/apply-entities.ts'
import type { InputsOf } from '../steps/inputs.ts'
import { requireDeliverable } from '../steps/keys/require-deliverable.ts'
import { settingsOf } from '../steps/manifest.ts'
import { noteCommit } from '../steps/note-commit.ts'
import { observeGateway } from '../steps/observe-gateway.ts'
import { onHost } from '../steps/on-host.ts'
import { progress } from '../steps/progress.ts'
import { requirePossible } from '../steps/require-possible.ts'
import { requireReviewed } from '../steps/require-reviewed.ts'
import { requireValues, valuesFor } from '../steps/secret-values.ts'
import { appliedResult, logPlan, supersededResult } from '../steps/tell-plan.ts'
import { withDeploymentRecord } from '../steps/with-deployment-record.ts'
import { withLease } from '../steps/with-lease.ts'

/** Makes models, settings, keys and budgets of the running gateway as declared, without losing a request. Leaves the machine alone. */
export async function sync(context: CommandContext<InputsOf<'sync'>>): Promise<CommandResult> {
  return await onHost(context, 'write', async ({ desired, session }) => {
    const values = valuesFor(desired, context)
    requireCertificate(desired, values, context.now())
    const decide = async (told?: Plan) => {
      const before = await observeGateway(session, desired, values)
      if (before.gateway === null) throw notDeployed(before.host)
      requirePossible(desired, before)
      const plan = diff(desired, before, context.now())
      requireValues(desired, values, plan)
      await requireDeliverable(desired, plan, context, true)
      await knowMasterKey(session, plan, context)
      logPlan(plan, context, told)
      const verdict = await requireReviewed(plan, before.applied, desired, context)
      const changes = [...plan.changes.filter((change) => !madeBy(change, 'deploy')), ...plan.adoptions]
      return { before, plan, changes, verdict }
    }
    const first = await decide()
    if (first.verdict === 'superseded') return supersededResult(first.plan, context)
    if (first.changes.length === 0 && first.before.interrupted === null)
      return appliedResult(first.plan, [], desired, context)
    const apply = async ({ run }: { run: string }) => {
      // Somebody else may have been at work until this run got the lock.
      const { before, plan, changes, verdict } = await decide(first.plan)
      if (verdict === 'superseded') return supersededResult(plan, context)
      const onEvent = progress(context)
      if (changes.some((change) => madeBy(change, 'rollout'))) {
        // Only what changes something writes a configuration.
        const { releaseOf } = await import('../steps/release.ts')
        const release = releaseOf(desired, values)
        const probe = { models: probesOf(desired, plan) }
        const input = { release, probe, settings: settingsOf(desired), run, undo: undoneBy(plan) }
        await rollout(session, input, { onEvent })
      } else if (before.interrupted !== null) await recover(session, { run }, { onEvent })
      const failures = await applyInDatabase(session, desired, plan, context, run)
      const after = diff(desired, await observeGateway(session, desired, values), context.now())
      const result = appliedResult(plan, resultsOf(changes, failures, after), desired, context)
      await noteCommit(session, run, result, context)
      return result
    }
    return await withDeploymentRecord(desired.gateway.domain, context, () =>
      withLease(session, context, apply),
    )
  })
}

function notDeployed({ hostname }: { readonly hostname: string }): HostProgramError {
  const message = `No gateway is deployed on ${hostname} yet. Run deploy first.`
  return new HostProgramError('not-deployed', message, [], {})
}

import { type Desired, loadDesired } from '../config/desired.ts'
import type { Observation } from '../contract/programs/observe.ts'
import { requireDns, tellFrontDoor } from '../front/front-door.ts'
import { deploy as converge } from '../host/deploy.ts'
import { HostProgramError } from '../host/errors.ts'
import type { Session } from '../host/session.ts'
import type { Plan } from '../plan/change.ts'
import { diff } from '../plan/diff.ts'
import { resultsOf } from '../plan/results.ts'
import { probesOf, undoneBy } from '../plan/rollout.ts'
import { knowMasterKey } from '../steps/apply-budgets.ts'
import { requireCertificate } from '../steps/certificate.ts'
import type { CommandContext, CommandResult } from '../steps/command.ts'
import { applyInDatabase } from '../steps/database/apply-entities.ts'
import type { InputsOf } from '../steps/inputs.ts'
import { requireDeliverable } from '../steps/keys/require-deliverable.ts'
import { connectPatiently, convergeMachine, forgetSeed } from '../steps/machine.ts'
import { manifestOf, settingsOf } from '../steps/manifest.ts'
import { noteCommit } from '../steps/note-commit.ts'
import { observeGateway } from '../steps/observe-gateway.ts'
import { onHostOf } from '../steps/on-host.ts'
import { progress } from '../steps/progress.ts'
import { requirePossible } from '../steps/require-possible.ts'
import { requireReviewed } from '../steps/require-reviewed.ts'
import { requireValues, valuesFor } from '../steps/secret-values.ts'
import { appliedResult, logPlan, supersededResult } from '../steps/tell-plan.ts'
import { withDeploymentRecord } from '../steps/with-deployment-record.ts'
import { withLease } from '../steps/with-lease.ts'
import { prose } from '../text/markdown.ts'

/** Makes the whole gateway as declared, from an empty machine on: system, database, proxy, LiteLLM, then models and budgets. */
export async function deploy(context: CommandContext<InputsOf<'deploy'>>): Promise<CommandResult> {
  const desired = loadDesired(context.config, context.files)
  const values = valuesFor(desired, context)
  requireCertificate(desired, values, context.now())
  await requireDns(desired, context)
  const manifest = manifestOf(desired)
  const machine = await convergeMachine(desired, context)
  const connecting =
    machine === undefined
      ? undefined
      : (connect: () => Promise<Session>) => connectPatiently(connect, context)
  const work = async (session: Session): Promise<CommandResult> => {
    const decide = async (told?: Plan) => {
      const before = await firstLook(session, desired, values)
      requirePossible(desired, before)
      const differs = diff(desired, before, context.now())
      const plan = { ...differs, changes: [...(machine?.changes ?? []), ...differs.changes] }
      requireValues(desired, values, plan)
      // Without a token the machine is brought up all the same, and such keys are left to sync.
      await requireDeliverable(desired, plan, context, false)
      if (before.gateway !== null) await knowMasterKey(session, plan, context)
      logPlan(plan, context, told)
      // No pull request could have shown a plan for a gateway that does not exist yet.
      const verdict =
        before.gateway === null ? 'reviewed' : await requireReviewed(plan, before.applied, desired, context)
      return { before, plan, changes: [...differs.changes, ...differs.adoptions], verdict }
    }
    const first = await decide()
    const resultWith = (plan: Plan, results: ReturnType<typeof resultsOf>) =>
      appliedResult(plan, [...(machine?.applied ?? []), ...results], desired, context)
    if (first.verdict === 'superseded') return supersededResult(first.plan, context)
    if (first.changes.length === 0 && first.before.interrupted === null) {
      // A run that died at its very end left it.
      await forgetSeed(desired, context)
      return resultWith(first.plan, [])
    }
    const apply = async ({ run }: { run: string }) => {
      // Somebody else may have been at work until this run got the lock.
      const { plan, changes, verdict } = await decide(first.plan)
      if (verdict === 'superseded') return supersededResult(plan, context)
      // Only what changes something writes a configuration.
      const { releaseOf } = await import('../steps/release.ts')
      const input = {
        manifest,
        image: desired.gateway.litellm.image,
        workers: desired.gateway.litellm.workers,
        settings: settingsOf(desired),
        release: releaseOf(desired, values),
        probe: { models: probesOf(desired, plan) },
        undo: undoneBy(plan),
        run,
      }
      const { migrated = [] } = await converge(session, input, { onEvent: progress(context) })
      const failures = await applyInDatabase(session, desired, plan, context, run)
      const after = diff(desired, await observeGateway(session, desired, values), context.now())
      const applied = resultsOf(changes, failures, after)
      await forgetSeed(desired, context)
      const front = await tellFrontDoor(desired, context)
      const result = resultWith(plan, applied)
      await noteCommit(session, run, result, context)
      return { ...result, markdown: [result.markdown, ...migrated.map(prose), ...front].join('\n\n') }
    }
    return await withDeploymentRecord(desired.gateway.domain, context, () =>
      withLease(session, context, apply),
    )
  }
  return await onHostOf(desired, context, 'write', work, connecting)
}

async function firstLook(
  session: Session,
  desired: Desired,
  values: Readonly<Record<string, string>>,
): Promise<Observation> {
  try {
    return await observeGateway(session, desired, values)
  } catch (error) {
    // The programs that look are Python; a minimal system may come without.
    if (!(error instanceof HostProgramError) || error.code !== 'no-python') throw error
    await session.bootstrap()
    return await observeGateway(session, desired, values)
  }
}

import { loadDesired } from '../config/desired.ts'
import { litellmConfigText } from '../config/litellm/litellm-config.ts'
import { requireDns, tellFrontDoor } from '../front/front-door.ts'
import { deploy as converge } from '../host/deploy.ts'
import { HostProgramError } from '../host/errors.ts'
import { observe } from '../host/observe.ts'
import type { Plan } from '../plan/change.ts'
import { pricedTargets } from '../plan/costs.ts'
import { diff } from '../plan/diff.ts'
import { planMarkdown } from '../plan/markdown.ts'
import { resultsOf } from '../plan/results.ts'
import { probesOf, undoneBy } from '../plan/rollout.ts'
import { applyBudgets, knowMasterKey } from '../steps/apply-budgets.ts'
import type { CommandContext, CommandReport } from '../steps/command.ts'
import { connectTo } from '../steps/connect.ts'
import { supersededMarkdown, tellApplied, tellPlan } from '../steps/decision.ts'
import { connectPatiently, convergeMachine, forgetSeed } from '../steps/machine.ts'
import { manifestOf, settingsOf, workersOf } from '../steps/manifest.ts'
import { progress } from '../steps/progress.ts'
import { requireReviewed } from '../steps/require-reviewed.ts'
import { requireValues, valuesFor } from '../steps/secret-values.ts'
import { withDeploymentRecord } from '../steps/with-deployment-record.ts'
import { withLease } from '../steps/with-lease.ts'

type Applied = ReturnType<typeof resultsOf>

/** Makes the whole gateway as declared, from an empty machine on: system, database, proxy, LiteLLM, then models and budgets. */
export async function deploy(context: CommandContext): Promise<CommandReport> {
  const desired = loadDesired(context.config, context.files)
  const secrets = valuesFor(desired, context)
  await requireDns(desired, context)
  const manifest = manifestOf(desired)
  const { image } = desired.gateway.litellm
  const machine = await convergeMachine(desired, context)
  const connecting = () => connectTo(desired, context, 'change')
  const session = machine === undefined ? await connecting() : await connectPatiently(connecting, context)
  const look = () =>
    observe(session, { manifest, image, secrets, owners: desired.budgets, prices: pricedTargets(desired) })
  const decide = async (told?: Plan) => {
    const before = await look().catch(async (error) => {
      // The programs that look are Python; a minimal system may come without.
      if (!(error instanceof HostProgramError) || error.code !== 'no-python') throw error
      await session.bootstrap()
      return await look()
    })
    const differs = diff(desired, before, context.now())
    const plan = { ...differs, changes: [...(machine?.changes ?? []), ...differs.changes] }
    requireValues(desired, secrets, plan)
    if (before.gateway !== null) await knowMasterKey(session, plan, context)
    tellPlan(plan, told, context)
    // No pull request could have shown a plan for a gateway that does not exist yet.
    const verdict =
      before.gateway === null ? 'reviewed' : await requireReviewed(plan, before.applied, desired, context)
    return { before, plan, changes: [...differs.changes, ...differs.adoptions], verdict }
  }
  try {
    const first = await decide()
    const report = (plan: Plan, results: Applied, more: readonly string[] = []): CommandReport => {
      const applied = [...(machine?.applied ?? []), ...results]
      const told = context.secrets.redacted({ plan, applied })
      return {
        command: 'deploy',
        plan,
        applied,
        problems: desired.warnings,
        markdown: [planMarkdown(told.plan, { file: desired.file, applied: told.applied }), ...more].join(
          '\n\n',
        ),
        failed: applied.some(({ outcome }) => outcome === 'failed'),
        cost: session.stats,
      }
    }
    const superseded = (plan: Plan) => ({ ...report(plan, []), ...supersededMarkdown(context) })
    if (first.verdict === 'superseded') return superseded(first.plan)
    if (first.changes.length === 0 && first.before.interrupted === null) {
      // A run that died at its very end left it.
      await forgetSeed(desired, context)
      return report(first.plan, [])
    }
    const apply = async ({ run }: { run: string }) => {
      // Somebody else may have been at work until this run got the lock.
      const { plan, changes, verdict } = await decide(first.plan)
      if (verdict === 'superseded') return superseded(plan)
      const release = { config: litellmConfigText(desired.litellm), env: secrets }
      const input = {
        manifest,
        image,
        workers: workersOf(desired.gateway),
        settings: settingsOf(desired),
        release,
        probe: { models: probesOf(desired, plan) },
        undo: undoneBy(plan),
        run,
      }
      await converge(session, input, { onEvent: progress(context) })
      const failures = await applyBudgets(session, desired, plan, context)
      const applied = resultsOf(changes, failures, diff(desired, await look(), context.now()))
      await forgetSeed(desired, context)
      const done = report(plan, applied, await tellFrontDoor(desired, context))
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

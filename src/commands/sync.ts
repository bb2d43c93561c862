import { loadDesiredInTurns } from '../config/desired.ts'
import { litellmConfigText } from '../config/litellm/litellm-config.ts'
import { HostProgramError } from '../host/errors.ts'
import { observe } from '../host/observe.ts'
import { recover, rollout } from '../host/rollout.ts'
import { isConfiguration, title } from '../plan/change.ts'
import { pricedTargets } from '../plan/costs.ts'
import { diff } from '../plan/diff.ts'
import { planMarkdown } from '../plan/markdown.ts'
import { resultsOf } from '../plan/results.ts'
import { probesOf, undoneBy } from '../plan/rollout.ts'
import { planLines } from '../plan/wording.ts'
import { applyBudgets, knowMasterKey } from '../steps/apply-budgets.ts'
import type { CommandContext, CommandReport } from '../steps/command.ts'
import { connectTo } from '../steps/connect.ts'
import { manifestOf, settingsOf } from '../steps/manifest.ts'
import { progress } from '../steps/progress.ts'
import { requireReviewed } from '../steps/require-reviewed.ts'
import { requireValues, valuesFor } from '../steps/secret-values.ts'
import { withDeploymentRecord } from '../steps/with-deployment-record.ts'
import { withLease } from '../steps/with-lease.ts'

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
  try {
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
    for (const line of planLines(plan, title)) context.logger.info(line)
    await requireReviewed(plan, desired, context)
    const changes = [...plan.changes.filter(({ kind }) => kind !== 'host'), ...plan.adoptions]
    const report = (applied: ReturnType<typeof resultsOf>): CommandReport => {
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
    if (changes.length === 0 && before.interrupted === null) return report([])
    const apply = async ({ run }: { run: string }) => {
      if (changes.some(isConfiguration)) {
        const release = { config: litellmConfigText(desired.litellm), env: secrets }
        const probe = { models: probesOf(desired, plan) }
        const settings = settingsOf(desired)
        const input = { release, probe, settings, run, undo: undoneBy(plan) }
        await rollout(session, input, { onEvent: progress(context) })
      } else if (before.interrupted !== null) await recover(session, { run }, { onEvent: progress(context) })
      const failures = await applyBudgets(session, desired, plan, context)
      return report(resultsOf(changes, failures, diff(desired, await look(), context.now())))
    }
    return await withDeploymentRecord(desired.gateway.domain, context, () =>
      withLease(session, context, apply),
    )
  } finally {
    session.close()
  }
}

import { loadDesiredInTurns } from '../config/desired.ts'
import type { Observation } from '../contract/programs/observe.ts'
import { observe } from '../host/observe.ts'
import { title } from '../plan/change.ts'
import { pricedTargets } from '../plan/costs.ts'
import { diff } from '../plan/diff.ts'
import { planMarkdown, problemsMarkdown } from '../plan/markdown.ts'
import { planLines } from '../plan/wording.ts'
import type { CommandContext, CommandReport } from '../steps/command.ts'
import { connectTo } from '../steps/connect.ts'
import { machineChanges } from '../steps/machine.ts'
import { manifestOf } from '../steps/manifest.ts'
import { valuesFor } from '../steps/secret-values.ts'
import { untouched } from '../steps/untouched.ts'

/** Validates the declaration, then says what it would change on the running gateway. Changes nothing. */
export async function plan(context: CommandContext): Promise<CommandReport> {
  const nothing = await untouched(context)
  if (nothing !== undefined) return nothing
  const desired = await loadDesiredInTurns(context.config, context.files)
  if (context.offline) {
    const { model_list } = desired.litellm
    context.logger.info(
      `${desired.file} is valid: ${count(model_list.length, 'model')}, ${count(desired.budgets.length, 'budget')}. The gateway was not queried (offline).`,
    )
    const note = '\n\nThis run is offline: only the files were checked, the gateway was not queried.'
    const markdown = problemsMarkdown(context.secrets.redacted(desired.warnings), desired.file) + note
    return {
      command: 'plan',
      plan: undefined,
      applied: undefined,
      problems: desired.warnings,
      markdown,
      failed: false,
      cost: undefined,
    }
  }
  const secrets = valuesFor(desired, context)
  const machine = await machineChanges(desired, context)
  const tell = (observed: Observation | undefined, cost: CommandReport['cost']): CommandReport => {
    const differs = diff(desired, observed, context.now())
    const found = { ...differs, changes: [...machine.changes, ...differs.changes] }
    for (const line of planLines(found, title)) context.logger.info(line)
    return {
      command: 'plan',
      plan: found,
      applied: undefined,
      problems: desired.warnings,
      markdown: planMarkdown(context.secrets.redacted(found), { file: desired.file }),
      failed: false,
      cost,
    }
  }
  if (machine.missing) return tell(undefined, undefined)
  const session = await connectTo(desired, context, 'look')
  try {
    const observed = await observe(session, {
      manifest: manifestOf(desired),
      image: desired.gateway.litellm.image,
      secrets,
      owners: desired.budgets,
      prices: pricedTargets(desired),
    })
    return tell(observed, session.stats)
  } finally {
    session.close()
  }
}

/** `1 model`, `3 models` */
function count(number: number, name: string): string {
  return `${number} ${number === 1 ? name : `${name}s`}`
}

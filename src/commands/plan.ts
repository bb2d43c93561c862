import { type Desired, loadDesired } from '../config/desired.ts'
import { unpricedNotes } from '../config/litellm/unpriced.ts'
import { ConfigError, type Problem } from '../config/problem.ts'
import type { Observation } from '../contract/programs/observe.ts'
import type { Note } from '../plan/change.ts'
import { diff } from '../plan/diff.ts'
import { planMarkdown, problemsMarkdown } from '../plan/markdown.ts'
import { requireCertificate } from '../steps/certificate.ts'
import type { CommandContext, CommandResult } from '../steps/command.ts'
import type { InputsOf } from '../steps/inputs.ts'
import { requireDeliverable } from '../steps/keys/require-deliverable.ts'
import { machineChanges } from '../steps/machine.ts'
import { observeGateway } from '../steps/observe-gateway.ts'
import { onHostOf } from '../steps/on-host.ts'
import { requirePossible } from '../steps/require-possible.ts'
import { valuesFor } from '../steps/secret-values.ts'
import { logPlan } from '../steps/tell-plan.ts'
import { untouched } from '../steps/untouched.ts'
import { counted } from '../text/units.ts'

type PlanContext = CommandContext<InputsOf<'plan'>>

/** Validates the declaration, then says what it would change on the running gateway. Changes nothing. */
export async function plan(context: PlanContext): Promise<CommandResult> {
  const nothing = await untouched(context)
  if (nothing !== undefined) return nothing
  const { offline } = context.inputs
  const desired = await declared(context)
  if (offline === true) return validated(desired, context)
  const values = valuesFor(desired, context)
  requireCertificate(desired, values, context.now())
  const machine = await machineChanges(desired, context)
  const tell = async (observed: Observation | undefined): Promise<CommandResult> => {
    requirePossible(desired, observed)
    const image = await imageNotes(desired, observed, context)
    const differs = diff(desired, observed, context.now())
    const deliverable = await requireDeliverable(desired, differs, context, false)
    const found = {
      ...differs,
      changes: [...machine.changes, ...differs.changes],
      notes: [...differs.notes, ...image, ...deliverable, ...desired.notes.map(noteOf)],
    }
    logPlan(found, context)
    const markdown = planMarkdown(context.secrets.redacted(found), { file: desired.file })
    return { plan: found, problems: [...desired.warnings, ...desired.notes], markdown }
  }
  if (machine.missing) return await tell(undefined)
  return await onHostOf(desired, context, 'read', async (session) =>
    tell(await observeGateway(session, desired, values)),
  )
}

/** An image that is named by its tag alone is refused with the line to write. */
async function declared(context: PlanContext): Promise<Desired> {
  try {
    return loadDesired(context.config, context.files)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    // Loaded when it is needed: most plans ask no registry.
    const { withDigest } = await import('../steps/image/pinned.ts')
    throw await withDigest(error, context, context.inputs)
  }
}

/** What the registry says of an image that the host does not have; no plan without such a change waits for a registry. */
async function imageNotes(
  desired: Desired,
  observed: Observation | undefined,
  context: PlanContext,
): Promise<readonly Note[]> {
  const image = observed?.differs.image
  const isThere = observed !== undefined && (image === null || (image?.schema ?? null) !== null)
  return isThere
    ? []
    : await (await import('../steps/image/at-registry.ts')).imageAtRegistry(desired, observed, context)
}

function noteOf({ message, fix, at }: Problem): Note {
  return { severity: 'info', text: `${message} Fix: ${fix}`, at }
}

function validated(desired: Desired, { logger, secrets }: PlanContext): CommandResult {
  const { file, warnings, litellm, budgets } = desired
  const problems = [...warnings, ...desired.notes, ...unpricedNotes(desired)]
  logger.info(
    `${file} is valid: ${counted(litellm.model_list.length, 'model')}, ${counted(budgets.length, 'budget')}. The gateway was not queried (offline).`,
  )
  const note = '\n\nThis run is offline: only the files were checked, the gateway was not queried.'
  return { problems, markdown: problemsMarkdown(secrets.redacted(problems), file) + note }
}

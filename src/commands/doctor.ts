import { type Desired, loadDesired } from '../config/desired.ts'
import type { DoctorFacts } from '../contract/programs/doctor.ts'
import type { Autofixed } from '../contract/programs/gateway.ts'
import { examine } from '../doctor/examine.ts'
import type { Finding } from '../doctor/finding.ts'
import { countText, doctorMarkdown } from '../doctor/markdown.ts'
import { advice, measure } from '../doctor/measured.ts'
import { frontFindings } from '../front/findings.ts'
import { seenFromHere } from '../front/seen-from-here.ts'
import { guardFacts } from '../github/guards.ts'
import { workflowStates } from '../github/workflow-states.ts'
import { autofix } from '../host/autofix.ts'
import { observeForDoctor } from '../host/observe.ts'
import type { Session } from '../host/session.ts'
import { diff } from '../plan/diff.ts'
import type { CommandContext, CommandResult, StepContext } from '../steps/command.ts'
import type { InputsOf } from '../steps/inputs.ts'
import { manifestOf } from '../steps/manifest.ts'
import { onHostOf } from '../steps/on-host.ts'
import { progress } from '../steps/progress.ts'
import { valuesFor } from '../steps/secret-values.ts'
import { withLease } from '../steps/with-lease.ts'

/** Checks everything that the gateway depends on and says how to fix each problem; with `fix` it applies the harmless fixes. */
export async function doctor(context: CommandContext<InputsOf<'doctor'>>): Promise<CommandResult> {
  const desired = loadDesired(context.config, context.files)
  const wantsFix = context.inputs.fix === true
  const around = Promise.all([seenFromHere(desired, context), workflowStates(context), guardFacts(context)])
  return await onHostOf(desired, context, wantsFix ? 'write' : 'read', async (session) => {
    const look = async () => {
      const facts = await readFacts(session, desired, context)
      return { facts, findings: judge(desired, facts, await around, context.now()) }
    }
    let seen = await look()
    let fixed: Autofixed | undefined
    if (wantsFix && seen.findings.some(({ fix }) => fix !== undefined)) {
      fixed = await applyFixes(session, seen.findings, context)
      // Reports as fixed what a second look no longer finds, not what was tried.
      seen = await look()
    }
    const { facts, findings } = seen
    for (const { id, severity, what, remedy } of findings)
      context.logger[severity](`${id}: ${what} → ${remedy.text}`)
    context.logger.info(`Doctor: ${countText(findings)}.`)
    const shown = context.secrets.redacted({
      findings,
      measured: measure(facts),
      advice: advice(desired, facts),
      ...(fixed === undefined ? {} : { mended: fixed }),
    })
    return {
      markdown: doctorMarkdown(shown.findings, shown.measured, shown.advice, shown.mended?.done),
      result: shown,
      failed: findings.some(({ severity }) => severity === 'error'),
    }
  })
}

async function readFacts(session: Session, desired: Desired, context: StepContext): Promise<DoctorFacts> {
  return await observeForDoctor(session, {
    manifest: manifestOf(desired),
    image: desired.gateway.litellm.image,
    secrets: valuesFor(desired, context),
    owners: desired.budgets,
  })
}

function judge(
  desired: Desired,
  facts: DoctorFacts,
  [outside, schedules, guards]: readonly [
    Awaited<ReturnType<typeof seenFromHere>>,
    Awaited<ReturnType<typeof workflowStates>>,
    Awaited<ReturnType<typeof guardFacts>>,
  ],
  now: Date,
): Finding[] {
  const observed = 'value' in facts.observation ? facts.observation.value : undefined
  return examine({
    desired,
    facts,
    plan: observed === undefined ? undefined : diff(desired, observed, now),
    outside: frontFindings(desired.gateway, outside),
    ...(schedules === undefined ? {} : { schedules }),
    ...(guards === undefined ? {} : { guards }),
    now: now.getTime() / 1000,
  })
}

async function applyFixes(
  session: Session,
  findings: readonly Finding[],
  context: StepContext,
): Promise<Autofixed> {
  const fixes = findings.flatMap(({ fix }) => (fix === undefined ? [] : [fix]))
  const fixed = await withLease(session, context, ({ run }) =>
    autofix(
      session,
      {
        run,
        close: fixes.flatMap((fix) => (fix.kind === 'close' ? [fix.path] : [])),
        start: fixes.flatMap((fix) => (fix.kind === 'start' ? [fix.unit] : [])),
      },
      { onEvent: progress(context) },
    ),
  )
  for (const text of fixed.done) context.logger.info(`fixed: ${text}`)
  for (const { what, why } of fixed.failed) context.logger.warning(`${what} could not be fixed: ${why}`)
  return fixed
}

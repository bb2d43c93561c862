import type { KnownSecrets } from '../log/known-secrets.ts'
import { idOf, needsDeploy } from '../plan/kinds.ts'
import type { CommandReport } from '../steps/command.ts'
import { visible } from '../text/controls.ts'
import type { ReportDocument } from './report-schema.ts'

/** The report in one line for programs, without secrets, and without what a terminal or a workflow's runner would obey in it. */
export function reportText(report: CommandReport, { redact, redacted }: KnownSecrets): string {
  const text = redact(JSON.stringify(redacted(reportJson(report))))
  return visible(text).replaceAll('##[', '#\\u0023[')
}

/** The document of `--json` and of the output `plan-json`. */
export function reportJson({
  command,
  plan,
  applied,
  result,
  problems,
  imported,
  failed,
  cost,
}: CommandReport): ReportDocument {
  return {
    schema: 1,
    command,
    failed,
    changes: plan?.changes ?? null,
    adoptions: plan?.adoptions ?? null,
    needsDeploy: plan === undefined ? null : needsDeploy(plan),
    costs: plan?.costs ?? null,
    unmanaged: plan?.unmanaged ?? null,
    notes: plan?.notes ?? null,
    live: plan?.live ?? null,
    applied:
      applied?.map(({ change, outcome, message }) => ({
        kind: change.kind,
        action: change.action,
        id: idOf(change),
        outcome,
        ...(message === undefined ? {} : { message }),
      })) ?? null,
    result: result ?? null,
    problems,
    ...(imported === undefined ? {} : { imported }),
    connection: cost === undefined ? null : { connections: cost.connections, execs: cost.execs },
  }
}

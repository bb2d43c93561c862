import { restoreBackup } from '../backup/programs.ts'
import { planMarkdown, restoredMarkdown, undoMarkdown } from '../backup/report.ts'
import { loadDesired } from '../config/desired.ts'
import { SCOPES } from '../contract/names.ts'
import type { RestoreScope } from '../contract/programs/restore.ts'
import { HostError } from '../host/errors.ts'
import { hostBackupSettings } from '../host/render.ts'
import { escrowedPassword } from '../steps/backup-password.ts'
import type { CommandContext, CommandReport } from '../steps/command.ts'
import { connectTo } from '../steps/connect.ts'
import { manifestOf } from '../steps/manifest.ts'
import { progress } from '../steps/progress.ts'
import { withDeploymentRecord } from '../steps/with-deployment-record.ts'
import { withLease } from '../steps/with-lease.ts'

/** Brings back a backup, with a safety backup first and an undo; without the domain as confirmation it only says what would change. */
export async function restore(context: CommandContext): Promise<CommandReport> {
  const desired = loadDesired(context.config, context.files)
  const { domain } = desired.gateway
  const { backup, scope, confirm, undo = false } = context.inputs
  if (confirm !== undefined && confirm !== domain)
    throw new HostError(
      `confirm is "${confirm}"; type the domain of this gateway, ${domain}, or leave it out to see what would change.`,
    )
  if (undo && (backup !== undefined || scope !== undefined))
    throw new HostError('undo brings back what the last restore replaced; it takes neither backup nor scope.')
  const password = escrowedPassword(context)
  const input = {
    settings: hostBackupSettings(manifestOf(desired)),
    undo,
    ...(backup === undefined ? {} : { backup }),
    ...(scope === undefined ? {} : { scope: scopeOf(scope) }),
    ...(password === undefined ? {} : { password }),
  }
  const session = await connectTo(desired, context, 'change')
  const report = (markdown: string, result: object): CommandReport => ({
    command: 'restore',
    plan: undefined,
    applied: undefined,
    problems: desired.warnings,
    markdown,
    result,
    failed: false,
    cost: session.stats,
  })
  try {
    const run = (given: { run: string; confirm?: string }) =>
      restoreBackup(session, { ...input, ...given }, { onEvent: progress(context) })
    const result =
      confirm === undefined
        ? await run({ run: context.run.url })
        : await withDeploymentRecord(domain, context, () =>
            withLease(session, context, (lease) => run({ run: lease.run, confirm })),
          )
    if (result.outcome !== 'planned') {
      context.logger.info(`${result.outcome}: ${result.snapshot.slice(0, 8)}; kept as ${result.undo}`)
      return report(restoredMarkdown(context.secrets.redacted(result)), result)
    }
    context.logger.info(`Nothing was done. To do it, give confirm: ${domain}`)
    const told = context.secrets.redacted(result)
    return report('snapshot' in told ? planMarkdown(told, domain) : undoMarkdown(told, domain), result)
  } finally {
    session.close()
  }
}

function scopeOf(text: string): RestoreScope {
  const scope = SCOPES.find((one) => one === text)
  if (scope === undefined) throw new HostError(`scope is "${text}"; it can be ${SCOPES.join(', ')}.`)
  return scope
}

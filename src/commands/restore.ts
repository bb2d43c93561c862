import { restoreBackup } from '../backup/programs.ts'
import { planMarkdown, restoredMarkdown, undoMarkdown } from '../backup/report.ts'
import { loadDesired } from '../config/desired.ts'
import { SCOPES } from '../contract/names.ts'
import type { RestoreScope } from '../contract/programs/restore.ts'
import { HostError } from '../host/errors.ts'
import { hostBackupSettings } from '../host/render.ts'
import { escrowedPassword } from '../steps/backup-password.ts'
import type { CommandContext, CommandResult } from '../steps/command.ts'
import type { InputsOf } from '../steps/inputs.ts'
import { manifestOf } from '../steps/manifest.ts'
import { onHostOf } from '../steps/on-host.ts'
import { progress } from '../steps/progress.ts'
import { withDeploymentRecord } from '../steps/with-deployment-record.ts'
import { withLease } from '../steps/with-lease.ts'

/** Brings back a backup, with a safety backup first and an undo; without the domain as confirmation it only says what would change. */
export async function restore(context: CommandContext<InputsOf<'restore'>>): Promise<CommandResult> {
  const { inputs, logger, secrets } = context
  const desired = loadDesired(context.config, context.files)
  const { domain } = desired.gateway
  const wanted = wantedOf(inputs, domain)
  const { confirm } = inputs
  const password = escrowedPassword(context)
  const settings = hostBackupSettings(manifestOf(desired))
  const input = { ...wanted, settings, ...(password === undefined ? {} : { password }) }
  return await onHostOf(desired, context, 'write', async (session) => {
    const run = (given: { run: string; confirm?: string }) =>
      restoreBackup(session, { ...input, ...given }, { onEvent: progress(context) })
    const result =
      confirm === undefined
        ? await run({ run: context.run.url })
        : await withDeploymentRecord(domain, context, () =>
            withLease(session, context, (lease) => run({ run: lease.run, confirm })),
          )
    if (result.outcome !== 'planned') {
      logger.info(`${result.outcome}: ${result.snapshot.slice(0, 8)}; kept as ${result.undo}`)
      return { markdown: restoredMarkdown(secrets.redacted(result)), result }
    }
    logger.info(`Nothing was done. To do it, give confirm: ${domain}`)
    const shown = secrets.redacted(result)
    const markdown = 'snapshot' in shown ? planMarkdown(shown, domain) : undoMarkdown(shown, domain)
    return { markdown, result }
  })
}

/** What should be brought back. @throws HostError when the inputs do not go together */
function wantedOf({ backup, scope, confirm, undo = false }: InputsOf<'restore'>, domain: string) {
  if (confirm !== undefined && confirm !== domain)
    throw new HostError(
      `confirm is "${confirm}"; type the domain of this gateway, ${domain}, or leave it out to see what would change.`,
    )
  if (undo && (backup !== undefined || scope !== undefined))
    throw new HostError('undo brings back what the last restore replaced; it takes neither backup nor scope.')
  return {
    undo,
    ...(backup === undefined ? {} : { backup }),
    ...(scope === undefined ? {} : { scope: scopeOf(scope) }),
  }
}

function scopeOf(text: string): RestoreScope {
  const scope = SCOPES.find((one) => one === text)
  if (scope === undefined) throw new HostError(`scope is "${text}"; it can be ${SCOPES.join(', ')}.`)
  return scope
}

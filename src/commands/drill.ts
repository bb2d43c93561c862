import { drillBackup } from '../backup/programs.ts'
import { drillMarkdown } from '../backup/report.ts'
import { escrowedPassword } from '../steps/backup-password.ts'
import type { CommandContext, CommandResult } from '../steps/command.ts'
import type { InputsOf } from '../steps/inputs.ts'
import { onHost } from '../steps/on-host.ts'
import { progress } from '../steps/progress.ts'

/** Brings the gateway up from the off-site copy in a scratch place, by the clock; fails when a target is missed. */
export async function drill(context: CommandContext<InputsOf<'drill'>>): Promise<CommandResult> {
  const { inputs, logger, run, secrets } = context
  const password = escrowedPassword(context)
  return await onHost(context, 'write', async ({ desired, session }) => {
    const targets = desired.gateway.drill
    const asked = { ...inputs, run: run.url, targets, ...(password === undefined ? {} : { password }) }
    const result = await drillBackup(session, asked, { onEvent: progress(context) })
    for (const text of result.missed) logger.error(text)
    logger.info(`RTO ${result.rtoSeconds} s, RPO ${result.rpoSeconds} s`)
    return { markdown: drillMarkdown(secrets.redacted(result)), result, failed: !result.met }
  })
}

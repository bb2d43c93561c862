import { verifyBackup } from '../backup/programs.ts'
import { proofMarkdown } from '../backup/report.ts'
import type { CommandContext, CommandResult } from '../steps/command.ts'
import type { InputsOf } from '../steps/inputs.ts'
import { onHost } from '../steps/on-host.ts'
import { progress } from '../steps/progress.ts'

/** Restores the newest backup, from the off-site copy where there is one, into a scratch place and proves it; fails when one is missing, old or wrong. */
export async function verify(context: CommandContext<InputsOf<'verify'>>): Promise<CommandResult> {
  const { inputs, logger, run, secrets } = context
  return await onHost(context, 'write', async ({ session }) => {
    const result = await verifyBackup(session, { ...inputs, run: run.url }, { onEvent: progress(context) })
    if (result.reason === null) logger.info(`proven up to ${result.level} in ${result.seconds} s`)
    else logger.error(result.reason)
    return { markdown: proofMarkdown(secrets.redacted(result)), result, failed: !result.ok }
  })
}

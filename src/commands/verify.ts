import { verifyBackup } from '../backup/programs.ts'
import { proofMarkdown } from '../backup/report.ts'
import { loadDesired } from '../config/desired.ts'
import type { CommandContext, CommandReport } from '../steps/command.ts'
import { connectTo } from '../steps/connect.ts'
import { progress } from '../steps/progress.ts'

/** Restores the newest backup, from the off-site copy where there is one, into a scratch place and proves it; fails when one is missing, old or wrong. */
export async function verify(context: CommandContext): Promise<CommandReport> {
  const desired = loadDesired(context.config, context.files)
  const { backup } = context.inputs
  const session = await connectTo(desired, context, 'change')
  try {
    const result = await verifyBackup(
      session,
      { run: context.run.url, ...(backup === undefined ? {} : { backup }) },
      { onEvent: progress(context) },
    )
    if (result.reason === null) context.logger.info(`proven up to ${result.level} in ${result.seconds} s`)
    else context.logger.error(result.reason)
    return {
      command: 'verify',
      plan: undefined,
      applied: undefined,
      problems: desired.warnings,
      markdown: proofMarkdown(context.secrets.redacted(result)),
      result,
      failed: !result.ok,
      cost: session.stats,
    }
  } finally {
    session.close()
  }
}

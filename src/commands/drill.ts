import { drillBackup } from '../backup/programs.ts'
import { drillMarkdown } from '../backup/report.ts'
import { drillTargets } from '../config/backup.ts'
import { loadDesired } from '../config/desired.ts'
import { escrowedPassword } from '../steps/backup-password.ts'
import type { CommandContext, CommandReport } from '../steps/command.ts'
import { connectTo } from '../steps/connect.ts'
import { progress } from '../steps/progress.ts'

/** Brings the gateway up from the off-site copy in a scratch place, by the clock; fails when a target is missed. */
export async function drill(context: CommandContext): Promise<CommandReport> {
  const desired = loadDesired(context.config, context.files)
  const { backup } = context.inputs
  const password = escrowedPassword(context)
  const session = await connectTo(desired, context, 'change')
  try {
    const result = await drillBackup(
      session,
      {
        run: context.run.url,
        targets: drillTargets(desired.gateway),
        ...(backup === undefined ? {} : { backup }),
        ...(password === undefined ? {} : { password }),
      },
      { onEvent: progress(context) },
    )
    for (const text of result.missed) context.logger.error(text)
    context.logger.info(`RTO ${result.rtoSeconds} s, RPO ${result.rpoSeconds} s`)
    return {
      command: 'drill',
      plan: undefined,
      applied: undefined,
      problems: desired.warnings,
      markdown: drillMarkdown(context.secrets.redacted(result)),
      result,
      failed: !result.met,
      cost: session.stats,
    }
  } finally {
    session.close()
  }
}

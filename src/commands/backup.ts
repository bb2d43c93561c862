import { type BackupResult, takeBackup } from '../backup/programs.ts'
import { backupMarkdown } from '../backup/report.ts'
import { loadDesired } from '../config/desired.ts'
import { progress } from './apply.ts'
import type { CommandContext, CommandReport } from './command.ts'
import { connectTo } from './host-of.ts'
import { withLease } from './with-lease.ts'

/** Takes the same backup that the host takes by itself each day; for the moment before something risky. */
export async function backup(context: CommandContext): Promise<CommandReport> {
  const desired = loadDesired(context.config, context.files)
  const session = await connectTo(desired, context, 'change')
  try {
    const result: BackupResult = await withLease(session, context, ({ run }) =>
      takeBackup(session, { run }, { onEvent: progress(context) }),
    )
    context.logger.info(`backup ${result.snapshot.slice(0, 8)}: ${result.rows} rows`)
    return {
      command: 'backup',
      plan: undefined,
      applied: undefined,
      problems: desired.warnings,
      markdown: backupMarkdown(context.secrets.redacted(result)),
      result,
      failed: false,
      cost: session.stats,
    }
  } finally {
    session.close()
  }
}

import { takeBackup } from '../backup/programs.ts'
import { backupMarkdown } from '../backup/report.ts'
import type { BackupResult } from '../contract/programs/backup.ts'
import { HostError } from '../host/errors.ts'
import type { CommandContext, CommandResult } from '../steps/command.ts'
import type { InputsOf } from '../steps/inputs.ts'
import { onHost } from '../steps/on-host.ts'
import { progress } from '../steps/progress.ts'
import { withLease } from '../steps/with-lease.ts'

/** Takes the same backup that the host takes each day; for the moment before something risky. */
export async function backup(context: CommandContext<InputsOf<'backup'>>): Promise<CommandResult> {
  const { write, inputs } = context
  const { output } = inputs
  if (output !== undefined && write === undefined)
    throw new HostError(
      'output of backup is for a terminal: what it holds does not belong into the workspace of a job. Run litellm-gitops backup --output FILE.',
    )
  return await onHost(context, 'write', async ({ session }) => {
    const result: BackupResult = await withLease(session, context, ({ run }) =>
      takeBackup(session, { run }, { onEvent: progress(context) }),
    )
    const { escrow, ...shown } = result
    if (escrow !== null && output !== undefined)
      keepSealed(output, () => write?.(output, escrow, 'new-private'))
    context.logger.info(`backup ${result.snapshot.slice(0, 8)}: ${result.rows} rows`)
    return {
      markdown: backupMarkdown(context.secrets.redacted(result), output),
      // Without the sealed keys: summary and outputs are read by everybody who reads the repository.
      result: { ...shown, escrowed: escrow !== null },
    }
  })
}

/** @throws HostError when the file exists or cannot be created; the backup exists even then */
function keepSealed(output: string, write: () => void): void {
  try {
    write()
  } catch (cause) {
    throw new HostError(
      `The backup was taken, but the sealed keys cannot be written to ${output}: ${cause instanceof Error ? cause.message : cause}. Name a file that is not there yet.`,
    )
  }
}

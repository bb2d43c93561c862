import { exportProject } from '../backup/programs.ts'
import { exportMarkdown } from '../backup/report.ts'
import type { CommandContext, CommandResult } from '../steps/command.ts'
import type { InputsOf } from '../steps/inputs.ts'
import { onHost } from '../steps/on-host.ts'
import { progress } from '../steps/progress.ts'
import { withLease } from '../steps/with-lease.ts'

/** Writes the gateway as a plain compose project. The data stay on the host: a runner is no place for them. */
export async function exportGateway(context: CommandContext<InputsOf<'export'>>): Promise<CommandResult> {
  return await onHost(context, 'write', async ({ session }) => {
    const result = await withLease(session, context, ({ run }) =>
      exportProject(session, { run }, { onEvent: progress(context) }),
    )
    context.logger.info(`exported to ${result.folder}: ${result.rows} rows`)
    return { markdown: exportMarkdown(context.secrets.redacted(result)), result }
  })
}

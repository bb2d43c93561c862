import { rollback as goBack } from '../host/rollout.ts'
import type { CommandContext, CommandResult } from '../steps/command.ts'
import type { InputsOf } from '../steps/inputs.ts'
import { onHost } from '../steps/on-host.ts'
import { progress } from '../steps/progress.ts'
import { withDeploymentRecord } from '../steps/with-deployment-record.ts'
import { withLease } from '../steps/with-lease.ts'
import { prose } from '../text/markdown.ts'

/** Serves again what an earlier release served, without losing a request; the repository is left behind until it says the same. */
export async function rollback(context: CommandContext<InputsOf<'rollback'>>): Promise<CommandResult> {
  const { target, force = false } = context.inputs
  return await onHost(context, 'write', async ({ desired, session }) => {
    const { outcome, release, previous, to } = await withDeploymentRecord(
      desired.gateway.domain,
      context,
      async () =>
        await withLease(session, context, ({ run }) => {
          const asked = { run, force, ...(target === undefined ? {} : { to: target }) }
          return goBack(session, asked, { onEvent: progress(context) })
        }),
    )
    const said =
      outcome === 'unchanged'
        ? `The release ${release} serves already what ${to} served; nothing was changed.`
        : `What the release ${to} served is served again, as ${release}; ${previous} was served before.`
    const next = `${desired.file} still declares the other release: revert the change there too, or the next sync applies it again.`
    context.logger.info(said)
    context.logger.warning(next)
    const shown = [said, next].map(context.secrets.redact).map(prose)
    return { markdown: ['### `rollback` done', ...shown].join('\n\n') }
  })
}

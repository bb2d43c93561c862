import { loadDesired } from '../config/desired.ts'
import { rollback as goBack } from '../host/rollout.ts'
import type { CommandContext, CommandReport } from '../steps/command.ts'
import { connectTo } from '../steps/connect.ts'
import { progress } from '../steps/progress.ts'
import { withDeploymentRecord } from '../steps/with-deployment-record.ts'
import { withLease } from '../steps/with-lease.ts'
import { prose } from '../text/markdown.ts'

/** Serves again what an earlier release served, without losing a request; the repository is left behind until it says the same. */
export async function rollback(context: CommandContext): Promise<CommandReport> {
  const desired = loadDesired(context.config, context.files)
  const { target, force = false } = context.inputs
  const session = await connectTo(desired, context, 'change')
  try {
    const apply = ({ run }: { run: string }) =>
      goBack(
        session,
        { run, force, ...(target === undefined ? {} : { to: target }) },
        { onEvent: progress(context) },
      )
    const { outcome, release, previous, to } = await withDeploymentRecord(
      desired.gateway.domain,
      context,
      async () => await withLease(session, context, apply),
    )
    const said =
      outcome === 'unchanged'
        ? `The release ${release} serves already what ${to} served; nothing was changed.`
        : `What the release ${to} served is served again, as ${release}; ${previous} was served before.`
    const next = `${desired.file} still declares the other release: revert the change there too, or the next sync applies it again.`
    context.logger.info(said)
    context.logger.warning(next)
    return {
      command: 'rollback',
      plan: undefined,
      applied: undefined,
      problems: desired.warnings,
      markdown: ['### `rollback` done', ...[said, next].map(context.secrets.redact).map(prose)].join('\n\n'),
      failed: false,
      cost: session.stats,
    }
  } finally {
    session.close()
  }
}

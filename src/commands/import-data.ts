import { loadDesired } from '../config/desired.ts'
import { HostError } from '../host/errors.ts'
import { adoptMarkdown } from '../import/adopted.ts'
import type { CommandContext, CommandResult } from '../steps/command.ts'
import { oldData } from '../steps/import/old-data.ts'
import type { InputsOf } from '../steps/inputs.ts'
import { onHostOf } from '../steps/on-host.ts'
import { progress } from '../steps/progress.ts'
import { withLease } from '../steps/with-lease.ts'

/** A copy of a large database over a slow line. */
const MOST_MS = 12 * 60 * 60_000

/** Takes over the database of an old gateway as a backup of this one; without the domain as confirmation it only says what would come. */
export async function importData(
  context: CommandContext<InputsOf<'import'>>,
  data: string,
): Promise<CommandResult> {
  const { inputs, logger, secrets } = context
  const { from, url, ca, confirm } = inputs
  if (from !== undefined || url !== undefined)
    throw new HostError('import --data takes neither --from nor --url: import the configuration first.')
  const desired = loadDesired(context.config, context.files)
  const { domain } = desired.gateway
  if (confirm !== undefined && confirm !== domain)
    throw new HostError(
      `confirm is "${confirm}"; type the domain of the new gateway, ${domain}, or leave it out to see what would come.`,
    )
  const { question, body } = oldData(data, ca, context)
  return await onHostOf(desired, context, 'write', async (session) => {
    const result = await withLease(session, context, ({ run }) =>
      session.run(
        'adopt',
        { ...question, run, ...(confirm === undefined ? {} : { confirm }) },
        { onEvent: progress(context), timeoutMs: MOST_MS, ...(body === undefined ? {} : { body }) },
      ),
    )
    if (result.outcome === 'adopted') logger.info(`adopted: backup ${result.snapshot.slice(0, 8)}`)
    else logger.info(`Nothing was kept. To have it, give confirm: ${domain}`)
    // Names in the database are anybody's words.
    const safe = secrets.redacted(result)
    return { markdown: adoptMarkdown(safe, domain), result: safe }
  })
}

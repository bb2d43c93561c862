import { type Desired, loadDesired } from '../config/desired.ts'
import type { AdoptDone, AdoptPlan } from '../contract/programs/adopt.ts'
import { HostError } from '../host/errors.ts'
import { adoptMarkdown } from '../import/adopted.ts'
import type { CommandContext, CommandResult } from '../steps/command.ts'
import { adopted } from '../steps/import/adopted.ts'
import { dataOf, oldData } from '../steps/import/old-data.ts'
import type { InputsOf } from '../steps/inputs.ts'
import { lookAt } from '../steps/old-host/look.ts'
import { foundMarkdown } from '../steps/old-host/markdown.ts'
import { oldPlace, openOld, SSH } from '../steps/old-host/open.ts'
import { onHostOf } from '../steps/on-host.ts'
import { withLease } from '../steps/with-lease.ts'

/** Takes over the database of an old gateway as a backup of this one; without the domain as confirmation it only says what would come. */
export async function importData(
  context: CommandContext<InputsOf<'import'>>,
  data: string,
): Promise<CommandResult> {
  const { inputs } = context
  const { from, url, ca, confirm } = inputs
  if (from !== undefined || url !== undefined)
    throw new HostError('import --data takes neither --from nor --url: import the configuration first.')
  const desired = loadDesired(context.config, context.files)
  const { domain } = desired.gateway
  if (confirm !== undefined && confirm !== domain)
    throw new HostError(
      `confirm is "${confirm}"; type the domain of the new gateway, ${domain}, or leave it out to see what would come.`,
    )
  if (data.startsWith(SSH)) return await fromMachine(context, data, desired)
  const { question, body } = oldData(data, ca, context)
  return await onHostOf(desired, context, 'write', async (session) => {
    const result = await withLease(session, context, ({ run }) =>
      adopted(session, context, { question, run, confirm, ...(body === undefined ? {} : { body }) }),
    )
    return report(result, context, domain)
  })
}

/** The same of a compose project on a machine that SSH reaches. */
async function fromMachine(
  context: CommandContext<InputsOf<'import'>>,
  data: string,
  desired: Desired,
): Promise<CommandResult> {
  const { inputs, secrets } = context
  const place = oldPlace(data)
  const shell = await openOld(place, inputs['host-key'], context)
  try {
    const old = await lookAt(shell, place, context)
    const { confirm, ca } = inputs
    return await onHostOf(desired, context, 'write', async (session) => {
      const result = await withLease(session, context, async ({ run }) => {
        const { question, body } = await dataOf(shell, old, ca, context)
        return await adopted(session, context, {
          question,
          run,
          confirm,
          ...(body === undefined ? {} : { body }),
        })
      })
      const found = secrets.redacted(foundMarkdown(old, shell.where))
      const told = report(result, context, desired.gateway.domain)
      const markdown = `${found}\n${told.markdown}`
      return { ...told, markdown, last: markdown }
    })
  } finally {
    shell.close()
  }
}

function report(
  result: AdoptPlan | AdoptDone,
  { logger, secrets }: Pick<CommandContext, 'logger' | 'secrets'>,
  domain: string,
): CommandResult {
  if (result.outcome === 'adopted') logger.info(`adopted: backup ${result.snapshot.slice(0, 8)}`)
  else logger.info(`Nothing was kept. To have it, give confirm: ${domain}`)
  // Names in the database are anybody's words.
  const safe = secrets.redacted(result)
  const markdown = adoptMarkdown(safe, domain)
  // On a terminal there is no summary of a job: what would come is said there.
  return { markdown, result: safe, last: markdown }
}

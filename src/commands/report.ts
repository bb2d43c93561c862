import { join } from 'node:path/posix'
import { loadDesired } from '../config/desired.ts'
import { observeUsage } from '../host/observe.ts'
import { usageCsv } from '../report/csv.ts'
import { rangeText } from '../report/days.ts'
import { usageHtml } from '../report/html.ts'
import { usageMarkdown } from '../report/markdown.ts'
import { rangeOf } from '../report/range.ts'
import { sourceText, usageOf } from '../report/usage.ts'
import type { CommandContext, CommandResult } from '../steps/command.ts'
import type { InputsOf } from '../steps/inputs.ts'
import { onHostOf } from '../steps/on-host.ts'
import { count, usd } from '../text/units.ts'

const FOLDER = 'gateway-report'

/** Says what was used and spent in a range of days, and how far the budgets reach; as a summary, a page, CSV and JSON. Changes nothing. */
export async function report(context: CommandContext<InputsOf<'report'>>): Promise<CommandResult> {
  const { inputs, logger, keep, secrets } = context
  const desired = loadDesired(context.config, context.files)
  const { since, until, 'time-zone': zone, output: folder = FOLDER } = inputs
  const range = rangeOf({ since, until, zone }, context.now())
  return await onHostOf(desired, context, 'read', async (session) => {
    const usage = secrets.redacted(usageOf(await observeUsage(session, range), range))
    const files = {
      'report.html': usageHtml(usage, desired.gateway.domain),
      'report.csv': usageCsv(usage),
      'report.json': `${JSON.stringify(usage, undefined, 1)}\n`,
    }
    for (const [name, text] of Object.entries(files)) keep?.(join(folder, name), text)
    const { total } = usage
    const told = sourceText(usage)
    if (told !== undefined) logger.notice(told)
    logger.info(`Usage from ${rangeText(range)}: ${usd(total.spend)}, ${count(total.requests)} requests.`)
    const paths = Object.keys(files).map((name) => join(folder, name))
    if (keep !== undefined) logger.info(`Written: ${paths.join(', ')}`)
    return { markdown: usageMarkdown(usage), result: usage }
  })
}

import { join } from 'node:path/posix'
import { loadDesired } from '../config/desired.ts'
import { observeUsage } from '../host/observe.ts'
import { usageCsv } from '../report/csv.ts'
import { usageHtml } from '../report/html.ts'
import { usageMarkdown } from '../report/markdown.ts'
import { rangeOf } from '../report/range.ts'
import { usageOf } from '../report/usage.ts'
import { count, rangeText, usd } from '../report/wording.ts'
import type { CommandContext, CommandReport } from '../steps/command.ts'
import { connectTo } from '../steps/connect.ts'

const FOLDER = 'gateway-report'

/** Says what was used and spent in a range of days, and how far the budgets reach; as a summary, a page, CSV and JSON. Changes nothing. */
export async function report(context: CommandContext): Promise<CommandReport> {
  const { inputs, logger, keep, secrets } = context
  const desired = loadDesired(context.config, context.files)
  const range = rangeOf(
    { since: inputs.since, until: inputs.until, zone: inputs['time-zone'] },
    context.now(),
  )
  const session = await connectTo(desired, context, 'look')
  try {
    const usage = secrets.redacted(usageOf(await observeUsage(session, range), range))
    const folder = inputs.output ?? FOLDER
    const files = {
      'report.html': usageHtml(usage, desired.gateway.domain),
      'report.csv': usageCsv(usage),
      'report.json': `${JSON.stringify(usage, undefined, 1)}\n`,
    }
    for (const [name, text] of Object.entries(files)) keep?.(join(folder, name), text)
    const { total } = usage
    logger.info(`Usage from ${rangeText(range)}: ${usd(total.spend)}, ${count(total.requests)} requests.`)
    if (keep !== undefined)
      logger.info(
        `Written: ${Object.keys(files)
          .map((name) => join(folder, name))
          .join(', ')}`,
      )
    return {
      command: 'report',
      plan: undefined,
      applied: undefined,
      problems: desired.warnings,
      markdown: usageMarkdown(usage),
      result: usage,
      failed: false,
      cost: session.stats,
    }
  } finally {
    session.close()
  }
}

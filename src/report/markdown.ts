import { prose } from '../text/markdown.ts'
import { type BudgetForecast, share } from './forecast.ts'
import type { Row, Usage } from './usage.ts'
import { count, dayText, isoDay, percent, rangeText, usd } from './wording.ts'

/** The files have the rows beyond these. */
const MOST = 10

/** The report as people read it in a job's summary or in an issue. */
export function usageMarkdown(usage: Usage): string {
  const { total, saved, days } = usage
  return [
    `### Usage from ${prose(rangeText(usage.range))}`,
    '',
    '| | |',
    '| --- | ---: |',
    `| spent | ${usd(total.spend)} |`,
    `| a day | ${usd(total.spend / days)} |`,
    `| requests | ${count(total.requests)} |`,
    `| failed | ${percent(total.failures, total.requests)} |`,
    `| answered from the cache | ${percent(total.hits, total.requests)}, which saved about ${usd(saved)} |`,
    `| tokens | ${count(total.promptTokens)} in, ${count(total.completionTokens)} out |`,
    ...chart(usage),
    ...budgets(usage.budgets),
    ...table('Teams', usage.by.team),
    ...table('Users', usage.by.user),
    ...table('Keys', usage.by.key),
    ...table('Models', usage.by.model),
    ...table('Providers', usage.by.provider),
    ...errors(usage),
  ].join('\n')
}

/** Spend by day; nothing where nothing was spent. */
function chart({ byDay }: Usage): string[] {
  if (byDay.every(({ spend }) => spend === 0)) return []
  return [
    '',
    '```mermaid',
    'xychart-beta',
    '  title "USD a day"',
    `  x-axis [${byDay.map(({ id }) => `"${dayText(id)}"`).join(', ')}]`,
    `  bar [${byDay.map(({ spend }) => spend.toFixed(4)).join(', ')}]`,
    '```',
  ]
}

function budgets(all: readonly BudgetForecast[]): string[] {
  if (all.length === 0) return []
  const lines = all
    .slice(0, MOST)
    .map(
      (one) =>
        `| ${prose(`${one.subject} ${one.name}`)} | ${usd(one.spent)} | ${usd(one.max)} | ${used(one)} | ${one.resets === null ? 'never' : isoDay(one.resets)} | ${end(one)} |`,
    )
  return [
    '',
    '#### Budgets',
    '',
    '| budget | spent | of | used | resets | at this pace |',
    '| --- | ---: | ---: | ---: | --- | --- |',
    ...lines,
    ...more(all.length),
  ]
}

function used(one: BudgetForecast): string {
  return `${Math.round(share(one) * 100)} %`
}

function end({ exhausted, runsOut, resets }: BudgetForecast): string {
  if (exhausted) return '❌ used up'
  if (runsOut !== null) return `⚠️ used up on ${isoDay(runsOut)}`
  return resets === null ? '' : 'lasts'
}

function table(title: string, rows: readonly Row[]): string[] {
  if (rows.length === 0) return []
  return [
    '',
    `#### ${title}`,
    '',
    '| | spent | requests | failed | from the cache | tokens |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...rows
      .slice(0, MOST)
      .map(
        (row) =>
          `| ${prose(row.name)} | ${usd(row.spend)} | ${count(row.requests)} | ${percent(row.failures, row.requests)} | ${percent(row.hits, row.requests)} | ${count(row.promptTokens + row.completionTokens)} |`,
      ),
    ...more(rows.length),
  ]
}

function errors({ errors }: Usage): string[] {
  if (errors.length === 0) return []
  return [
    '',
    '#### Why requests failed',
    '',
    '| | |',
    '| --- | ---: |',
    ...errors.slice(0, MOST).map((one) => `| ${prose(one.class)} | ${count(one.count)} |`),
    ...more(errors.length),
  ]
}

function more(length: number): string[] {
  return length > MOST ? ['', `${length - MOST} more are in the files.`] : []
}

import { prose, table } from '../text/markdown.ts'
import { count, percent, percentOf, usd } from '../text/units.ts'
import { dayText, isoDay, rangeText } from './days.ts'
import { type BudgetForecast, share } from './forecast.ts'
import { type Row, sourceText, type Usage } from './usage.ts'

/** The files have the rows beyond these. */
const MOST = 10

/** The report as people read it in a job's summary or in an issue. */
export function usageMarkdown(usage: Usage): string {
  const { total, saved, days } = usage
  const told = sourceText(usage)
  return [
    `### Usage from ${prose(rangeText(usage.range))}`,
    '',
    ...(told === undefined ? [] : [`> ${told}`, '']),
    ...table(
      ['', { right: '' }],
      [
        ['spent', usd(total.spend)],
        ['a day', usd(total.spend / days)],
        ['requests', count(total.requests)],
        ['failed', percentOf(total.failures, total.requests)],
        ...(total.hits === null || saved === null
          ? []
          : [
              [
                'answered from the cache',
                `${percentOf(total.hits, total.requests)}, which saved about ${usd(saved)}`,
              ],
            ]),
        ['tokens', `${count(total.promptTokens)} in, ${count(total.completionTokens)} out`],
      ],
    ),
    ...chart(usage),
    ...budgets(usage.budgets),
    ...spenders('Teams', usage.by.team),
    ...spenders('Users', usage.by.user),
    ...spenders('Keys', usage.by.key),
    ...spenders('Models', usage.by.model),
    ...spenders('Providers', usage.by.provider),
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
  const rows = all
    .slice(0, MOST)
    .map((one) => [
      prose(`${one.subject} ${one.name}`),
      usd(one.spent),
      usd(one.max),
      percent(share(one)),
      one.resets === null ? 'never' : isoDay(one.resets),
      end(one),
    ])
  const numbers = ['spent', 'of', 'used'].map((right) => ({ right }))
  const lines = table(['budget', ...numbers, 'resets', 'at this pace'], rows)
  return ['', '#### Budgets', '', ...lines, ...more(all.length)]
}

function end({ exhausted, runsOut, resets }: BudgetForecast): string {
  if (exhausted) return '❌ used up'
  if (runsOut !== null) return `⚠️ used up on ${isoDay(runsOut)}`
  return resets === null ? '' : 'lasts'
}

function spenders(title: string, all: readonly Row[]): string[] {
  if (all.length === 0) return []
  const rows = all
    .slice(0, MOST)
    .map((row) => [
      prose(row.name),
      usd(row.spend),
      count(row.requests),
      percentOf(row.failures, row.requests),
      row.hits === null ? '' : percentOf(row.hits, row.requests),
      count(row.promptTokens + row.completionTokens),
    ])
  const numbers = ['spent', 'requests', 'failed', 'from the cache', 'tokens'].map((right) => ({ right }))
  return ['', `#### ${title}`, '', ...table(['', ...numbers], rows), ...more(all.length)]
}

function errors({ errors: all }: Usage): string[] {
  if (all.length === 0) return []
  const rows = all.slice(0, MOST).map((one) => [prose(one.class), count(one.count)])
  return ['', '#### Why requests failed', '', ...table(['', { right: '' }], rows), ...more(all.length)]
}

function more(length: number): string[] {
  return length > MOST ? ['', `${length - MOST} more are in the files.`] : []
}

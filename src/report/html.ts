import { visible } from '../text/controls.ts'
import { count, percent, percentOf, usd } from '../text/units.ts'
import { dayText, isoDay, rangeText } from './days.ts'
import { type BudgetForecast, share } from './forecast.ts'
import { type Row, sourceText, type Usage } from './usage.ts'

const TITLES = { team: 'Teams', user: 'Users', key: 'Keys', model: 'Models', provider: 'Providers' } as const
/** The CSV has all. */
const MOST = 100

/** One page that needs nothing else: no script, no font and no image from anywhere. */
export function usageHtml(usage: Usage, domain: string): string {
  const title = `Usage of ${domain}`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${escaped(title)}</h1>
<p>${escaped(rangeText(usage.range))}</p>
${note(usage)}
</header>
<main>
${figures(usage)}
${byDay(usage)}
${budgets(usage.budgets)}
${Object.entries(TITLES)
  .map(([by, heading]) => table(heading, usage.by[by as keyof typeof TITLES], usage.total.spend))
  .join('\n')}
${errors(usage)}
</main>
</body>
</html>
`
}

function note(usage: Usage): string {
  const told = sourceText(usage)
  return told === undefined ? '' : `<p>${escaped(told)}</p>`
}

function figures({ total, saved, days }: Usage): string {
  const all: readonly (readonly [string, string, string])[] = [
    ['Spent', usd(total.spend), `${usd(total.spend / days)} a day`],
    ['Requests', count(total.requests), `${percentOf(total.failures, total.requests)} failed`],
    ...(total.hits === null || saved === null
      ? []
      : [['From the cache', percentOf(total.hits, total.requests), `saved about ${usd(saved)}`] as const]),
    [
      'Tokens',
      count(total.promptTokens + total.completionTokens),
      `${count(total.completionTokens)} of them answers`,
    ],
  ]
  const items = all.map(
    ([name, value, more]) => `<div><dt>${name}</dt><dd>${value}</dd><dd class="more">${more}</dd></div>`,
  )
  return `<dl class="figures">${items.join('')}</dl>`
}

const WIDTH = 720
const HEIGHT = 180
const LEFT = 56
const BASE = HEIGHT - 22

/** Bars of spend by day, with the axis in round numbers; the CSV has the same figures. */
function byDay({ byDay: rows }: Usage): string {
  const top = roundedUp(Math.max(...rows.map(({ spend }) => spend)))
  const step = (WIDTH - LEFT) / rows.length
  const height = (spend: number) => (top === 0 ? 0 : (spend / top) * (BASE - 8))
  const bars = rows.map(({ id, spend, requests }, index) => {
    const tall = height(spend)
    const place = `x="${(LEFT + index * step + step * 0.1).toFixed(1)}" y="${(BASE - tall).toFixed(1)}" width="${(step * 0.8).toFixed(1)}" height="${tall.toFixed(1)}"`
    return `<rect ${place}><title>${dayText(id)}: ${usd(spend)}, ${count(requests)} requests</title></rect>`
  })
  // As many names of days as have room.
  const every = Math.ceil(rows.length / 8)
  const names = rows.flatMap(({ id }, index) =>
    index % every === 0
      ? [
          `<text x="${(LEFT + (index + 0.5) * step).toFixed(1)}" y="${HEIGHT - 6}" text-anchor="middle">${dayText(id)}</text>`,
        ]
      : [],
  )
  const marks = [0, 0.5, 1].map((part) => {
    const y = (BASE - height(top * part)).toFixed(1)
    return `<line x1="${LEFT}" x2="${WIDTH}" y1="${y}" y2="${y}"/><text x="${LEFT - 6}" y="${y}" dy="4" text-anchor="end">${(top * part).toLocaleString('en-US', { maximumSignificantDigits: 3 })}</text>`
  })
  const most = rows.reduce(
    (best, row) => (row.spend > best.spend ? row : best),
    rows[0] ?? { id: '', spend: 0 },
  )
  const told = `Spend by day in USD; the most is ${usd(most.spend)} on ${dayText(most.id)}`
  return `<section><h2>USD a day</h2><div class="wide" role="region" aria-label="USD a day" tabindex="0"><svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(told)}">${marks.join('')}${bars.join('')}${names.join('')}</svg></div></section>`
}

/** The next of 1, 2, 5, 10, 20, … */
function roundedUp(value: number): number {
  if (value <= 0) return 0
  const power = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 5, 10].find((factor) => factor * power >= value) ?? 10) * power
}

function budgets(all: readonly BudgetForecast[]): string {
  if (all.length === 0) return ''
  const rows = all.slice(0, MOST).map((one) => {
    const part = share(one)
    const [state, word] = stateOf(one)
    return `<tr><th scope="row"><span class="more">${one.subject}</span> ${escaped(one.name)}</th><td>${usd(one.spent)}</td><td>${usd(one.max)}</td><td>${bar(part, state)}<span class="of">${percent(part)}</span></td><td>${one.resets === null ? 'never' : isoDay(one.resets)}</td><td class="${state}">${word}</td></tr>`
  })
  return section('Budgets', ['Budget', 'Spent', 'Of', 'Used', 'Resets', 'At this pace'], rows)
}

function stateOf({ exhausted, runsOut, resets }: BudgetForecast): readonly [string, string] {
  if (exhausted) return ['bad', 'used up']
  if (runsOut !== null) return ['warn', `used up on ${isoDay(runsOut)}`]
  return ['good', resets === null ? '' : 'lasts']
}

function table(title: string, rows: readonly Row[], spend: number): string {
  if (rows.length === 0) return ''
  const lines = rows
    .slice(0, MOST)
    .map(
      (row) =>
        `<tr><th scope="row">${escaped(row.name)}</th><td>${bar(spend === 0 ? 0 : row.spend / spend, 'part')}<span class="money">${usd(row.spend)}</span></td><td>${count(row.requests)}</td><td>${percentOf(row.failures, row.requests)}</td><td>${row.hits === null ? '' : percentOf(row.hits, row.requests)}</td><td>${count(row.promptTokens)}</td><td>${count(row.completionTokens)}</td></tr>`,
    )
  return section(
    title,
    [title.replace(/s$/, ''), 'Spent', 'Requests', 'Failed', 'From the cache', 'Tokens in', 'Tokens out'],
    lines,
    rows.length,
  )
}

function errors({ errors }: Usage): string {
  if (errors.length === 0) return ''
  const rows = errors.map(
    (one) => `<tr><th scope="row">${escaped(one.class)}</th><td>${count(one.count)}</td></tr>`,
  )
  return section('Why requests failed', ['Error', 'Requests'], rows)
}

function section(
  title: string,
  columns: readonly string[],
  rows: readonly string[],
  all = rows.length,
): string {
  const heads = columns.map((name) => `<th scope="col">${name}</th>`).join('')
  const more = all > rows.length ? `<p>${count(all - rows.length)} more are in the CSV.</p>` : ''
  // A wide table scrolls on a narrow screen, by keyboard too.
  return `<section><h2>${title}</h2><div class="wide" role="region" aria-label="${title}" tabindex="0"><table><thead><tr>${heads}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>${more}</section>`
}

/** A bar for the number next to it. */
function bar(part: number, kind: string): string {
  const width = Math.max(0, Math.min(1, part)) * 60
  return `<svg class="bar ${kind}" viewBox="0 0 60 8" aria-hidden="true"><rect width="60" height="8" class="whole"/><rect width="${width.toFixed(1)}" height="8"/></svg>`
}

function escaped(text: string): string {
  const forms: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return visible(text).replace(/[&<>"']/g, (character) => forms[character] ?? character)
}

const STYLE = `
:root{color-scheme:light dark;--text:#1c2128;--soft:#57606a;--line:#d0d7de;--ground:#fff;--card:#f6f8fa;--bar:#0969da;--bad:#b42318;--warn:#8a5a00;--good:#1a6b33}
@media(prefers-color-scheme:dark){:root{--text:#e6edf3;--soft:#a8b3bf;--line:#3d444d;--ground:#0d1117;--card:#161b22;--bar:#4493f8;--bad:#ff8f84;--warn:#e3b341;--good:#56d364}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:70rem;padding:1.25rem;font:16px/1.5 system-ui,sans-serif;color:var(--text);background:var(--ground)}
h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}header p,.more{color:var(--soft);margin:0}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem;margin:1.25rem 0 0}
.figures div{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.75rem}
dt{color:var(--soft);font-size:.875rem}dd{margin:0;font-size:1.25rem;font-variant-numeric:tabular-nums}dd.more{font-size:.875rem}
.chart{width:100%;min-width:36rem;height:auto;display:block}svg text{font-size:12px;fill:var(--soft)}svg line{stroke:var(--line)}svg rect{fill:var(--bar)}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:.35rem .6rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
th:first-child{text-align:left;white-space:normal;overflow-wrap:anywhere;min-width:8rem}tbody th{font-weight:400}thead th{color:var(--soft);font-weight:600;font-size:.875rem}
.of,.money{display:inline-block;text-align:right;min-width:3.5em}.money{min-width:6.5em}.bar{width:60px;height:8px;margin-right:.5rem;vertical-align:middle}.bar .whole{fill:var(--line)}.bar.bad rect:last-child{fill:var(--bad)}.bar.warn rect:last-child{fill:var(--warn)}.bar.good rect:last-child{fill:var(--good)}
td.bad{color:var(--bad)}td.warn{color:var(--warn)}td.good{color:var(--good)}
`.replaceAll('\n', '')

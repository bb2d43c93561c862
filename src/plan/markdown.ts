import { ownerText } from '../config/budgets.ts'
import type { Problem } from '../config/problem.ts'
import { code, folded, prose, table } from '../text/markdown.ts'
import { count, counted, usd } from '../text/units.ts'
import type { Change, ChangeResult, Plan } from './change.ts'
import { details, needsDeploy, title } from './kinds.ts'
import { countText, limitsText, priceChangeText } from './wording.ts'

const MARK = { create: '➕', update: '✏️', delete: '➖' } as const

/** The plan as a reviewer reads it: what will happen, to what, and what to know besides. */
export function planMarkdown(
  plan: Plan,
  { file, applied }: { readonly file: string; readonly applied?: readonly ChangeResult[] },
): string {
  const { changes, live } = plan
  const heading =
    applied === undefined
      ? `### Plan for ${code(file)}: ${countText(changes)}`
      : `### Applied ${code(file)}: ${appliedText(applied)}`
  const serving =
    live === undefined
      ? 'Nothing serves on this host yet.'
      : `Serving now: LiteLLM ${prose(live.version ?? 'of unknown version')}, ${live.workers} workers${live.healthy ? '' : ', **not ready**'}.`
  return [
    heading,
    '',
    serving,
    ...destinations(plan, applied),
    ...(changes.length === 0
      ? ['', 'The gateway is as declared.']
      : ['', ...changeTable(plan.changes, applied)]),
    ...costs(plan),
    ...adoptions(plan),
    ...(needsDeploy(plan)
      ? ['', '> [!IMPORTANT]', '> Some of this is of the machine itself: `sync` leaves it, run `deploy`.']
      : []),
    ...notes(plan),
    ...unmanaged(plan),
  ].join('\n')
}

/** What is wrong in the files, as a list with places. */
export function problemsMarkdown(problems: readonly Problem[], file: string): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length
  return [
    `### ${code(file)}: ${errors === 0 ? `valid, ${problems.length} to check` : `${counted(errors, 'error')}, nothing was changed`}`,
    '',
    ...problems.map(
      ({ at, severity, message, fix }) =>
        `- **${severity}** ${code(`${at.file}:${at.line}:${at.column}`)} ${prose(message)} **Fix:** ${prose(fix)}`,
    ),
  ].join('\n')
}

function appliedText(results: readonly ChangeResult[]): string {
  const failed = results.filter(({ outcome }) => outcome === 'failed').length
  if (results.length === 0) return 'nothing to do'
  return failed === 0
    ? `${results.length} of ${results.length} done`
    : `${failed} of ${results.length} failed`
}

function changeTable(changes: readonly Change[], applied: readonly ChangeResult[] | undefined): string[] {
  const results = new Map(applied?.map((result) => [result.change, result]))
  const rows = changes.map((change) => {
    const result = results.get(change)
    const cells = [MARK[change.action], prose(title(change)), details(change).map(prose).join('<br>')]
    if (applied !== undefined)
      cells.push(
        result === undefined
          ? 'left for `deploy`'
          : result.outcome === 'done'
            ? '✅ read back'
            : `❌ ${prose(result.message ?? 'failed')}`,
      )
    return cells
  })
  return table(['', 'what', 'change', ...(applied === undefined ? [] : ['result'])], rows)
}

/** What a change costs, and would have cost. */
function costs({ costs: found }: Plan): string[] {
  if (found.length === 0) return []
  const month = found.some((cost) => cost.month !== undefined)
  const head = [
    'model',
    'USD per million tokens, in / out',
    ...(month ? ['last 30 days', 'with this change'] : []),
  ]
  const rows = found.map((cost) => {
    const was =
      cost.month === undefined
        ? ['', '']
        : [`${usd(cost.month.before)}, ${count(cost.month.requests)} requests`, usd(cost.month.after)]
    return [prose(cost.name), priceChangeText(cost), ...(month ? was : [])]
  })
  return ['', '**What it costs**', '', ...table(head, rows)]
}

function adoptions({ adoptions: found }: Plan): string[] {
  if (found.length === 0) return []
  const [verb, them] = found.length === 1 ? ['is', 'it'] : ['are', 'them']
  const what = found.every(({ kind }) => kind === 'budget') ? 'budget' : 'object'
  const summary = `${counted(found.length, what)} ${verb} as declared; sync marks ${them} as managed here`
  const lines = found.map((change) =>
    change.kind === 'budget'
      ? `- ${prose(ownerText(change))}: ${prose(limitsText(change.after))}`
      : `- ${prose(title(change))}`,
  )
  return ['', ...folded(summary, lines)]
}

/** Before the changes, where everyone sees it. */
function destinations({ notes }: Plan, applied: readonly ChangeResult[] | undefined): string[] {
  const found = notes.filter(({ about }) => about === 'destination')
  if (found.length === 0) return []
  return [
    '',
    '> [!CAUTION]',
    `> **Keys or requests ${applied === undefined ? 'would go' : 'go'} where they did not go before:**`,
    ...found.map(
      ({ text, at }) => `> - ⚠️ ${at === undefined ? '' : `${code(`${at.file}:${at.line}`)} `}${prose(text)}`,
    ),
  ]
}

function notes(plan: Plan): string[] {
  const notes = plan.notes.filter(({ about }) => about === undefined)
  return notes.length === 0
    ? []
    : [
        '',
        ...notes.map(
          ({ severity, text, at }) =>
            `- ${severity === 'warning' ? '⚠️ ' : ''}${at === undefined ? '' : `${code(`${at.file}:${at.line}`)} `}${prose(text)}`,
        ),
      ]
}

function unmanaged({ unmanaged: found }: Plan): string[] {
  if (found.length === 0) return []
  const rows = found.map(({ kind, id, detail }) => [kind, id, detail].map(prose))
  return ['', ...folded(`${found.length} not declared here, left alone`, table(['kind', 'id', ''], rows))]
}

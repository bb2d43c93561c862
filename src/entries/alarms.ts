import { isRecord } from '../config/record.ts'
import type { AlarmResult } from '../github/alarm-issue.ts'
import type { RunContext } from '../github/context.ts'
import type { Notice } from '../github/notices.ts'
import type { CommandReport } from '../steps/command.ts'

export interface Alarm {
  readonly name: string
  readonly title: string
  readonly wrong: boolean
}

/** The problem that an issue is kept open for; undefined when this run says nothing about it. */
export function alarmOf({ command, failed, plan }: CommandReport, run: RunContext): Alarm | undefined {
  if (command === 'report' && run.eventName === 'schedule')
    return { name: command, title: 'Usage of the gateway', wrong: true }
  if (command === 'verify')
    return { name: command, title: 'The backup of the gateway is not proven', wrong: failed }
  if (command === 'upgrade')
    return { name: command, title: 'The next release of LiteLLM cannot be proposed', wrong: failed }
  if (command === 'doctor')
    return { name: command, title: 'Something is wrong with the gateway', wrong: failed }
  if (command === 'drill')
    return { name: command, title: 'The drill of the gateway missed its targets', wrong: failed }
  // A plan on a schedule compares what was merged with what runs: any difference came from somewhere else.
  if (command === 'plan' && run.eventName === 'schedule' && !failed && plan !== undefined)
    return {
      name: 'drift',
      title: 'The gateway is not as the repository says',
      wrong: plan.changes.length > 0,
    }
  return undefined
}

/** What becomes of the issue of an alarm; `none` when none is kept, for want of a token or because GitHub failed. */
export type Kept = AlarmResult | { readonly outcome: 'none' }

/**
 * What people are told of this run: that something began to be wrong, that it is over, that a change failed or was made. Undefined for what
 * they know already, and for what happens in a pull request, where the author looks on.
 */
export function noticeOf(
  report: CommandReport,
  run: RunContext,
  alarm: Alarm | undefined,
  kept: Kept,
): Notice | undefined {
  if (run.pullRequest !== undefined || run.mergeGroup !== undefined) return undefined
  const state = stateOf(report, alarm, kept)
  if (state === undefined) return undefined
  const title = {
    wrong: alarm?.title,
    over: `${alarm?.title}: it is over`,
    failed: undefined,
    done: undefined,
  }[state]
  return {
    state,
    title: title ?? `${report.command} ${state === 'failed' ? 'failed' : 'is done'}`,
    lines: state === 'over' ? [] : linesOf(report),
    repository: `${run.owner}/${run.repo}`,
    command: report.command,
    run: run.runUrl,
    issue: 'url' in kept ? kept.url : undefined,
  }
}

function stateOf(report: CommandReport, alarm: Alarm | undefined, kept: Kept): Notice['state'] | undefined {
  if (alarm?.name === 'report') return undefined
  if (alarm !== undefined) {
    if (kept.outcome === 'closed') return 'over'
    // Where no issue is kept, nobody knows whether it was said before.
    const news = kept.outcome !== 'updated' && kept.outcome !== 'quiet'
    return alarm.wrong && news ? 'wrong' : undefined
  }
  if (report.failed) return 'failed'
  return CHANGES[report.command]?.(report) ? 'done' : undefined
}

/** Whether a command that went well has changed the gateway. */
const CHANGES: Readonly<Record<string, (report: CommandReport) => boolean>> = {
  sync: ({ applied = [] }) => applied.length > 0,
  deploy: ({ applied = [] }) => applied.length > 0,
  rollback: () => true,
  destroy: () => true,
  restore: ({ result }) => isRecord(result) && result.outcome !== 'planned',
}

/** The sentences that say what it is about: of problems, findings, reasons, and changes that could not be made. */
function linesOf({ problems, result, applied = [], plan, command }: CommandReport): string[] {
  const found = isRecord(result) && Array.isArray(result.findings) ? result.findings : []
  const reason = isRecord(result) && typeof result.reason === 'string' ? [result.reason] : []
  const failed = applied.flatMap(({ outcome, message }) => (outcome === 'failed' && message ? [message] : []))
  const count = plan?.changes.length ?? 0
  return [
    ...problems.filter(({ severity }) => severity === 'error').map(({ message }) => message),
    ...found.flatMap((one) => (isRecord(one) && one.severity === 'error' ? [String(one.what)] : [])),
    ...reason,
    ...failed,
    ...(command === 'report' || count === 0
      ? []
      : [`${count} ${count === 1 ? 'difference' : 'differences'}`]),
  ]
}

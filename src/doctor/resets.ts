import { ownerText } from '../config/budgets.ts'
import type { Desired } from '../config/desired.ts'
import type { ObservedBudget } from '../contract/programs/observe.ts'
import { isUnset, overdue } from '../plan/budgets.ts'
import { counted } from '../text/units.ts'
import { type Finding, inYaml, onHost } from './finding.ts'

const MOST_NAMED = 5

/** Budgets whose spend LiteLLM does not reset: its job stands still, or has no day for them. Those that sync sets are drift. */
export function resetFindings(
  budgets: readonly ObservedBudget[] | null,
  { gateway }: Desired,
  now: number,
): Finding[] {
  if (budgets === null) return []
  const isOff = gateway.general_settings?.disable_reset_budget === true
  const late = overdue(budgets, new Date(now * 1000))
  const unset = budgets.filter((budget) => budget.managed === undefined && isUnset(budget))
  const found: Finding[] = []
  if (late.length > 0)
    found.push({
      id: 'budget-reset-late',
      severity: 'error',
      what: `${counted(late.length, 'budget')} should have been reset, and was not: ${named(late)}.`,
      why: 'Who has used one up stays refused in the new period.',
      remedy: isOff
        ? inYaml('general_settings: {disable_reset_budget: false} # or without that key')
        : onHost(
            'systemctl restart litellm; journalctl -u litellm --since -1h | grep -i reset # its job runs every ten minutes',
          ),
    })
  if (unset.length > 0)
    found.push({
      id: 'budget-reset-missing',
      severity: 'warning',
      what: `${counted(unset.length, 'budget')} with a period has no day of its next reset: ${named(unset)}.`,
      why: 'LiteLLM never resets a key without one, and counts its spend on and on.',
      remedy: {
        where: 'gateway.yaml',
        text: 'budget_config: … # with their period, and sync sets the day; or save them again in the UI',
      },
    })
  return found
}

function named(budgets: readonly ObservedBudget[]): string {
  const more = budgets.length > MOST_NAMED ? ` and ${budgets.length - MOST_NAMED} more` : ''
  const names = budgets.slice(0, MOST_NAMED).map((budget) => {
    const { budget_reset_at: day } = budget
    return day === undefined ? ownerText(budget) : `${ownerText(budget)} (${day.slice(0, 10)})`
  })
  return names.join(', ') + more
}

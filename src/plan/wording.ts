import { LIMIT_NAMES, LIMITS, type LimitName, type Limits } from '../config/budgets.ts'
import { parsePeriod } from '../config/period.ts'
import { exactUsd, usd } from '../text/units.ts'
import type {
  BudgetChange,
  BudgetState,
  Change,
  FieldChange,
  FileChange,
  ModelCost,
  OverrideChange,
  Price,
} from './change.ts'

/** `100.00 USD a month`, `no limit` */
export function budgetText({ maxBudget, duration }: Pick<Limits, 'maxBudget' | 'duration'>): string {
  if (maxBudget === null) return duration === null ? 'no limit' : `no limit, spend counted${every(duration)}`
  return exactUsd(maxBudget) + (duration === null ? ', never reset' : every(duration))
}

/** ` a month`, ` every 14 days` */
function every(duration: string): string {
  const period = parsePeriod(words[duration] ?? duration)
  if (!('label' in period)) return ` every ${duration}`
  return /^\d/.test(period.label) ? ` every ${period.label}` : ` ${period.label}`
}

const words: Readonly<Record<string, string>> = {
  '1d': 'daily',
  '24h': 'daily',
  '7d': 'weekly',
  '1w': 'weekly',
  '1mo': 'monthly',
  '30d': 'monthly',
  '365d': 'yearly',
}

type Further = Exclude<LimitName, 'maxBudget' | 'duration'>

/** The limits besides the budget itself: the name of each, and how its value is shown. */
const FURTHER: { readonly [name in Further]: (value: NonNullable<Limits[name]>) => string } = {
  softBudget: (amount) => `alert from ${exactUsd(amount)} on`,
  tpmLimit: (count) => `${count} tokens a minute`,
  rpmLimit: (count) => `${count} requests a minute`,
  models: (names) => `only the models ${names.join(', ')}`,
  modelBudgets: (budgets) =>
    Object.entries(budgets)
      .map(([model, window]) => `${model} up to ${budgetText(window)}`)
      .join(', '),
  windows: (windows) => windows.map((window) => `also ${budgetText(window)}`).join(', '),
}
const FURTHER_NAMES = Object.keys(FURTHER) as Further[]

/** What each further limit is called where there is none. */
const NONE: Readonly<Record<Further, string>> = {
  softBudget: 'no alert',
  tpmLimit: 'any number of tokens a minute',
  rpmLimit: 'any number of requests a minute',
  models: 'all models',
  modelBudgets: 'no budgets by model',
  windows: 'no further budgets',
}

function furtherText<Name extends Further>(name: Name, limits: Limits): string | undefined {
  const value = limits[name]
  return value === null ? undefined : FURTHER[name](value as NonNullable<Limits[Name]>)
}

/** All limits in one line: `100.00 USD a month, 60 requests a minute` */
export function limitsText(limits: Limits): string {
  return [budgetText(limits), ...FURTHER_NAMES.flatMap((name) => furtherText(name, limits) ?? [])].join(', ')
}

/** `no limit → 100.00 USD a month; 60 → 90 requests a minute; spent 3.20 USD; resets on 2026-12-01` */
export function budgetChangeText({ action, before, after }: BudgetChange): string {
  const from = before === undefined ? 'new' : budgetText(before)
  const to = budgetText(after)
  const further = FURTHER_NAMES.flatMap((name) => {
    const [old, next] = [before && furtherText(name, before), furtherText(name, after)]
    if (old === next) return []
    return before === undefined ? [next] : [`${old ?? NONE[name]} → ${next ?? NONE[name]}`]
  })
  const amount = from === to ? (further.length === 0 ? [to] : []) : [`${from} → ${to}`]
  return [
    ...amount,
    ...further,
    ...(before !== undefined && from === to && further.length === 0 ? [markText(action, before, after)] : []),
    ...(before === undefined ? [] : [`spent ${usd(before.spend)}`]),
    ...(after.resetsAt === null ? [] : [`resets on ${after.resetsAt.slice(0, 10)}`]),
    ...(before !== undefined && after.maxBudget !== null && before.spend >= after.maxBudget
      ? ['already used up: requests are refused at once']
      : []),
  ].join('; ')
}

/** `2.50 / 10.00 → 0.15 / 0.60`, `new: 2.50 / 10.00` */
export function priceChangeText({ before, after }: Pick<ModelCost, 'before' | 'after'>): string {
  if (after === undefined)
    return before === undefined ? 'not known' : `${priceText(before)} → not known, or not served`
  if (before === undefined) return `new: ${priceText(after)}`
  const [old, next] = [priceText(before), priceText(after)]
  return old === next ? `${next}, as before` : `${old} → ${next}`
}

function priceText({ input, output }: Price): string {
  return [input, output].map((amount) => amount.toFixed(amount > 0 && amount < 0.01 ? 4 : 2)).join(' / ')
}

/** What changes when no limit does: who keeps it. */
function markText(action: BudgetChange['action'], before: BudgetState, after: BudgetState): string {
  if (action === 'delete') return 'not kept from here any more'
  if (before.managed === undefined) return 'adopted: kept from here from now on'
  if (before.duration !== null && before.resetsAt === null)
    return 'had no day of its next reset, and gets one'
  const names = LIMIT_NAMES.filter((name) => after.managed?.includes(name) !== before.managed?.includes(name))
  return `kept from here: ${names.map((name) => LIMITS[name]).join(', ')}`
}

/** One field as a reader compares it: `rpm: 10 → 60`. */
export function fieldText({ path, before, after }: FieldChange): string {
  const name = path === '' ? '' : `${path}: `
  if (before === undefined) return `${name}${value(after)}`
  if (after === undefined) return `${name}${value(before)} → removed`
  return `${name}${value(before)} → ${value(after)}`
}

function value(given: unknown): string {
  if (typeof given === 'object' && given !== null && 'fingerprint' in given)
    return `a value written out on the host (fingerprint ${given.fingerprint})`
  return typeof given === 'string' ? given : JSON.stringify(given)
}

/** What becomes of a setting that was made past the repository. */
export function overrideText({ section, value: stored }: OverrideChange): string {
  // A deployment keeps the value that its key had when it was loaded; one without a key, or a callback, looks it up.
  const how =
    section === 'environment_variables'
      ? 'overrides the one given here, wherever LiteLLM looks it up again'
      : 'is served in the place of the declared one'
  const isKey = section === 'environment_variables' || section === 'credential_list'
  const newer = isKey ? '. If it is the newer key, put it into the secret first' : ''
  return `${stored ?? 'one'} set in the UI or by the API ${how}; sync takes it out${newer}`
}

/** `2 to create, 1 to update`, `no changes` */
export function countText(changes: readonly Change[]): string {
  const count = (action: Change['action']) => changes.filter((change) => change.action === action).length
  const parts = (['create', 'update', 'delete'] as const)
    .map((action) => [count(action), action] as const)
    .filter(([number]) => number > 0)
  return parts.length === 0
    ? 'no changes'
    : parts.map(([number, action]) => `${number} to ${action}`).join(', ')
}

/** Of the code nothing but the first digits of its hash: `changed, SHA-256 1f2e3d4c5b6a → 6a5b4c3d2e1f` */
export function fileText({ action, before = '', after = '' }: FileChange): string {
  const word = { create: 'added', update: 'changed', delete: 'removed' }[action]
  const hashes = [before, after].filter((hash) => hash !== '').map((hash) => hash.slice(0, 12))
  return `${word}, SHA-256 ${hashes.join(' → ')}`
}

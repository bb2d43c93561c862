import type { Problem } from '../problem.ts'
import { isRecord } from '../record.ts'
import { type Path, pathText } from '../yaml/path.ts'
import type { Source } from '../yaml/source.ts'
import { compareVersions, declaredVersion } from './versions.ts'

type Document = Readonly<Record<string, unknown>>

/** A setting that LiteLLM takes, and that does not do what it says. */
interface Caveat {
  /** Where it is declared; empty where it is not. */
  readonly at: (document: Document) => readonly Path[]
  readonly text: string
  readonly fix: string
  /** Issue or pull request of BerriAI/litellm; undefined where it is the source alone. */
  readonly source: number | undefined
  /** LiteLLM does not start with it. */
  readonly stops?: true
  /** The first version that it holds for, and the first that it does not; undefined: no such version is known. */
  readonly from?: string
  readonly before?: string
}

/** In one place, so that a row can go when a version settles it. Looked up in the tracker, and in the wheels of 1.92.0 to 1.109.1. */
export const CAVEATS: readonly Caveat[] = [
  {
    at: (document) => paired(document, 'litellm_settings', 'max_budget', 'budget_duration'),
    text: 'is held against the spend of the last 30 days, whatever budget_duration says',
    fix: 'use LiteLLM 1.98 or newer, or give teams and users budgets of their own under budget_config',
    source: 31292,
    before: '1.98.0',
  },
  {
    at: (document) => set(document, 'litellm_settings', 'max_budget'),
    text: 'is also counted in each worker for requests of /v1/messages, and a worker that is over it refuses them until it is restarted',
    fix: 'give teams and users budgets under budget_config, or restart the gateway when that happens',
    source: 40020,
  },
  {
    at: (document) =>
      set(document, 'litellm_settings', 'max_budget').filter(
        () => !has(document.litellm_settings, 'budget_duration'),
      ),
    text: 'has no budget_duration beside it, without which LiteLLM does not start',
    fix: 'add budget_duration, such as 30d',
    source: 31292,
    stops: true,
  },
  {
    at: (document) => set(document, 'litellm_settings', 'max_end_user_budget_id'),
    text: 'names a budget whose period does nothing for customers that are made on their first request: their spend is never reset',
    fix: 'use LiteLLM 1.92 or newer',
    source: 24675,
    before: '1.92.0',
  },
  {
    at: (document) => set(document, 'litellm_settings', 'max_user_budget'),
    text: 'is read by no part of LiteLLM',
    fix: 'declare the budgets of users under budget_config, or use max_internal_user_budget',
    source: undefined,
  },
  {
    at: ({ litellm_settings: settings }) =>
      ['default_internal_user_params', 'default_team_params'].flatMap((key) =>
        isRecord(settings) && has(settings[key], 'max_budget') && !has(settings[key], 'budget_duration')
          ? [['litellm_settings', key, 'max_budget']]
          : [],
      ),
    text: 'is a budget for life: without budget_duration its spend is never reset',
    fix: 'add budget_duration, such as 30d, unless that is meant',
    source: 25509,
  },
  {
    at: (document) =>
      set(document, 'litellm_settings', 'max_internal_user_budget').filter(
        () => !has(document.litellm_settings, 'internal_user_budget_duration'),
      ),
    text: 'is a budget for life: without internal_user_budget_duration its spend is never reset',
    fix: 'add internal_user_budget_duration, such as 30d, unless that is meant',
    source: 25509,
  },
  {
    at: ({ budget_config: list }) =>
      (Array.isArray(list) ? list : []).flatMap((entry: unknown, index) =>
        has(entry, 'team_id') &&
        has(entry, 'user_id') &&
        has(entry, 'max_budget') &&
        !has(entry, 'time_period')
          ? [['budget_config', index, 'max_budget']]
          : [],
      ),
    text: "is a member's budget without a period, which is for life: the period of the team's members does not count for it",
    fix: 'add time_period, such as monthly, unless that is meant',
    source: 25509,
  },
  {
    at: (document) => (isShuffled(document) && !isEnforced(document) ? limited(document) : []),
    text: 'is no limit with simple-shuffle, which is how LiteLLM routes unless told otherwise: rpm and tpm are weights between the deployments of a model',
    fix: 'for a limit add optional_pre_call_checks: [enforce_model_rate_limits] to router_settings',
    source: 19230,
  },
  {
    at: (document) => (isShuffled(document) || isEnforced(document) ? [] : limited(document)),
    text: 'is no hard limit from LiteLLM 1.109 on',
    fix: 'for a limit add optional_pre_call_checks: [enforce_model_rate_limits] to router_settings',
    source: 48873,
    from: '1.109.0',
  },
  {
    at: (document) => (isShuffled(document) ? [] : firstWith(document, ['weight'])),
    text: 'counts with the routing strategy simple-shuffle alone',
    fix: 'take it out, or set routing_strategy: simple-shuffle',
    source: undefined,
  },
  {
    at: ({ litellm_settings: settings }) =>
      has(settings, 'cache_params') && isRecord(settings) && settings.cache === undefined
        ? [['litellm_settings', 'cache_params']]
        : [],
    text: 'does nothing without cache: true beside it',
    fix: 'add cache: true to litellm_settings',
    source: undefined,
  },
  {
    at: ({ litellm_settings: settings }) =>
      isRecord(settings) && isRecord(settings.cache_params) && settings.cache_params.type === 'disk'
        ? [['litellm_settings', 'cache_params', 'type']]
        : [],
    text: 'is disk, which LiteLLM 1.109 and newer do not have; older ones write it into the container, where it ends with each release',
    fix: 'write type: redis',
    source: 48114,
  },
]

/** Notes of a plan, each with its source and the versions that it holds for; those of another version than the declared one are left out. */
export function caveatNotes(source: Source): Problem[] {
  const version = declaredVersion(source.value.litellm)
  return CAVEATS.filter((caveat) => holdsFor(caveat, version)).flatMap(
    ({ at, text, fix, stops, ...caveat }) =>
      at(source.value).map(
        (path): Problem => ({
          severity: stops === true ? 'warning' : 'info',
          code: 'caveat',
          message: `${pathText(path)} ${text}${before(caveat)}.${sourceOf(caveat)}`,
          fix: `${fix}.`,
          at: source.locate(path, 'key'),
        }),
      ),
  )
}

function before({ before: version }: Pick<Caveat, 'before'>): string {
  return version === undefined ? '' : ` (LiteLLM before ${version})`
}

function sourceOf({ source }: Pick<Caveat, 'source'>): string {
  return source === undefined ? '' : ` See https://github.com/BerriAI/litellm/issues/${source}.`
}

function holdsFor({ from, before }: Caveat, version: string | undefined): boolean {
  if (version === undefined) return true
  return (
    (from === undefined || compareVersions(version, from) >= 0) &&
    (before === undefined || compareVersions(version, before) < 0)
  )
}

function has(section: unknown, key: string): boolean {
  return isRecord(section) && section[key] !== undefined && section[key] !== null
}

function set(document: Document, section: string, key: string): Path[] {
  return has(document[section], key) ? [[section, key]] : []
}

function paired(document: Document, section: string, key: string, beside: string): Path[] {
  return has(document[section], beside) ? set(document, section, key) : []
}

function isShuffled({ router_settings: settings }: Document): boolean {
  const strategy = isRecord(settings) ? settings.routing_strategy : undefined
  return strategy === undefined || strategy === null || strategy === 'simple-shuffle'
}

function isEnforced({ router_settings: settings }: Document): boolean {
  const checks = isRecord(settings) ? settings.optional_pre_call_checks : undefined
  return Array.isArray(checks) && checks.includes('enforce_model_rate_limits')
}

function limited(document: Document): Path[] {
  return firstWith(document, ['rpm', 'tpm'])
}

/** The first deployment that has one of these parameters. */
function firstWith({ model_list: list }: Document, keys: readonly string[]): Path[] {
  for (const [index, model] of (Array.isArray(list) ? list : []).entries()) {
    const params = isRecord(model) ? model.litellm_params : undefined
    const key = keys.find((one) => has(params, one))
    if (key !== undefined) return [['model_list', index, 'litellm_params', key]]
  }
  return []
}

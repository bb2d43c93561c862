import type { ObservedEntity } from '../contract/programs/observe.ts'
import { isPassing, lastUse } from '../plan/entities/delivery.ts'
import { counted } from '../text/units.ts'
import { byUs, type Finding, inYaml } from './finding.ts'

const MOST_NAMED = 5
const UNUSED_DAYS = 90
const DAY = 86_400

/** Whom LiteLLM names as the user of what the master key made. */
const NOBODY = 'default_user_id'

/**
 * Keys that nobody is named for, and keys that nobody uses. Replaced ones are left out: they end without anybody's doing.
 * @param now the host's clock, seconds since 1970
 */
export function keyFindings(entities: readonly ObservedEntity[] | null | undefined, now: number): Finding[] {
  const keys = (entities ?? []).filter((one) => one.kind === 'key' && !isPassing(one))
  const unowned = keys.filter(({ fields }) => !isNamed(fields.team_id) && !isNamed(fields.user_id))
  const unused = keys.filter(({ used, made }) => {
    const last = used ?? made
    return last !== undefined && now - secondsOf(last) > UNUSED_DAYS * DAY
  })
  const found: Finding[] = []
  if (unowned.length > 0)
    found.push({
      id: 'key-unowned',
      severity: 'warning',
      what: `No team and no user is named for ${counted(unowned.length, 'key')}: ${named(unowned, () => undefined)}.`,
      why: 'When one of them leaks or is expensive, nobody knows whom to ask.',
      remedy: inYaml('keys: [{key_alias: …, team_id: …}] # or user_id'),
    })
  if (unused.length > 0)
    found.push({
      id: 'key-unused',
      severity: 'warning',
      what: `Nobody has used ${counted(unused.length, 'key')} for ${UNUSED_DAYS} days: ${named(unused, ({ used }) => lastUse(used))}.`,
      why: 'A key that nobody needs is only there to leak.',
      remedy: byUs(
        'litellm-gitops sync # with prune: true, after it was removed from keys; or delete it in the UI',
      ),
    })
  return found
}

function isNamed(owner: unknown): boolean {
  return typeof owner === 'string' && owner !== '' && owner !== NOBODY
}

/** LiteLLM's times have no zone, and are UTC. */
function secondsOf(time: string): number {
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(time) ? time : `${time}Z`) / 1000
}

function named(keys: readonly ObservedEntity[], about: (key: ObservedEntity) => string | undefined): string {
  const names = keys.slice(0, MOST_NAMED).map((key) => {
    const more = about(key)
    return more === undefined ? key.id : `${key.id} (${more})`
  })
  return names.join(', ') + (keys.length > MOST_NAMED ? ` and ${keys.length - MOST_NAMED} more` : '')
}

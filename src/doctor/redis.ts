import type { LogFacts, RedisFacts, SpendCounter } from '../contract/programs/doctor.ts'
import { percent, size, usd } from '../text/units.ts'
import { byUs, type Finding, inYaml, onHost } from './finding.ts'

/** Fewer repeats say nothing of a rate. */
export const REPEATS_FOR_A_RATE = 50

export function redisDown(problem: string): Finding {
  return {
    id: /NOAUTH|WRONGPASS|invalid password/i.test(problem) ? 'redis-password' : 'redis-down',
    severity: 'error',
    what: `Redis does not answer: ${problem}`,
    why: 'Every answer is paid for again, and each worker counts budgets and limits on its own.',
    remedy: /NOAUTH|WRONGPASS|invalid password/i.test(problem)
      ? byUs('litellm-gitops deploy # restores the password')
      : onHost('systemctl restart redis-server; journalctl -u redis-server -n 50'),
  }
}

export function redisFindings(facts: RedisFacts): Finding[] {
  const { appendOnly, lastWriteOk, lastRewriteOk, policy, usedBytes, maxBytes, evicted, rejected } = facts
  const found: Finding[] = []
  if (!appendOnly)
    found.push({
      id: 'redis-not-persistent',
      severity: 'error',
      what: 'Redis writes nothing to disk (appendonly is off).',
      why: 'A restart loses the cache, and spend that is not in the database yet.',
      remedy: onHost(
        'systemctl restart redis-server # its file says appendonly yes; or litellm-gitops deploy',
      ),
    })
  else if (!lastWriteOk || !lastRewriteOk)
    found.push({
      id: 'redis-write-error',
      severity: 'error',
      what: "Redis' last write to disk failed.",
      why: 'It refuses writes, and a restart loses its content.',
      remedy: onHost('df -h /var/lib/redis; journalctl -u redis-server -n 50'),
    })
  if (!policy.startsWith('volatile-'))
    found.push({
      id: 'redis-policy',
      severity: policy === 'noeviction' ? 'warning' : 'error',
      what: `Redis has the eviction policy ${policy}, not volatile-lru.`,
      why:
        policy === 'noeviction'
          ? 'When its memory is full, it refuses every write.'
          : 'When its memory is full, it drops spend that was not written yet.',
      remedy: onHost('systemctl restart redis-server # its file says volatile-lru; or litellm-gitops deploy'),
    })
  const share = maxBytes === 0 ? 0 : usedBytes / maxBytes
  if (share > 0.9 && evicted > 0)
    found.push({
      id: 'redis-memory',
      severity: 'warning',
      what: `Redis holds ${size(usedBytes)} of ${size(maxBytes)} (${percent(share)}), and evicted ${evicted} answers early.`,
      why: 'Answers that would have been free are paid for again.',
      remedy: inYaml(
        'litellm_settings: {cache_params: {ttl: 300}} # a shorter lifetime, or more memory under size',
      ),
    })
  if (rejected > 0)
    found.push({
      id: 'redis-clients',
      severity: 'warning',
      what: `Redis refused ${rejected} connections because it had too many.`,
      why: 'A refused worker answers without cache and limits.',
      remedy: onHost('ss -tnp dst 127.0.0.1:6379 # shows who holds them'),
    })
  return found
}

/** What a shell and a pattern of Redis take as it is. */
const PLAIN = /^[\w.@-]+$/

/** Owners whom LiteLLM keeps out by a counter that does not fit the database. */
export function counterFindings(counters: readonly SpendCounter[]): Finding[] {
  return counters.map(({ subject, id, hash, spend, counted, budget }) => ({
    id: 'redis-counter',
    severity: 'error',
    what: `Redis counts ${usd(counted)} for ${subject} ${id}${hash === null ? '' : ` (hash ${hash})`}; by the database it has spent ${usd(spend)} of ${usd(budget)}.`,
    why: 'LiteLLM refuses its requests although the budget is not used up.',
    remedy: onHost(
      `export REDISCLI_AUTH=$(cat /etc/litellm/redis_password); redis-cli --scan --pattern '*spend:${patternOf(subject, hash ?? id)}' | xargs -d '\\n' redis-cli UNLINK # LiteLLM reads it again from the database`,
    ),
  }))
}

const COUNTED_AS: Readonly<Record<string, string>> = { member: 'team_member', customer: 'end_user' }

/** All counters of a kind where the id is more than letters: each is read again. */
function patternOf(subject: string, id: string): string {
  const kind = COUNTED_AS[subject] ?? subject
  return PLAIN.test(id) ? `${kind}:${id}*` : `${kind}:*`
}

/** A cache that is on and never answers. */
export function cacheFindings({ cache }: LogFacts, declared: boolean): Finding[] {
  const { repeats, repeatHits } = cache
  if (!declared || repeats < REPEATS_FOR_A_RATE || repeatHits / repeats >= 0.05) return []
  return [
    {
      id: 'cache-useless',
      severity: 'warning',
      what: `The cache answered ${repeatHits} of ${repeats} repeated requests in the last seven days.`,
      why: 'The same answers are paid for again and again.',
      remedy: inYaml(
        `litellm_settings: {cache: true, cache_params: {type: redis, ttl: ${ttlFor(cache.gapSeconds)}}}`,
      ),
    },
  ]
}

/** A lifetime in seconds that covers four of five repeats: whole minutes, an hour to a day. */
export function ttlFor(gapSeconds: number | null): number {
  const wanted = Math.ceil((gapSeconds ?? 3600) / 60) * 60
  return Math.min(Math.max(wanted, 3600), 86_400)
}

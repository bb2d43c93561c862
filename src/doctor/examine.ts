import type { Desired } from '../config/desired.ts'
import { isRecord } from '../config/record.ts'
import { FIREWALL_UNIT, MAIN_UNIT } from '../contract/names.ts'
import type { DoctorFacts, Part } from '../contract/programs/doctor.ts'
import type { Plan } from '../plan/change.ts'
import { auditFindings } from './audit.ts'
import { backupFindings } from './backups.ts'
import { certificateFindings, terminatesTls } from './certificate.ts'
import { databaseFindings, growthFindings, noConnectionLeft, retentionDays } from './database.ts'
import { driftFindings, interruptedFindings, secretFileFindings, versionFindings } from './declared.ts'
import { byUs, type Finding, onHost, unread } from './finding.ts'
import { type ScheduleFacts, scheduleFindings } from './github.ts'
import { type GuardFacts, guardFindings } from './guards.ts'
import { keyFindings } from './keys.ts'
import { ageFindings, clockFindings, diskFindings, memoryFindings, sizeFindings } from './machine.ts'
import { portFindings } from './ports.ts'
import { providerFindings, usageFindings } from './providers.ts'
import { cacheFindings, counterFindings, redisDown, redisFindings } from './redis.ts'
import { resetFindings } from './resets.ts'
import { failedRuns, killFindings, stoppedUnits, unitFindings, workerFindings } from './units.ts'

/** All that is known when the findings are made. */
export interface Examination {
  readonly desired: Desired
  readonly facts: DoctorFacts
  /** The difference between what is declared and what was observed; undefined when that could not be read. */
  readonly plan: Plan | undefined
  /** What is wrong with the domain as the world sees it. */
  readonly outside: readonly Finding[]
  /** undefined without a token. */
  readonly schedules?: ScheduleFacts
  /** undefined without a token. */
  readonly guards?: GuardFacts
  /** Our own clock when the host answered, seconds since 1970. */
  readonly now: number
}

/** What is wrong, errors first. Pure: the same facts give the same findings. A cause is reported once, without what follows from it. */
export function examine(examination: Examination): Finding[] {
  const { desired, facts, plan, outside, schedules, guards, now } = examination
  const { gateway } = desired
  const observation = value(facts.observation)
  const observed = [
    ...('problem' in facts.observation
      ? [unread('host-unread', 'The state of the host', facts.observation.problem)]
      : []),
    ...outside,
    ...(schedules === undefined ? [] : scheduleFindings(schedules)),
    ...(guards === undefined ? [] : guardFindings(guards)),
  ]
  if (
    observation !== undefined &&
    (plan === undefined || observation.gateway === null) &&
    isBare(observation.differs)
  )
    return [notDeployed()]
  const units = observation?.differs.units ?? []
  const down = new Set(units.filter(({ active }) => active !== 'active').map(({ name }) => name))
  const { parts } = facts
  const databaseAnswers = 'value' in parts.database
  const found: Finding[] = [
    ...observed,
    ...stoppedUnits(units),
    ...(observation === undefined
      ? []
      : [
          ...interruptedFindings(observation),
          ...resetFindings(observation.gateway?.budgets ?? null, desired, facts.time),
          ...keyFindings(observation.gateway?.entities, facts.time),
          ...versionFindings(observation.gateway?.version ?? null),
          ...sizeFindings(desired.size, observation.host),
          ...(plan === undefined ? [] : driftFindings(observation, plan, { databaseAnswers })),
        ]),
    ...services(examination, down),
    ...each(parts.disks, 'disks-unread', 'The disks', diskFindings),
    ...each(parts.memory, 'memory-unread', 'Memory', (memory) => [
      ...memoryFindings(memory),
      ...killFindings(memory),
    ]),
    ...each(parts.clock, 'clock-unread', 'The clock', (clock) => clockFindings(clock, facts.time - now)),
    ...each(parts.system, 'system-unread', 'Ages', (system) => ageFindings(system, facts.time)),
    ...each(parts.secretFiles, 'secret-files-unread', 'The files with secrets', secretFileFindings),
    ...(parts.audit === undefined ? [] : each(parts.audit, 'audit-unread', 'The audit log', auditFindings)),
    ...each(parts.ports, 'ports-unread', 'The ports', (ports) =>
      portFindings(
        // The stopped unit is reported already, with the same fix.
        down.has(FIREWALL_UNIT) ? { ...ports, firewall: true } : ports,
        gateway,
      ),
    ),
    ...each(parts.backups, 'backups-unread', 'The backups', (backups) =>
      backupFindings(backups, facts.time, value(parts.system)?.deployedSince ?? null),
    ),
  ]
  return inOrder(found)
}

/** The services themselves, without what only fails because another one is down. */
function services({ desired, facts }: Examination, down: ReadonlySet<string>): Finding[] {
  const { gateway } = desired
  const { parts } = facts
  const found: Finding[] = [
    ...each(parts.units, 'units-unread', 'The services', (units) => [
      ...unitFindings(units, down),
      ...failedRuns(units, value(parts.backups)),
    ]),
    ...each(parts.providers, 'providers-unread', 'The providers', providerFindings),
  ]
  if ('value' in parts.redis) found.push(...redisFindings(parts.redis.value))
  else if (!down.has('redis-server.service')) found.push(redisDown(parts.redis.problem))
  if (terminatesTls(gateway) && !down.has('caddy.service'))
    found.push(
      ...each(parts.certificate, 'certificate-unread', 'The certificate', (shown) =>
        certificateFindings(shown, gateway, facts.time),
      ),
    )
  if ('problem' in parts.database) {
    if (!down.has('postgresql.service')) found.push(databaseDown(parts.database.problem))
    return found
  }
  found.push(...databaseFindings(parts.database.value))
  // Without Redis there is nothing to count wrong, and that it is down is reported.
  if (parts.counters !== undefined && 'value' in parts.redis)
    found.push(...each(parts.counters, 'counters-unread', 'The counters of spend', counterFindings))
  if (!down.has(MAIN_UNIT))
    found.push(...each(parts.workers, 'workers-unread', 'The workers', workerFindings))
  const cached = isRecord(gateway.litellm_settings) && gateway.litellm_settings.cache === true
  const kept = retentionDays(gateway.general_settings?.maximum_spend_logs_retention_period)
  found.push(
    ...each(parts.usage, 'usage-unread', 'The request log', (usage) => [
      ...usageFindings(usage.models),
      ...cacheFindings(usage, cached),
      ...growthFindings(usage, value(parts.disks) ?? [], kept, facts.time),
    ]),
  )
  return found
}

function each<Value>(
  part: Part<Value>,
  id: string,
  what: string,
  findings: (value: Value) => Finding[],
): Finding[] {
  return 'value' in part ? findings(part.value) : [unread(id, what, part.problem)]
}

function value<Value>(part: Part<Value>): Value | undefined {
  return 'value' in part ? part.value : undefined
}

/** Nothing is deployed yet: one finding says more than all its consequences. */
function isBare({ keys, database }: { keys: readonly string[]; database: string }): boolean {
  return database === 'missing' && keys.length > 3
}

function notDeployed(): Finding {
  return {
    id: 'not-deployed',
    severity: 'error',
    what: 'Nothing is deployed on this host yet.',
    why: 'There is no gateway.',
    remedy: byUs('litellm-gitops deploy'),
  }
}

function databaseDown(problem: string): Finding {
  if (/too many clients|connection slots|connections are taken/.test(problem))
    return noConnectionLeft(problem)
  return {
    id: 'database-down',
    severity: 'error',
    what: `PostgreSQL does not answer: ${problem}`,
    why: 'Without PostgreSQL no key works and no spend is counted.',
    remedy: onHost('systemctl restart postgresql; journalctl -u "postgresql@*" -n 50'),
  }
}

function inOrder(findings: readonly Finding[]): Finding[] {
  const rank = { error: 0, warning: 1 }
  return findings.toSorted((a, b) => rank[a.severity] - rank[b.severity])
}

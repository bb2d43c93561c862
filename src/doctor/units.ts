import { BACKUP_TIMER, FIREWALL_UNIT, MAIN_UNIT, type UNITS, VERIFY_TIMER } from '../contract/names.ts'
import type { BackupFacts, MemoryFacts, UnitFacts, WorkerFacts } from '../contract/programs/doctor.ts'
import type { HostDifferences } from '../contract/programs/observe.ts'
import { byUs, type Finding, onHost } from './finding.ts'

const WHY: Readonly<Record<string, string>> & Readonly<Record<(typeof UNITS)[number], string>> = {
  [MAIN_UNIT]: 'No request is answered.',
  'caddy.service': 'Nobody reaches the gateway: Caddy is in front of it.',
  'postgresql.service': 'Without PostgreSQL no key works and no spend is counted.',
  'redis-server.service':
    'Every answer is paid for again, and each worker counts budgets and limits on its own.',
  [FIREWALL_UNIT]: 'Every listening port is reachable from outside, also after the next boot.',
  [BACKUP_TIMER]: 'No backup is taken automatically.',
  [VERIFY_TIMER]: 'Nobody notices if a backup cannot be restored.',
}
/** What the gateway depends on besides the units that are declared. */
const OURS =
  /^(litellm|caddy|postgresql|redis|unattended-upgrades|apt-daily|logrotate|chrony|systemd-timesyncd)/
const BACKUP_SERVICES = ['litellm-backup.service', 'litellm-verify.service']
const MANY_RESTARTS = 3

/** Units that do not run or would not start with the machine. */
export function stoppedUnits(units: HostDifferences['units']): Finding[] {
  return units.map(({ name, active, enabled }) => {
    const timer = name.endsWith('.timer')
    const stopped = active !== 'active'
    // Quadlet's units are enabled by their file: there is nothing for systemctl to enable.
    const verb = name === MAIN_UNIT ? 'start' : 'enable --now'
    return {
      id: timer ? 'timer-stopped' : stopped ? 'unit-stopped' : 'unit-disabled',
      severity: 'error',
      what: stopped
        ? `${name} is ${active}${enabled === 'enabled' || enabled === 'generated' ? '' : ` and ${enabled}`}.`
        : `${name} runs, but is ${enabled}: it would not start at boot.`,
      why: WHY[name] ?? 'The gateway depends on it.',
      remedy: onHost(
        `systemctl ${verb} ${name}${active === 'failed' ? `; journalctl -u ${name} -n 50` : ''}`,
      ),
      fix: { kind: 'start', unit: name },
    }
  })
}

/** Services that failed or keep crashing, and timers that will not fire. */
export function unitFindings(units: UnitFacts, stopped: ReadonlySet<string>): Finding[] {
  return [...failedUnits(units, stopped), ...restarts(units), ...silentTimers(units, stopped)]
}

function failedUnits({ failed }: UnitFacts, stopped: ReadonlySet<string>): Finding[] {
  return failed
    .filter((name) => OURS.test(name) && !BACKUP_SERVICES.includes(name) && !stopped.has(name))
    .map((name) => ({
      id: 'unit-failed',
      severity: 'warning',
      what: `${name} failed.`,
      why: 'Its work was not done, and nobody was notified.',
      remedy: onHost(`systemctl restart ${name}; journalctl -u ${name} -n 50`),
    }))
}

function restarts({ restarts }: UnitFacts): Finding[] {
  return Object.entries(restarts)
    .filter(([, count]) => count >= MANY_RESTARTS)
    .map(([name, count]) => ({
      id: 'unit-restarting',
      severity: 'warning',
      what: `${name} died and was restarted ${count} times.`,
      why: 'Each time, requests in flight are lost.',
      remedy: onHost(`journalctl -u ${name} -n 200; then systemctl reset-failed ${name}`),
    }))
}

function silentTimers({ timers }: UnitFacts, stopped: ReadonlySet<string>): Finding[] {
  return Object.entries(timers)
    .filter(([name, timer]) => timer.active && !timer.scheduled && !timer.running && !stopped.has(name))
    .map(([name]) => ({
      id: 'timer-silent',
      severity: 'error',
      what: `${name} is active, but has no next run.`,
      why: WHY[name] ?? 'What it starts no longer runs.',
      remedy: onHost(`systemctl restart ${name}; systemctl list-timers ${name}`),
    }))
}

/** Whether the last backup or proof started by the host's timers failed. */
export function failedRuns(
  { timers }: UnitFacts,
  backups: Pick<BackupFacts, 'proven'> | undefined,
): Finding[] {
  const failed = (timer: string) => {
    const run = timers[timer]
    return run !== undefined && !run.running && run.lastResult !== '' && run.lastResult !== 'success'
  }
  const found: Finding[] = []
  if (failed(BACKUP_TIMER))
    found.push({
      id: 'backup-failed',
      severity: 'error',
      what: `The last automatic backup failed (${timers[BACKUP_TIMER]?.lastResult}).`,
      why: 'The amount of data at risk grows every hour.',
      remedy: onHost('journalctl -u litellm-backup -n 50; then systemctl start litellm-backup'),
    })
  if (failed(VERIFY_TIMER))
    found.push({
      id: 'proof-failed',
      severity: 'error',
      what: `The last backup proof failed (${timers[VERIFY_TIMER]?.lastResult})${backups?.proven == null ? '; none has ever been proven' : ''}.`,
      why: 'The backup may not be restorable.',
      remedy: byUs('litellm-gitops verify'),
    })
  return found
}

/** Whether LiteLLM answers, with all of its workers, and all of them the same. */
export function workerFindings({ expected, running, ready, said, disagree }: WorkerFacts): Finding[] {
  if (!ready)
    return [
      {
        id: 'gateway-not-ready',
        severity: 'error',
        what: `LiteLLM runs, but is not ready${said === null ? '' : `: ${said}`}.`,
        why: 'Requests fail.',
        remedy: onHost('journalctl -u litellm -n 100; then systemctl restart litellm'),
      },
    ]
  if (running < expected)
    return [
      {
        id: 'workers-missing',
        severity: 'error',
        what: `${running} of ${expected} workers are running.`,
        why: 'The others are slower, and one more failure may end the service.',
        remedy: onHost('journalctl -u litellm -n 100; then systemctl restart litellm'),
      },
    ]
  if (disagree === null) return []
  return [
    {
      id: 'workers-disagree',
      severity: 'error',
      what: `Not every worker serves what is declared: ${disagree}`,
      why: 'The same request succeeds or fails by chance.',
      remedy: onHost('systemctl restart litellm'),
    },
  ]
}

/** Workers and processes killed or hung in the last day. */
export function killFindings({ killed, workersKilled, workersTimedOut }: MemoryFacts): Finding[] {
  const found: Finding[] = []
  if (killed.length > 0)
    found.push({
      id: 'oom-kill',
      severity: 'error',
      what: `The kernel killed ${killed.length} processes in the last day because memory ran out; the latest: ${killed.at(-1)}.`,
      why: 'Requests were lost, and it will happen again.',
      remedy: {
        where: 'gateway.yaml',
        text: 'size: {vcpu: 4, memory: 8GiB, disk: 30GiB} # more memory, or fewer under litellm.workers',
      },
    })
  if (workersKilled > 0)
    found.push({
      id: 'worker-killed',
      severity: 'warning',
      what: `${workersKilled} LiteLLM workers were killed in the last day.`,
      why: 'The requests they were answering are lost. Memory usually ran out.',
      remedy: onHost(
        'journalctl -u litellm --since -1d --grep "SIGKILL"; journalctl -k --since -1d --grep "Killed process"',
      ),
    })
  if (workersTimedOut > 0)
    found.push({
      id: 'worker-timeout',
      severity: 'warning',
      what: `${workersTimedOut} LiteLLM workers hung in the last day and were terminated.`,
      why: 'The requests they were answering are lost.',
      remedy: onHost('journalctl -u litellm --since -1d --grep "WORKER TIMEOUT"'),
    })
  return found
}

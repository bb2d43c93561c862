import type { BackupFacts, MemoryFacts, UnitFacts, WorkerFacts } from '../host/doctor-facts.ts'
import type { HostDifferences } from '../host/facts.ts'
import { byUs, type Finding, onHost } from './finding.ts'

const WHY: Readonly<Record<string, string>> = {
  'litellm.service': 'No request is answered.',
  'caddy.service': 'Nobody reaches the gateway: Caddy stands in front of it.',
  'postgresql.service': 'Without PostgreSQL no key is known and no spend is counted.',
  'redis-server.service':
    'Every answer is paid for again, and the workers count budgets and limits each for itself.',
  'litellm-firewall.service':
    'Every port that listens can be reached from outside, also after the next start.',
  'litellm-backup.timer': 'No backup is taken automatically any more.',
  'litellm-verify.timer': 'Nobody notices a backup that cannot be restored.',
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
    const verb = name === 'litellm.service' ? 'start' : 'enable --now'
    return {
      id: timer ? 'timer-stopped' : stopped ? 'unit-stopped' : 'unit-disabled',
      severity: 'error',
      what: stopped
        ? `${name} is ${active}${enabled === 'enabled' || enabled === 'generated' ? '' : ` and ${enabled}`}.`
        : `${name} runs, but is ${enabled}: it would not start with the machine.`,
      why: WHY[name] ?? 'The gateway depends on it.',
      mend: onHost(`systemctl ${verb} ${name}${active === 'failed' ? `; journalctl -u ${name} -n 50` : ''}`),
      fix: { kind: 'start', unit: name },
    }
  })
}

/** Services that failed or fall over again and again, and timers that will not fire. */
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
      why: 'What it should have done was not done, and nobody was told.',
      mend: onHost(`systemctl restart ${name}; journalctl -u ${name} -n 50`),
    }))
}

function restarts({ restarts }: UnitFacts): Finding[] {
  return Object.entries(restarts)
    .filter(([, count]) => count >= MANY_RESTARTS)
    .map(([name, count]) => ({
      id: 'unit-restarting',
      severity: 'warning',
      what: `${name} ended by itself and was started again ${count} times.`,
      why: 'Each time requests that were under way are lost.',
      mend: onHost(`journalctl -u ${name} -n 200; then systemctl reset-failed ${name}`),
    }))
}

function silentTimers({ timers }: UnitFacts, stopped: ReadonlySet<string>): Finding[] {
  return Object.entries(timers)
    .filter(([name, timer]) => timer.active && !timer.scheduled && !timer.running && !stopped.has(name))
    .map(([name]) => ({
      id: 'timer-silent',
      severity: 'error',
      what: `${name} is active, but has no next time.`,
      why: WHY[name] ?? 'What it starts does not happen any more.',
      mend: onHost(`systemctl restart ${name}; systemctl list-timers ${name}`),
    }))
}

/** The last backup or proof that the host's own timers started went wrong. */
export function failedRuns(
  { timers }: UnitFacts,
  backups: Pick<BackupFacts, 'proven'> | undefined,
): Finding[] {
  const failed = (timer: string) => {
    const run = timers[timer]
    return run !== undefined && !run.running && run.lastResult !== '' && run.lastResult !== 'success'
  }
  const found: Finding[] = []
  if (failed('litellm-backup.timer'))
    found.push({
      id: 'backup-failed',
      severity: 'error',
      what: `The last automatic backup failed (${timers['litellm-backup.timer']?.lastResult}).`,
      why: 'What is lost with the machine grows by the hour.',
      mend: onHost('journalctl -u litellm-backup -n 50; then systemctl start litellm-backup'),
    })
  if (failed('litellm-verify.timer'))
    found.push({
      id: 'proof-failed',
      severity: 'error',
      what: `The last proof of a backup failed (${timers['litellm-verify.timer']?.lastResult})${backups?.proven == null ? '; none was ever proven' : ''}.`,
      why: 'The backup may not be one.',
      mend: byUs('litellm-gitops verify'),
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
        what: `LiteLLM runs, but does not answer as ready${said === null ? '' : `: ${said}`}.`,
        why: 'Requests fail.',
        mend: onHost('journalctl -u litellm -n 100; then systemctl restart litellm'),
      },
    ]
  if (running < expected)
    return [
      {
        id: 'workers-missing',
        severity: 'error',
        what: `${running} of ${expected} workers run.`,
        why: 'The others answer more slowly, and one more death may end the service.',
        mend: onHost('journalctl -u litellm -n 100; then systemctl restart litellm'),
      },
    ]
  if (disagree === null) return []
  return [
    {
      id: 'workers-disagree',
      severity: 'error',
      what: `Not every worker serves what is declared: ${disagree}`,
      why: 'The same request succeeds or fails by chance.',
      mend: onHost('systemctl restart litellm'),
    },
  ]
}

/** Who was killed or hung within the last day. */
export function killFindings({ killed, workersKilled, workersTimedOut }: MemoryFacts): Finding[] {
  const found: Finding[] = []
  if (killed.length > 0)
    found.push({
      id: 'oom-kill',
      severity: 'error',
      what: `The kernel killed ${killed.length} processes for want of memory within a day, the last: ${killed.at(-1)}.`,
      why: 'Requests were lost, and it will happen again.',
      mend: {
        where: 'gateway.yaml',
        text: 'size: {vcpu: 4, memory: 8GiB, disk: 30GiB} # more memory, or fewer under litellm.workers',
      },
    })
  if (workersKilled > 0)
    found.push({
      id: 'worker-killed',
      severity: 'warning',
      what: `${workersKilled} workers of LiteLLM were killed within a day.`,
      why: 'The requests that they were answering are lost. Mostly it is for want of memory.',
      mend: onHost(
        'journalctl -u litellm --since -1d --grep "SIGKILL"; journalctl -k --since -1d --grep "Killed process"',
      ),
    })
  if (workersTimedOut > 0)
    found.push({
      id: 'worker-timeout',
      severity: 'warning',
      what: `${workersTimedOut} workers of LiteLLM hung within a day and were ended.`,
      why: 'The requests that they were answering are lost.',
      mend: onHost('journalctl -u litellm --since -1d --grep "WORKER TIMEOUT"'),
    })
  return found
}

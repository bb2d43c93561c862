import type { BackupFacts, BackupPlace } from '../contract/programs/doctor.ts'
import { days, duration } from '../text/units.ts'
import { byUs, type Finding, onHost } from './finding.ts'

const HOUR = 3600
/** The host proves its newest backup each day; one day may be missed by a restart. */
const OLDEST_PROOF = 50 * HOUR

/**
 * @param now seconds since 1970 by the host's clock
 * @param deployedSince when the gateway was first deployed; null when unknown
 */
export function backupFindings(facts: BackupFacts, now: number, deployedSince: number | null): Finding[] {
  const { repository, copy, proven, oldestHours } = facts
  const running = deployedSince === null ? Number.POSITIVE_INFINITY : now - deployedSince
  const found = [...localFindings(repository, oldestHours * HOUR, now, running)]
  // Without a backup there is nothing that could have been copied or proven.
  if (repository.count === 0)
    return [...found, ...(copy === null ? [] : unreadable(copy, 'backup-copy-broken'))]
  if (copy !== null) found.push(...copyFindings(copy, oldestHours * HOUR, now, repository))
  const since = proven === null ? running : now - seconds(proven.time)
  if (since > OLDEST_PROOF)
    found.push({
      id: 'proof-old',
      severity: 'warning',
      what:
        proven === null
          ? 'No backup has ever been proven.'
          : `The last proven backup is ${days(since / 86_400)} old.`,
      why: 'A backup that was never restored may not work.',
      remedy: byUs('litellm-gitops verify'),
    })
  return found
}

function localFindings(place: BackupPlace, oldest: number, now: number, running: number): Finding[] {
  if (place.problem !== null) return unreadable(place, 'backup-repository-broken')
  const why = 'If the machine is lost, everything since the last backup is lost.'
  const remedy = onHost('systemctl start litellm-backup; journalctl -u litellm-backup -n 50')
  if (place.newest === null)
    return running <= oldest
      ? []
      : [
          {
            id: 'backup-missing',
            severity: 'error',
            what: `There is no backup in ${place.location}.`,
            why,
            remedy,
          },
        ]
  const age = now - seconds(place.newest)
  if (age > oldest)
    return [
      {
        id: 'backup-old',
        severity: 'error',
        what: `The newest backup is ${duration(age)} old.`,
        why,
        remedy,
      },
    ]
  if (age < -HOUR)
    return [
      {
        id: 'backup-future',
        severity: 'warning',
        what: `The newest backup is from ${place.newest}, which is in the future.`,
        why: 'The clock jumped: retention may keep the wrong backups.',
        remedy: onHost('timedatectl; then systemctl start litellm-backup'),
      },
    ]
  return []
}

function copyFindings(copy: BackupPlace, oldest: number, now: number, local: BackupPlace): Finding[] {
  if (copy.problem !== null) return unreadable(copy, 'backup-copy-broken')
  const age = copy.newest === null ? Number.POSITIVE_INFINITY : now - seconds(copy.newest)
  const here = local.newest === null ? Number.POSITIVE_INFINITY : now - seconds(local.newest)
  // When both are old, the backup itself is the problem.
  if (age <= oldest || here > oldest) return []
  return [
    {
      id: 'backup-copy-old',
      severity: 'error',
      what:
        copy.newest === null
          ? `There is no backup in the off-site copy ${copy.location}.`
          : `The newest backup in the off-site copy is ${duration(age)} old.`,
      why: 'If the machine is lost, so is its own repository.',
      remedy: byUs('litellm-gitops backup # copies the missing backups, or says why it cannot'),
    },
  ]
}

function unreadable({ problem }: BackupPlace, id: string): Finding[] {
  if (problem === null) return []
  return [
    {
      id,
      severity: 'error',
      what: problem,
      why: 'Nothing can be restored from it.',
      remedy: byUs(
        'litellm-gitops backup # says what it needs; to start in a new place, set backup.repository or backup.copy_to',
      ),
    },
  ]
}

function seconds(time: string): number {
  return Date.parse(time) / 1000
}

import type { SecretFileFacts } from '../host/doctor-facts.ts'
import type { Observation } from '../host/facts.ts'
import { isConfiguration, type Plan, title } from '../plan/change.ts'
import { byUs, type Finding, onHost } from './finding.ts'

const SHOWN = 5

/** Where the host and the gateway are not as the repository says. */
export function driftFindings(
  { differs }: Observation,
  plan: Plan,
  { databaseAnswers }: { readonly databaseAnswers: boolean },
): Finding[] {
  const deploy = byUs('litellm-gitops deploy')
  const found: Finding[] = differs.keys.map((path) => ({
    id: 'key-missing',
    severity: 'error',
    what: `${path} is missing.`,
    why: path.endsWith('salt_key')
      ? 'What is stored encrypted cannot be read without it.'
      : 'The next start of the gateway fails without it.',
    mend: path.endsWith('salt_key')
      ? byUs('litellm-gitops restore # with scope: all; it is in every backup')
      : deploy,
  }))
  if (differs.packages.length > 0)
    found.push({
      id: 'package-missing',
      severity: 'error',
      what: `Packages that the gateway needs are not installed: ${shown(differs.packages)}.`,
      why: 'What depends on them does not work.',
      mend: deploy,
    })
  if (differs.accounts.length > 0)
    found.push({
      id: 'account-missing',
      severity: 'error',
      what: `Accounts are missing: ${shown(differs.accounts)}.`,
      why: 'The key of pull requests cannot log in.',
      mend: deploy,
    })
  if (differs.files.length > 0)
    found.push({
      id: 'file-changed',
      severity: 'warning',
      what: `Files of the host are not as declared: ${shown(differs.files)}.`,
      why: 'Somebody changed them, or they are of another version; the next deploy puts them back.',
      mend: deploy,
    })
  // A server that does not answer looks as if it had no database.
  if (differs.database === 'missing' && databaseAnswers)
    found.push({
      id: 'database-missing',
      severity: 'error',
      what: 'PostgreSQL runs, but has no database of LiteLLM.',
      why: 'No key is known and no spend is counted.',
      mend: byUs('litellm-gitops restore'),
    })
  if (differs.image !== null)
    found.push({
      id: 'image-differs',
      severity: 'warning',
      what: `Another image serves than the declared one: ${differs.image.running ?? 'none'}.`,
      why: 'What was reviewed is not what runs.',
      mend: deploy,
    })
  const drift = plan.changes.filter((change) => change.kind === 'budget' || isConfiguration(change))
  if (drift.length > 0)
    found.push({
      id: 'drift',
      severity: 'warning',
      what: `The gateway differs from the repository in ${drift.length} places: ${shown(drift.map(title))}.`,
      why: 'What was reviewed is not what runs.',
      mend: byUs('litellm-gitops plan # shows each; sync makes it as declared, import declares it as it is'),
    })
  return found
}

/** What a crash left half done. */
export function interruptedFindings({ interrupted }: Observation): Finding[] {
  if (interrupted === null) return []
  const { kind, step, since } = interrupted
  return [
    {
      id: 'interrupted',
      severity: 'error',
      what: `A ${kind} was cut short at "${step}" (${since}).`,
      why: 'The gateway serves, but is between two states.',
      mend: byUs(
        kind === 'restore' ? 'litellm-gitops restore # with the same confirmation' : `litellm-gitops deploy`,
      ),
    },
  ]
}

/** A version that nobody should run. */
export function versionFindings(
  version: string | null,
  knownBad: Readonly<Record<string, string>>,
): Finding[] {
  const reason = version === null ? undefined : knownBad[version]
  if (reason === undefined) return []
  return [
    {
      id: 'known-bad-version',
      severity: 'error',
      what: `LiteLLM ${version} serves: ${reason}.`,
      why: 'It is known to do harm.',
      mend: {
        where: 'gateway.yaml',
        text: 'litellm: {image: ghcr.io/berriai/litellm-database@sha256:…} # the digest of another version, then deploy',
      },
    },
  ]
}

export function secretFileFindings({ wide, leftovers }: SecretFileFacts): Finding[] {
  return [
    ...wide.map(
      ({ path, mode, owner, wantedMode, wantedOwner }): Finding => ({
        id: 'file-mode',
        severity: 'error',
        what: `${path} has mode ${mode} and belongs to ${owner}; it should be ${wantedMode} of ${wantedOwner}.`,
        why: 'Others on the machine can read what is secret, or replace it.',
        mend: onHost(
          [
            ...(owner === wantedOwner ? [] : [`chown ${wantedOwner} ${path}`]),
            `chmod ${wantedMode} ${path}`,
          ].join(' && '),
        ),
        fix: { kind: 'close', path },
      }),
    ),
    ...leftovers.map(
      (path): Finding => ({
        id: 'backup-leftover',
        severity: 'error',
        what: `${path} holds the content of a backup in clear, and no backup is under way.`,
        why: 'Keys and all rows lie there unencrypted, and take space.',
        mend: onHost('systemctl start litellm-backup # a backup begins and ends with cleaning up'),
      }),
    ),
  ]
}

function shown(names: readonly string[]): string {
  return `${names.slice(0, SHOWN).join(', ')}${names.length > SHOWN ? ` and ${names.length - SHOWN} more` : ''}`
}

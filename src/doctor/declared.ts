import { isOlder, knownBad } from '../config/litellm/versions.ts'
import { OLDEST_LITELLM } from '../contract/litellm.ts'
import type { SecretFileFacts } from '../contract/programs/doctor.ts'
import type { Observation } from '../contract/programs/observe.ts'
import type { Plan } from '../plan/change.ts'
import { madeBy, title } from '../plan/kinds.ts'
import { listed } from '../text/list.ts'
import { byUs, type Finding, onHost } from './finding.ts'

const SHOWN = 5

/** Where host and gateway differ from the repository. */
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
      ? 'Encrypted data cannot be read without it.'
      : 'The next start of the gateway fails without it.',
    remedy: path.endsWith('salt_key')
      ? byUs('litellm-gitops restore # with scope: all; every backup has it')
      : deploy,
  }))
  if (differs.packages.length > 0)
    found.push({
      id: 'package-missing',
      severity: 'error',
      what: `Packages are missing: ${listed(differs.packages, SHOWN)}.`,
      why: 'The parts of the gateway that need them do not work.',
      remedy: deploy,
    })
  if (differs.accounts.length > 0)
    found.push({
      id: 'account-missing',
      severity: 'error',
      what: `Accounts are missing: ${listed(differs.accounts, SHOWN)}.`,
      why: 'The read-only key of pull requests cannot log in.',
      remedy: deploy,
    })
  if (differs.files.length > 0)
    found.push({
      id: 'file-changed',
      severity: 'warning',
      what: `Files on the host differ from what is declared: ${listed(differs.files, SHOWN)}.`,
      why: 'Somebody changed them, or another version wrote them; the next deploy restores them.',
      remedy: deploy,
    })
  // A server that does not answer looks as if it had no database.
  if (differs.database === 'missing' && databaseAnswers)
    found.push({
      id: 'database-missing',
      severity: 'error',
      what: 'PostgreSQL runs, but has no LiteLLM database.',
      why: 'No key works and no spend is counted.',
      remedy: byUs('litellm-gitops restore'),
    })
  if (differs.image !== null)
    found.push({
      id: 'image-differs',
      severity: 'warning',
      what: `The gateway runs another image than the declared one: ${differs.image.running ?? 'none'}.`,
      why: 'What was reviewed is not what runs.',
      remedy: deploy,
    })
  const drift = plan.changes.filter((change) => !madeBy(change, 'deploy'))
  if (drift.length > 0)
    found.push({
      id: 'drift',
      severity: 'warning',
      what: `The gateway differs from the repository in ${drift.length} places: ${listed(drift.map(title), SHOWN)}.`,
      why: 'What was reviewed is not what runs.',
      remedy: byUs(
        'litellm-gitops plan # shows each; sync applies the declaration, import declares the present state',
      ),
    })
  return found
}

/** What a crash left unfinished. */
export function interruptedFindings({ interrupted }: Observation): Finding[] {
  if (interrupted === null) return []
  const { kind, step, since } = interrupted
  return [
    {
      id: 'interrupted',
      severity: 'error',
      what: `A ${kind} was interrupted at "${step}" (${since}).`,
      why: 'The gateway serves, but only half of the change is done.',
      remedy: byUs(
        kind === 'restore' ? 'litellm-gitops restore # with the same confirmation' : `litellm-gitops deploy`,
      ),
    },
  ]
}

/** Versions known to be bad. */
export function versionFindings(version: string | null): Finding[] {
  if (version === null) return []
  const reason = knownBad(version)
  if (reason === undefined) return isOlder(version, OLDEST_LITELLM) ? [tooOld(version)] : []
  return [
    {
      id: 'known-bad-version',
      severity: 'error',
      what: `LiteLLM ${version} serves: ${reason}.`,
      why: 'This version is known to be harmful.',
      remedy: {
        where: 'gateway.yaml',
        text: 'litellm: {image: ghcr.io/berriai/litellm-database@sha256:…} # the digest of another version, then deploy',
      },
    },
  ]
}

function tooOld(version: string): Finding {
  return {
    id: 'version-unsupported',
    severity: 'warning',
    what: `LiteLLM ${version} serves; ${OLDEST_LITELLM} is the oldest that is supported.`,
    why: 'plan, sync and deploy refuse it, and it gets no security fixes.',
    remedy: {
      where: 'gateway.yaml',
      text: 'litellm: {image: ghcr.io/berriai/litellm-database@sha256:…} # the digest of a newer version, then deploy',
    },
  }
}

export function secretFileFindings({ wide, leftovers }: SecretFileFacts): Finding[] {
  return [
    ...wide.map(
      ({ path, mode, owner, wantedMode, wantedOwner }): Finding => ({
        id: 'file-mode',
        severity: 'error',
        what: `${path} has mode ${mode} and owner ${owner}; it should have ${wantedMode} and ${wantedOwner}.`,
        why: 'Other users on the machine can read or replace secrets.',
        remedy: onHost(
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
        what: `${path} has unencrypted backup content, and no backup is running.`,
        why: 'Keys and all rows are there unencrypted, and take up space.',
        remedy: onHost('systemctl start litellm-backup # every backup cleans up first and last'),
      }),
    ),
  ]
}

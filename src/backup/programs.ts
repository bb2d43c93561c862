import type { RunOptions, Session } from '../host/session.ts'

/** A backup in the repository. Bytes are of the database; times are ISO 8601 in UTC. */
export interface BackupResult {
  readonly snapshot: string
  readonly time: string
  readonly kind: 'manual' | 'scheduled' | 'safety'
  readonly rows: number
  readonly bytes: number
  readonly tables: number
  /** Whether the off-site copy has it too. */
  readonly copied: boolean
  /** How many old ones were removed. */
  readonly expired: number
  /** On the host's disk; null when the repository is elsewhere. */
  readonly repositoryBytes: number | null
  readonly litellm: string | null
  /** The gateway's keys, encrypted by age to the declared people and to nobody else; null when none are declared. */
  readonly escrow: string | null
}

/** One level of a proof, each standing on those before; see `agent/restore/verify.py`. */
export interface ProofLevel {
  readonly level: string
  readonly name: string
  readonly ok: boolean
  readonly seconds: number
  readonly detail: string | null
}

export interface ProofResult {
  readonly ok: boolean
  /** What failed first; null when all is proven. */
  readonly reason: string | null
  /** The last level that was reached; null when none was. */
  readonly level: string | null
  readonly levels: readonly ProofLevel[]
  readonly source: string
  readonly snapshot: string | null
  readonly newest: boolean
  readonly time: string | null
  readonly rows: number | null
  readonly seconds: number
}

/** Requests that the live database has and the backup has not, and what they cost in USD. */
export interface Loss {
  readonly requests: number
  readonly spend: number
}

export interface DrillRun {
  readonly time: string
  readonly met: boolean
  readonly rtoSeconds: number
  readonly rpoSeconds: number
}

export interface DrillReport extends ProofResult {
  /** From the start of the drill to the first answered request. */
  readonly rtoSeconds: number
  /** The age of the backup when the drill began. */
  readonly rpoSeconds: number
  /** The longest time between two backups that are kept. */
  readonly worstGapSeconds: number | null
  readonly targets: { readonly rtoSeconds: number; readonly rpoSeconds: number }
  /** Targets that were missed, in words; empty when all were met. */
  readonly missed: readonly string[]
  readonly met: boolean
  readonly loss: Loss | null
  readonly offSite: boolean
  /** The password came from its escrow, not from the host itself. */
  readonly escrow: boolean
  readonly notRestored: readonly string[]
  readonly cleanedUp: boolean
  /** The last drills, this one at the end. */
  readonly history: readonly DrillRun[]
}

export interface RestorePlan {
  readonly outcome: 'planned'
  readonly snapshot: string
  readonly time: string
  readonly source: string
  readonly scope: RestoreScope
  readonly litellm: string | null
  readonly rows: number
  /** By table: rows now, rows then. */
  readonly tables: Readonly<Record<string, readonly [now: number, then: number]>>
  readonly newer: Loss | null
}

export interface RestoreDone {
  readonly outcome: 'restored' | 'resumed' | 'undone'
  readonly snapshot: string
  readonly time: string
  readonly scope: RestoreScope
  readonly release: string
  /** The database that was live before, which undo brings back. */
  readonly undo: string
  readonly seconds?: number
}

export interface UndoPlan {
  readonly outcome: 'planned'
  readonly undo: string
}

export const SCOPES = ['database', 'configuration', 'all'] as const
export type RestoreScope = (typeof SCOPES)[number]

export interface RestoreInput {
  readonly run: string
  /** `latest`, an id or a time; the latest when left out. */
  readonly backup?: string
  /** `database` when left out. */
  readonly scope?: RestoreScope
  /** The gateway's domain; without it nothing is done. */
  readonly confirm?: string
  readonly undo?: boolean
  /** The repository's password from its escrow, for a host that has another one or none. */
  readonly password?: string
  /** What deploy places as backup.json, for a host that lost it. */
  readonly settings?: unknown
}

/** Takes a backup. @throws HostProgramError `copy` (the backup exists, with `data.backup`, but not off-site), `database-dump`, `redis-down`, `repository-*`, `backup-password`, `disk-full`, `busy` */
export async function takeBackup(
  session: Session,
  input: { readonly run: string },
  options: RunOptions = {},
): Promise<BackupResult> {
  return await session.run<BackupResult>('backup', { ...input, kind: 'manual' }, options)
}

/** Restores a backup into a scratch place on the host and proves its content. What is not proven is in the result, not thrown. */
export async function verifyBackup(
  session: Session,
  input: { readonly run: string; readonly backup?: string; readonly full?: boolean },
  options: RunOptions = {},
): Promise<ProofResult> {
  return await session.run<ProofResult>('verify', input, options)
}

/** Brings the gateway up from the off-site copy in a scratch place, by the clock. */
export async function drillBackup(
  session: Session,
  input: {
    readonly run: string
    readonly backup?: string
    readonly password?: string
    readonly targets: DrillReport['targets']
  },
  options: RunOptions = {},
): Promise<DrillReport> {
  return await session.run<DrillReport>('drill', input, options)
}

/**
 * Brings back a backup, or says what that would change when it is not confirmed.
 * @throws HostProgramError `no-backup`, `salt-key`, `schema-newer`, `server-older`, `foreign`, `damaged`, `content` (nothing was changed), `unhealthy` (what was there before is back), `no-undo`, `busy`
 */
export async function restoreBackup(
  session: Session,
  input: RestoreInput,
  options: RunOptions = {},
): Promise<RestorePlan | UndoPlan | RestoreDone> {
  return await session.run('restore', input, options)
}

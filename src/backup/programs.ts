import type { BackupResult, DrillReport, Exported, ProofResult } from '../contract/programs/backup.ts'
import type { RestoreDone, RestoreInput, RestorePlan, UndoPlan } from '../contract/programs/restore.ts'
import type { RunOptions, Session } from '../host/session.ts'

/** Takes a backup. @throws HostProgramError `copy` (the backup exists, with `data.backup`, but not off-site), `database-dump`, `redis-down`, `repository-*`, `backup-password`, `disk-full`, `busy` */
export async function takeBackup(
  session: Session,
  input: { readonly run: string },
  options: RunOptions = {},
): Promise<BackupResult> {
  return await session.run('backup', { ...input, kind: 'manual' }, options)
}

/** Restores a backup into a scratch place on the host and proves its content. What is not proven is in the result, not thrown. */
export async function verifyBackup(
  session: Session,
  input: { readonly run: string; readonly backup?: string; readonly full?: boolean },
  options: RunOptions = {},
): Promise<ProofResult> {
  return await session.run('verify', input, options)
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
  return await session.run('drill', input, options)
}

/** Writes the gateway as a compose project into a folder of the host. @throws HostProgramError `not-deployed`, `database-dump`, `disk-full`, `busy` */
export async function exportProject(
  session: Session,
  input: { readonly run: string },
  options: RunOptions = {},
): Promise<Exported> {
  return await session.run('export', input, options)
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

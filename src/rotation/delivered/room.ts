import type { KeyRecord, KeyRecords } from '../../contract/programs/keys.ts'
import type { SecretTarget } from '../../contract/secret-target.ts'
import type { AdminApi } from '../../gateway/admin-api.ts'
import type { Metadata } from '../../gateway/budget-fields.ts'
import type { Octokit } from '../../github/client.ts'
import type { Session } from '../../host/session.ts'
import type { KnownSecrets } from '../../log/known-secrets.ts'
import type { Logger } from '../../log/logger.ts'
import { changeKeyRecords } from './records.ts'

/** Whom and what keys are delivered with. */
export interface Delivering {
  readonly session: Session
  /** Of the lease. */
  readonly run: string
  readonly api: AdminApi
  /** With the token that may write the secrets; undefined without one. */
  readonly octokit: Octokit | undefined
  /** Metadata of keys as it is stored, by alias. */
  readonly metadataOf: (aliases: readonly string[]) => Promise<Readonly<Record<string, Metadata>>>
  readonly secrets: KnownSecrets
  readonly logger: Logger
}

/** A key that is declared, and who gets it. */
export interface Wanted {
  /** Its alias. */
  readonly of: string
  readonly targets: readonly SecretTarget[]
  readonly graceSeconds: number
  /** What /key/generate is asked when there is no key to take it over from. */
  readonly body?: Readonly<Record<string, unknown>>
}

export function recordsOf(records: readonly KeyRecord[], of: string): KeyRecord[] {
  return records.filter((record) => record.of === of)
}

export function currentOf(records: readonly KeyRecord[], of: string): KeyRecord | undefined {
  return records.find((record) => record.of === of && record.state === 'delivered')
}

/** The alias of a key that another one has replaced. */
export function retiredAlias({ of, id }: Pick<KeyRecord, 'of' | 'id'>): string {
  return `${of}.old-${id}`
}

export async function change(
  { session, run }: Delivering,
  what: { readonly put?: readonly KeyRecord[]; readonly drop?: readonly string[] },
): Promise<KeyRecords> {
  return await changeKeyRecords(session, { run, ...what })
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

// What a program on the host may refuse with, and what goes wrong at a registry: each code once, with what it means and what fixes it. docs/errors.md is made of this.

import { BACKUP_ERRORS } from './errors/backup.ts'
import { CONNECTION_ERRORS } from './errors/connection.ts'
import { HOST_ERRORS } from './errors/host.ts'
import { HYPERVISOR_ERRORS } from './errors/hypervisor.ts'
import { PROOF_ERRORS } from './errors/proof.ts'
import { REGISTRY_ERRORS } from './errors/registry.ts'
import { RESTORE_ERRORS } from './errors/restore.ts'
import { ROLLOUT_ERRORS } from './errors/rollout.ts'
import { ROTATION_ERRORS } from './errors/rotation.ts'
import { TAKEOVER_ERRORS } from './errors/takeover.ts'

/** By subject, in the order of the documentation. */
export const ERROR_SUBJECTS = {
  'Starting a program on the host': CONNECTION_ERRORS,
  'The host': HOST_ERRORS,
  'The registry of the image': REGISTRY_ERRORS,
  'Deploy, sync and rollback': ROLLOUT_ERRORS,
  'Rotation of the master key': ROTATION_ERRORS,
  Backups: BACKUP_ERRORS,
  'Proof of a backup, and drills': PROOF_ERRORS,
  Restore: RESTORE_ERRORS,
  'Taking over a database': TAKEOVER_ERRORS,
  'VMs of libvirt': HYPERVISOR_ERRORS,
} as const

/** What a program on the host may refuse with. */
export const ERRORS = {
  ...CONNECTION_ERRORS,
  ...HOST_ERRORS,
  ...ROLLOUT_ERRORS,
  ...ROTATION_ERRORS,
  ...BACKUP_ERRORS,
  ...PROOF_ERRORS,
  ...RESTORE_ERRORS,
  ...TAKEOVER_ERRORS,
  ...HYPERVISOR_ERRORS,
} as const

/** Stable: programs and people may go by it. */
export type ErrorCode = keyof typeof ERRORS

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code)
}

// Every program that a runner or a job starts on a host: what it is asked and what it answers.
import type { z } from 'zod'
import { adoptAnswer, adoptQuestion } from './programs/adopt.ts'
import {
  backupAnswer,
  backupQuestion,
  backupsAnswer,
  backupsQuestion,
  drillAnswer,
  drillQuestion,
  exportAnswer,
  exportQuestion,
  upgradeBackupAnswer,
  upgradeBackupQuestion,
  verifyAnswer,
  verifyQuestion,
} from './programs/backup.ts'
import { doctorFacts, doctorQuestion } from './programs/doctor.ts'
import {
  autofixAnswer,
  autofixQuestion,
  budgetMetadataAnswer,
  budgetMetadataQuestion,
  masterKeyAnswer,
  masterKeyQuestion,
} from './programs/gateway.ts'
import { hypervisorAnswer, hypervisorQuestion } from './programs/hypervisor.ts'
import { keyRecordsAnswer, keyRecordsQuestion } from './programs/keys.ts'
import { leaseAnswer, leaseQuestion } from './programs/lease.ts'
import { moveAnswer, moveQuestion } from './programs/move.ts'
import { observation, observeQuestion } from './programs/observe.ts'
import { rehearsalAnswer, rehearsalQuestion } from './programs/rehearsal.ts'
import { reportQuestion, usageFacts } from './programs/report.ts'
import { restoreAnswer, restoreQuestion } from './programs/restore.ts'
import {
  deployAnswer,
  deployQuestion,
  recoverAnswer,
  recoverQuestion,
  rollbackAnswer,
  rollbackQuestion,
  rolloutAnswer,
  rolloutQuestion,
} from './programs/rollout.ts'
import {
  rotationAnswer,
  rotationMadeAnswer,
  rotationMadeQuestion,
  rotationQuestion,
  rotationStatusAnswer,
  rotationStatusQuestion,
} from './programs/rotation.ts'
import type { Read } from './schema.ts'

export const PROGRAMS = {
  observe: { question: observeQuestion, answer: observation },
  doctor: { question: doctorQuestion, answer: doctorFacts },
  report: { question: reportQuestion, answer: usageFacts },
  deploy: { question: deployQuestion, answer: deployAnswer },
  rollout: { question: rolloutQuestion, answer: rolloutAnswer },
  upgrade_backup: { question: upgradeBackupQuestion, answer: upgradeBackupAnswer },
  recover: { question: recoverQuestion, answer: recoverAnswer },
  rollback: { question: rollbackQuestion, answer: rollbackAnswer },
  rotation: { question: rotationQuestion, answer: rotationAnswer },
  rotation_status: { question: rotationStatusQuestion, answer: rotationStatusAnswer },
  rotation_made: { question: rotationMadeQuestion, answer: rotationMadeAnswer },
  key_records: { question: keyRecordsQuestion, answer: keyRecordsAnswer },
  lease: { question: leaseQuestion, answer: leaseAnswer },
  master_key: { question: masterKeyQuestion, answer: masterKeyAnswer },
  budget_metadata: { question: budgetMetadataQuestion, answer: budgetMetadataAnswer },
  autofix: { question: autofixQuestion, answer: autofixAnswer },
  backup: { question: backupQuestion, answer: backupAnswer },
  backups: { question: backupsQuestion, answer: backupsAnswer },
  verify: { question: verifyQuestion, answer: verifyAnswer },
  rehearse: { question: rehearsalQuestion, answer: rehearsalAnswer },
  drill: { question: drillQuestion, answer: drillAnswer },
  export: { question: exportQuestion, answer: exportAnswer },
  restore: { question: restoreQuestion, answer: restoreAnswer },
  adopt: { question: adoptQuestion, answer: adoptAnswer },
  move: { question: moveQuestion, answer: moveAnswer },
  hypervisor: { question: hypervisorQuestion, answer: hypervisorAnswer },
} as const satisfies Readonly<Record<string, { readonly question: z.ZodType; readonly answer: z.ZodType }>>

export type ProgramName = keyof typeof PROGRAMS
export type Question<Name extends ProgramName> = Read<(typeof PROGRAMS)[Name]['question']>
export type Answered<Name extends ProgramName> = Read<(typeof PROGRAMS)[Name]['answer']>

import { z } from 'zod'
import { BACKUP_KINDS } from '../names.ts'
import { amount, bytes, count, named, type Read, text, texts, time } from '../schema.ts'
import { proven } from './doctor.ts'
import { run } from './rollout.ts'

/** What deploy says of backups, in /etc/litellm/backup.json; `restore` gets it too, for a host that lost it. */
export const backupSettings = named(
  'BackupSettings',
  z.object({
    domain: text,
    keepDays: count,
    oldestHours: amount
      .exactOptional()
      .describe('hours after which a backup counts as missing; 26 when left out'),
    repository: text.describe('where backups go first: a folder, or a place in the words of restic'),
    copyTo: text.exactOptional().describe('where they go besides'),
    environment: z
      .record(text, text)
      .describe('by variable of the storage: the name under which the host was given the value'),
    copyEnvironment: z
      .record(text, text)
      .exactOptional()
      .describe('the same for where they go besides; environment when left out'),
    heartbeat: text.exactOptional().describe('the name under which it was given the address'),
    escrow: texts.exactOptional().describe("public keys that the gateway's keys are escrowed to"),
  }),
)
/** What the host is told of its backups. */
export type HostBackupSettings = Read<typeof backupSettings>

const kind = named('BackupKind', z.enum(BACKUP_KINDS))
export const backupQuestion = named(
  'BackupQuestion',
  z.object({ run, kind: kind.exactOptional().describe('manual when left out') }),
)
export const backupAnswer = named(
  'BackupAnswer',
  z.object({
    snapshot: text,
    time,
    kind,
    rows: count,
    bytes: bytes.describe('of the database'),
    tables: count,
    copied: z.boolean().describe('it is in the off-site copy too'),
    expired: count.describe('how many old ones were removed'),
    repositoryBytes: bytes.nullable().describe("on the host's disk; null when the repository is elsewhere"),
    litellm: text.nullable(),
    escrow: text
      .nullable()
      .describe(
        "the gateway's keys, encrypted by age to the declared people and to nobody else; null when none are declared",
      ),
  }),
)
/** A backup that is in the repository. */
export type BackupResult = Read<typeof backupAnswer>

export const upgradeBackupQuestion = named('UpgradeBackupQuestion', z.object({ run }))
/** The backup that is taken before migrations. */
export const upgradeBackupAnswer = named(
  'UpgradeBackupAnswer',
  z.object({
    snapshot: text.nullable().describe('null where no release serves, so that there is only a dump'),
    name: text.describe('the first digits of the snapshot, or the path of the dump'),
    time,
  }),
)

export const exportQuestion = named('ExportQuestion', z.object({ run }))
export const exportAnswer = named(
  'ExportAnswer',
  z.object({
    folder: text.describe('on the host; root alone may read it'),
    rows: count,
    tables: count,
    bytes: bytes.describe('of all its files'),
    image: text,
    postgres: count.describe('major version'),
    loopback: count.describe(
      'how often config.yaml names the machine itself, which in a container is another',
    ),
  }),
)
/** The gateway as a compose project in a folder of the host. */
export type Exported = Read<typeof exportAnswer>

const listed = z.array(named('ListedBackup', z.object({ id: text, time, kind: text })))
export const backupsQuestion = named('BackupsQuestion', z.object({}))
export const backupsAnswer = named(
  'BackupsAnswer',
  z.object({
    backups: listed.describe('the newest last'),
    copy: listed.nullable().describe('null when none is declared'),
    proven: proven.nullable(),
    keepDays: count,
  }),
)

const level = named(
  'ProofLevel',
  z.object({ level: text, name: text, ok: z.boolean(), seconds: amount, detail: text.nullable() }),
)
/** One level of a proof, each resting on those before. */
export type ProofLevel = Read<typeof level>

export const verifyQuestion = named(
  'VerifyQuestion',
  z.object({
    run,
    backup: text.exactOptional().describe('latest, an id or a time; the latest when left out'),
    full: z.boolean().exactOptional().describe('read all data of the repository'),
  }),
)
export const verifyAnswer = named(
  'ProofAnswer',
  z.object({
    ok: z.boolean(),
    reason: text.nullable().describe('what failed first; null when all is proven'),
    level: text.nullable().describe('the last level that was reached; null when none was'),
    levels: z.array(level),
    source: text,
    snapshot: text.nullable(),
    newest: z.boolean(),
    time: time.nullish(),
    rows: count.nullable(),
    seconds: amount,
  }),
)
export type ProofResult = Read<typeof verifyAnswer>

export const loss = named('Loss', z.object({ requests: count, spend: amount.describe('USD') }))
/** Requests that the live database has and the backup has not. */
export type Loss = Read<typeof loss>

const targets = z.object({ rtoSeconds: count, rpoSeconds: count })
export const drillQuestion = named(
  'DrillQuestion',
  z.object({
    run,
    targets,
    backup: text.exactOptional().describe('latest, an id or a time; the latest when left out'),
    password: text.exactOptional().describe("SECRET. The repository's, from its escrow"),
  }),
)
const drillRun = named(
  'DrillRun',
  z.object({ time, met: z.boolean(), rtoSeconds: amount, rpoSeconds: count }),
)
export type DrillRun = Read<typeof drillRun>

export const drillAnswer = named(
  'DrillAnswer',
  verifyAnswer.extend({
    rtoSeconds: amount.describe('from the start of the drill to the first answered request'),
    rpoSeconds: count.describe('the age of the backup when the drill began'),
    worstGapSeconds: amount.nullable().describe('the longest time between two backups that are kept'),
    targets,
    missed: texts.describe('targets that were missed, in words; empty when all were met'),
    met: z.boolean(),
    loss: loss.nullable(),
    offSite: z.boolean(),
    escrow: z.boolean().describe('the password came from its escrow, not from the host itself'),
    notRestored: texts,
    cleanedUp: z.boolean(),
    history: z.array(drillRun).describe('the last drills, this one at the end'),
  }),
)
export type DrillReport = Read<typeof drillAnswer>

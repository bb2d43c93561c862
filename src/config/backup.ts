import { z } from 'zod'
import { REFERENCE_PREFIX, VARIABLE } from '../contract/forms.ts'
import { BACKUP_REPOSITORY } from '../contract/places.ts'
import { whole } from '../contract/whole.ts'
import type { Flaw } from './problem.ts'
import { STORAGE_VARIABLES } from './secrets/variables.ts'

const DEFAULTS = { at: '02:00', keep: '30d', rto: '30m', rpo: '26h' } as const
/** The proof follows the backup by this long; both take minutes. */
const VERIFY_MINUTES = 60

const REFERENCE = whole(`${REFERENCE_PREFIX.replace('.', '\\.')}${VARIABLE}`)
const reference = z.string().regex(REFERENCE, 'want a reference such as os.environ/BACKUP_S3_KEY')

/** A folder of the machine, or a place in restic's own words. Nothing in it may be taken for an option or a second word. */
const place = z
  .string()
  .regex(
    /^(\/[^\s"'\\]*|(s3|sftp|rest|b2|azure|gs|swift):[^\s"'\\-][^\s"'\\]*)$/,
    'want a folder such as /var/backups/litellm, or a place such as s3:https://s3.example/bucket/litellm, sftp:user@host:/folder or rest:https://host/litellm',
  )

const duration = z
  .string()
  .regex(/^[1-9]\d{0,4}(m|h|d)$/, 'want minutes, hours or days, such as 30m, 26h or 2d')

const storageEnvironment = z.partialRecord(
  z.enum(STORAGE_VARIABLES, {
    error: `want a variable by which restic reaches its storage: ${STORAGE_VARIABLES.join(', ')}`,
  }),
  reference,
)

export const backupSchema = z.strictObject({
  at: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'want a time such as "02:00"')
    .optional()
    .describe('When each day, in UTC; 02:00 when left out.'),
  keep: z
    .string()
    .regex(/^[1-9]\d{0,3}d$/, 'want days, such as 30d')
    .optional()
    .describe(
      'So many days that have a backup are kept; 30d when left out. The newest proven one always is.',
    ),
  repository: place.optional().describe('Where backups go first; /var/backups/litellm when left out.'),
  copy_to: place
    .optional()
    .describe('A second repository, on another machine, that each backup is copied to.'),
  copy_host_key: z
    .string()
    .regex(/^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d+)\s+[A-Za-z0-9+/]+=*(\s.*)?$/, 'want a public host key')
    .optional()
    .describe('The public host key of the machine that copy_to names by sftp: "ssh-ed25519 AAAA…".'),
  environment: storageEnvironment
    .optional()
    .describe('What the storage needs, such as AWS_ACCESS_KEY_ID: os.environ/BACKUP_S3_ID.'),
  copy_environment: storageEnvironment
    .optional()
    .describe('The same for copy_to alone, where that needs other credentials; environment when left out.'),
  escrow: z
    .array(
      z
        .string()
        .regex(
          /^(age1[a-z0-9]{50,}|ssh-(ed25519|rsa) [A-Za-z0-9+/]+=*)$/,
          'want an age1… or ssh-… public key',
        ),
    )
    .min(1)
    .optional()
    .describe(
      'Public keys of age, of two people at least: each backup answers the keys of the gateway encrypted to them.',
    ),
  rto: duration.optional().describe('How long a drill may take to the first answer; 30m when left out.'),
  rpo: duration
    .optional()
    .describe(
      'How old the newest backup may be, for doctor, verify and the drill; 26h when left out. Backups are taken once a day.',
    ),
  heartbeat: reference
    .optional()
    .describe(
      'An address that is called after each complete backup, so that somebody notices when that stops.',
    ),
})

/** What the host gets about its backups. */
export interface BackupSettings {
  /** `HH:MM` in UTC. */
  readonly at: string
  readonly verifyAt: string
  readonly keepDays: number
  /** How old the newest backup may be, for the proof and for `doctor`. */
  readonly oldestHours: number
  readonly repository: string
  readonly copyTo?: string
  /** A line of a known_hosts file. */
  readonly knownHost?: string
  /** By variable of the storage: the name under which the host was given the value. */
  readonly environment: Readonly<Record<string, string>>
  /** The same for the copy, where it is another one. */
  readonly copyEnvironment?: Readonly<Record<string, string>>
  readonly heartbeat?: string
  /** Public keys that the gateway's keys are escrowed to. */
  readonly escrow?: readonly string[]
}

/** What a declaration says of backups. */
interface Declared {
  readonly backup?: z.infer<typeof backupSchema> | undefined
}

/** The declared backups with their defaults: there is no gateway without. Pure. */
export function backupOf({ backup = {} }: Declared): BackupSettings {
  const at = backup.at ?? DEFAULTS.at
  const { copy_to: copyTo, copy_host_key: hostKey, copy_environment: copyEnvironment, heartbeat } = backup
  return {
    at,
    verifyAt: later(at, VERIFY_MINUTES),
    keepDays: Number.parseInt(backup.keep ?? DEFAULTS.keep, 10),
    oldestHours: seconds(backup.rpo ?? DEFAULTS.rpo) / 3600,
    repository: backup.repository ?? BACKUP_REPOSITORY,
    ...(copyTo === undefined ? {} : { copyTo }),
    ...(copyTo === undefined || hostKey === undefined ? {} : { knownHost: knownHost(copyTo, hostKey) }),
    environment: namesIn(backup.environment),
    ...(copyEnvironment === undefined ? {} : { copyEnvironment: namesIn(copyEnvironment) }),
    ...(heartbeat === undefined ? {} : { heartbeat: nameIn(heartbeat) }),
    ...(backup.escrow === undefined ? {} : { escrow: backup.escrow }),
  }
}

/** How fast a drill must be, and how fresh the backup that it finds. */
export interface DrillTargets {
  readonly rtoSeconds: number
  readonly rpoSeconds: number
}

export function drillTargets({ backup = {} }: Declared): DrillTargets {
  return { rtoSeconds: seconds(backup.rto ?? DEFAULTS.rto), rpoSeconds: seconds(backup.rpo ?? DEFAULTS.rpo) }
}

function seconds(text: string): number {
  const unit = { m: 60, h: 3600, d: 86_400 }[text.slice(-1)] ?? Number.NaN
  return Number.parseInt(text, 10) * unit
}

function namesIn(environment: z.infer<typeof storageEnvironment> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).map(([variable, value]) => [variable, nameIn(value)]))
}

/** What is wrong with the places of backups. */
export function backupFlaws({ backup = {} }: Declared): Flaw[] {
  const { repository = BACKUP_REPOSITORY, copy_to: copyTo, copy_host_key: hostKey } = backup
  const flaws: Flaw[] = []
  const flaw = (code: string, key: string, message: string, fix: string) =>
    flaws.push({ code, path: ['backup', key], message, fix })
  if (copyTo?.startsWith('sftp:') && hostKey === undefined)
    flaw(
      'copy-host-key',
      'copy_to',
      'backup.copy_to is reached by sftp, and the key of its host is not pinned.',
      'add copy_host_key: the line in /etc/ssh/ssh_host_ed25519_key.pub there.',
    )
  if (copyTo === repository)
    flaw(
      'copy-to',
      'copy_to',
      'backup.copy_to is the repository itself.',
      'name another place, best on another machine, or leave it out.',
    )
  if (copyTo === undefined && backup.copy_environment !== undefined)
    flaw(
      'copy-environment',
      'copy_environment',
      'backup.copy_environment is for a copy, and backup.copy_to names none.',
      'add copy_to, or write these variables under environment.',
    )
  return flaws
}

function nameIn(text: string): string {
  return text.slice(REFERENCE_PREFIX.length)
}

function later(at: string, minutes: number): string {
  const [hours = 0, minute = 0] = at.split(':').map(Number)
  const total = (hours * 60 + minute + minutes) % (24 * 60)
  return [Math.floor(total / 60), total % 60].map((part) => String(part).padStart(2, '0')).join(':')
}

/** `sftp:user@host:/folder` and `sftp://user@host:port//folder` are restic's two forms. */
function knownHost(place: string, key: string): string {
  const url = /^sftp:\/\/(?:[^@/]+@)?(\[[^\]]+\]|[^:/]+)(?::(\d+))?\//.exec(place)
  const plain = /^sftp:(?:[^@:/]+@)?(\[[^\]]+\]|[^:/]+):/.exec(place)
  const host = (url?.[1] ?? plain?.[1] ?? '').replace(/^\[(.*)\]$/, '$1')
  const port = url?.[2]
  return `${port === undefined || port === '22' ? host : `[${host}]:${port}`} ${key.trim()}`
}

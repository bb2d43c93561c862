import { z } from 'zod'
import { amount, bytes, count, named, type Read, seconds, storedOrNull, text, texts } from '../schema.ts'
import { observation, observeQuestion } from './observe.ts'

export const doctorQuestion = named('DoctorQuestion', observeQuestion.extend({ doctor: z.literal(true) }))

/** A part of the answer, or why the host could not read it: one that is broken must not hide the others. */
function part<Schema extends z.ZodType>(schema: Schema) {
  return z.union([z.object({ value: schema }), unreadable])
}
const unreadable = named('Unreadable', z.object({ problem: text.describe('why the host cannot read it') }))
/** A part of what `doctor` asks the host for, or why the host could not read it. */
export type Part<Value> = { readonly value: Value } | { readonly problem: string }

const audit = named(
  'AuditFacts',
  z.object({
    lines: count,
    broken: count.nullable().describe('the first line that does not follow from the ones before it'),
    link: text.describe('the first digits of the last link of its chain'),
  }),
)

const place = named(
  'BackupPlace',
  z.object({
    location: text,
    count,
    newest: text.nullable().describe('ISO 8601'),
    problem: text.nullable().describe('why it cannot be read'),
  }),
)
/** One repository of backups. */
export type BackupPlace = Read<typeof place>

export type AuditFacts = Read<typeof audit>

export const proven = named('Proven', z.object({ snapshot: text, time: text, level: text }))

const backups = named(
  'BackupFacts',
  z.object({
    oldestHours: amount.describe('hours after which a backup counts as missing'),
    repository: place,
    copy: place.nullable().describe('null when none is declared'),
    proven: proven.nullable().describe('the newest backup that was proven; null before the first proof'),
  }),
)
export type BackupFacts = Read<typeof backups>

const certificate = named(
  'CertificateFacts',
  z.union([
    named('NoCertificate', z.object({ answers: text.describe('why port 443 shows no certificate') })),
    named(
      'Certificate',
      z.object({ answers: z.null(), notBefore: seconds, notAfter: seconds, issuer: text, names: texts }),
    ),
  ]),
)
export type CertificateFacts = Read<typeof certificate>

const clock = named(
  'ClockFacts',
  z.object({
    synchronized: z.boolean().nullable(),
    service: text.nullable(),
    container: z.boolean().describe('a container has the clock of the machine around it'),
  }),
)
export type ClockFacts = Read<typeof clock>

const counter = named(
  'SpendCounter',
  z.object({
    subject: text,
    id: text,
    hash: text.nullable().describe("of a key: the first digits of LiteLLM's hash of it"),
    spend: z.number().catch(0).describe('USD, by the database'),
    counted: z.number().describe('USD, by Redis: the budget or more'),
    budget: z.number().catch(0).describe('USD'),
  }),
)
/** An owner who is refused by what Redis counts, although the database has spent less. */
export type SpendCounter = Read<typeof counter>

const database = named(
  'DatabaseFacts',
  z.object({
    connections: count,
    maxConnections: count,
    idleInTransactionSeconds: count,
    longestQuerySeconds: count,
    waitingSeconds: count,
    transactionAge: count,
    checksumFailures: count,
    durable: z.boolean(),
    bytes,
    invalidIndexes: texts,
    failedMigrations: texts,
    tables: z
      .array(z.object({ name: text, bytes, rows: count, deadRows: count }))
      .describe('the ten largest'),
  }),
)
export type DatabaseFacts = Read<typeof database>

const disk = named(
  'DiskFacts',
  z.object({
    path: text.describe('where it is mounted'),
    sizeBytes: bytes,
    freeBytes: bytes,
    files: count.describe('inodes; 0 where the file system counts none'),
    freeFiles: count,
    readOnly: z.boolean(),
    holds: texts.describe('our places on it'),
  }),
)
export type DiskFacts = Read<typeof disk>

const memory = named(
  'MemoryFacts',
  z.object({
    totalBytes: bytes,
    availableBytes: bytes,
    swapBytes: bytes,
    swapFreeBytes: bytes,
    killed: texts.describe('killed by the kernel for want of memory, within the last day'),
    workersKilled: count,
    workersTimedOut: count,
  }),
)
export type MemoryFacts = Read<typeof memory>

const ports = named(
  'PortFacts',
  z.object({
    open: z
      .array(z.object({ protocol: text, address: text, port: count, process: text }))
      .describe('ports that are not bound to loopback alone'),
    firewall: z.boolean().describe('our table is loaded and drops'),
    others: z
      .array(
        z.object({
          name: text,
          ports: z.array(count),
          opens: text.describe('the command that lets them in'),
        }),
      )
      .describe('firewalls of others that drop what comes to ports that people need')
      .exactOptional(),
  }),
)
export type PortFacts = Read<typeof ports>

const providers = named(
  'ProviderFacts',
  z.object({
    keys: z.array(
      z.object({
        name: text,
        provider: text,
        status: count.nullable().describe('null when the provider does not answer'),
      }),
    ),
    missing: texts.describe('variables that the configuration refers to and that have no value'),
    addresses: z
      .array(z.object({ address: text, models: texts, answers: z.boolean(), absent: texts }))
      .describe('providers without a key; absent: models that they say they do not have'),
  }),
)
export type ProviderFacts = Read<typeof providers>

const redis = named(
  'RedisFacts',
  z.object({
    hits: count,
    misses: count,
    evicted: count,
    rejected: count,
    usedBytes: bytes,
    maxBytes: bytes,
    policy: text,
    appendOnly: z.boolean(),
    lastWriteOk: z.boolean(),
    lastRewriteOk: z.boolean(),
    keys: count,
    uptimeSeconds: count,
  }),
)
export type RedisFacts = Read<typeof redis>

const secretFiles = named(
  'SecretFileFacts',
  z.object({
    wide: z.array(z.object({ path: text, mode: text, owner: text, wantedMode: text, wantedOwner: text })),
    leftovers: texts.describe('what is there in clear and should be gone'),
  }),
)
export type SecretFileFacts = Read<typeof secretFiles>

const system = named(
  'SystemFacts',
  z.object({
    rebootRequired: z.boolean(),
    imageCreated: seconds.nullable(),
    masterKeySince: seconds.nullable(),
    deployedSince: seconds.nullable(),
  }),
)
export type SystemFacts = Read<typeof system>

const units = named(
  'UnitFacts',
  z.object({
    failed: texts,
    restarts: z.record(text, count),
    timers: z.record(
      text,
      named(
        'TimerFacts',
        z.object({
          active: z.boolean(),
          scheduled: z.boolean(),
          lastResult: text.describe(
            "systemd's word for how the service of the timer ended last, `success` also before the first time",
          ),
          running: z.boolean(),
        }),
      ),
    ),
  }),
)
export type UnitFacts = Read<typeof units>

const modelUsage = named(
  'ModelUsage',
  z.object({
    model: text,
    requests: count,
    failures: count,
    seconds: z
      .tuple([z.number(), z.number()])
      .nullable()
      .catch(null)
      .describe('median and 95th percentile; null when no request was answered by the provider'),
    errors: z.record(text, count).nullable().describe("failures by LiteLLM's class of error"),
  }),
)
export type ModelUsage = Read<typeof modelUsage>

const usage = named(
  'LogFacts',
  z.object({
    growth: z.object({
      rows: count,
      bytes,
      recentRows: count,
      oldest: storedOrNull(z.number()).describe(
        'seconds since 1970 of the oldest row; null when there is none',
      ),
      days: count,
    }),
    models: z.array(modelUsage).describe('of the last day'),
    cache: z
      .object({
        requests: count,
        hits: count,
        repeats: count.describe('requests that had been asked before, word for word'),
        repeatHits: count,
        gapSeconds: storedOrNull(z.number()).describe('four of five repeats came within so many seconds'),
        savedUsd: z.number().catch(0),
      })
      .describe('of the last seven days'),
  }),
)
/** What LiteLLM's own log of requests says of the last days. */
export type LogFacts = Read<typeof usage>

const workers = named(
  'WorkerFacts',
  z.object({
    expected: count,
    running: count,
    ready: z.boolean(),
    said: text.nullable(),
    disagree: text.nullable().describe('why not all of them serve what the release declares'),
  }),
)
export type WorkerFacts = Read<typeof workers>

const parts = named(
  'DoctorParts',
  z.object({
    audit: part(audit)
      .exactOptional()
      .describe(
        'the program of an earlier version, which a read-only key may still be forced to, does not answer it',
      ),
    backups: part(backups),
    certificate: part(certificate),
    clock: part(clock),
    counters: part(z.array(counter))
      .exactOptional()
      .describe('the program of an earlier version does not answer it'),
    database: part(database),
    disks: part(z.array(disk)),
    memory: part(memory),
    ports: part(ports),
    providers: part(providers),
    redis: part(redis),
    secretFiles: part(secretFiles),
    system: part(system),
    units: part(units),
    usage: part(usage),
    workers: part(workers),
  }),
)
/** What the gateway runs on. */
export type DoctorParts = Read<typeof parts>

export const doctorFacts = named(
  'DoctorFacts',
  z.object({
    observation: part(observation),
    parts,
    time: seconds.describe("the host's clock when it answered"),
  }),
)
/** What the program `doctor` on the host answers. */
export type DoctorFacts = Read<typeof doctorFacts>

// A gateway that has been serving for weeks, and nothing is wrong with it. Tests break one thing of it.

import { stringify } from 'yaml'
import { type Desired, loadDesired } from '../../../src/config/desired.ts'
import type { DoctorFacts, DoctorParts, Part } from '../../../src/contract/programs/doctor.ts'
import type { Observation } from '../../../src/contract/programs/observe.ts'
import { type Examination, examine } from '../../../src/doctor/examine.ts'
import type { Finding } from '../../../src/doctor/finding.ts'
import { frontFindings, type Outside } from '../../../src/front/findings.ts'
import { diff } from '../../../src/plan/diff.ts'
import { applied, NOW } from '../plan/applied.ts'

export const GIB = 1024 ** 3
export const HOUR = 3600
export const DAY = 24 * HOUR
/** Seconds since 1970. */
export const AT = NOW.getTime() / 1000

const iso = (seconds: number) => new Date(seconds * 1000).toISOString()

/** ISO 8601 of so many hours ago. */
export const hoursAgo = (count: number) => iso(AT - count * HOUR)

/** The declaration of the README. */
export function declared(more: object = {}): Desired {
  const text = stringify({
    domain: 'llm.example.com',
    users: 100,
    front: { admin: 'private' },
    vm: { ssh: { host: '192.0.2.10', user: 'debian', host_key: 'ssh-ed25519 AAAA' } },
    litellm: { image: `ghcr.io/berriai/litellm-database@sha256:${'a'.repeat(64)}`, workers: 4 },
    model_list: [
      {
        model_name: 'gpt-4',
        litellm_params: { model: 'openai/gpt-4', api_key: 'os.environ/OPENAI_API_KEY' },
      },
    ],
    litellm_settings: { cache: true, cache_params: { type: 'redis', ttl: 600 } },
    budget_config: [{ user_id: 'team-dev', max_budget: 100, time_period: 'monthly' }],
    ...more,
  })
  return loadDesired('gateway.yaml', { read: () => text, list: () => [] })
}

const HEALTHY: {
  readonly [Name in keyof DoctorParts]: Extract<DoctorParts[Name], { value: unknown }>['value']
} = {
  audit: { lines: 12, broken: null, link: '0123456789abcdef' },
  backups: {
    oldestHours: 26,
    repository: { location: '/var/backups/litellm', count: 30, newest: hoursAgo(10), problem: null },
    copy: { location: 'sftp:nas:/litellm', count: 30, newest: hoursAgo(10), problem: null },
    proven: { snapshot: 'abc', time: hoursAgo(9), level: 'L6' },
  },
  certificate: {
    answers: null,
    notBefore: AT - 30 * DAY,
    notAfter: AT + 60 * DAY,
    issuer: "C=US, O=Let's Encrypt, CN=E7",
    names: ['llm.example.com'],
  },
  clock: { synchronized: true, service: 'systemd-timesyncd.service', container: false },
  counters: [],
  database: {
    connections: 44,
    maxConnections: 117,
    idleInTransactionSeconds: 0,
    longestQuerySeconds: 0,
    waitingSeconds: 0,
    transactionAge: 1_000_000,
    checksumFailures: 0,
    durable: true,
    bytes: 2 * GIB,
    invalidIndexes: [],
    failedMigrations: [],
    tables: [{ name: 'LiteLLM_SpendLogs', bytes: GIB, rows: 1_000_000, deadRows: 1000 }],
  },
  disks: [
    {
      path: '/',
      sizeBytes: 20 * GIB,
      freeBytes: 10 * GIB,
      files: 1_000_000,
      freeFiles: 900_000,
      readOnly: false,
      holds: ['/', '/var/lib/postgresql'],
    },
  ],
  memory: {
    totalBytes: 4 * GIB,
    availableBytes: 1.5 * GIB,
    swapBytes: 0,
    swapFreeBytes: 0,
    killed: [],
    workersKilled: 0,
    workersTimedOut: 0,
  },
  ports: {
    open: [22, 80, 443, 4000].map((port) => ({
      protocol: 'tcp',
      address: '*',
      port,
      process: port === 22 ? 'sshd' : 'caddy',
    })),
    firewall: true,
    others: [],
  },
  providers: {
    keys: [{ name: 'OPENAI_API_KEY', provider: 'openai', status: 200 }],
    missing: [],
    addresses: [{ address: 'http://ollama:11434', models: ['local-llama'], answers: true, absent: [] }],
  },
  redis: {
    hits: 7000,
    misses: 3000,
    evicted: 0,
    rejected: 0,
    usedBytes: 0.05 * GIB,
    maxBytes: 0.25 * GIB,
    policy: 'volatile-lru',
    appendOnly: true,
    lastWriteOk: true,
    lastRewriteOk: true,
    keys: 1200,
    uptimeSeconds: 30 * DAY,
  },
  secretFiles: { wide: [], leftovers: [] },
  system: {
    rebootRequired: false,
    imageCreated: AT - 20 * DAY,
    masterKeySince: AT - 30 * DAY,
    deployedSince: AT - 90 * DAY,
  },
  units: {
    failed: [],
    restarts: { 'litellm.service': 0, 'caddy.service': 0, 'redis-server.service': 0 },
    timers: {
      'litellm-backup.timer': { active: true, scheduled: true, lastResult: 'success', running: false },
      'litellm-verify.timer': { active: true, scheduled: true, lastResult: 'success', running: false },
    },
  },
  usage: {
    growth: { rows: 1_000_000, bytes: GIB, recentRows: 70_000, oldest: AT - 90 * DAY, days: 7 },
    models: [{ model: 'gpt-4', requests: 10_000, failures: 12, seconds: [1.2, 4.5], errors: { Timeout: 4 } }],
    cache: {
      requests: 70_000,
      hits: 21_000,
      repeats: 30_000,
      repeatHits: 21_000,
      gapSeconds: 400,
      savedUsd: 12.3,
    },
  },
  workers: { expected: 4, running: 4, ready: true, said: null, disagree: null },
}

type Values = { readonly [Name in keyof DoctorParts]?: Partial<(typeof HEALTHY)[Name]> }

/** What is different from the healthy gateway. */
export interface Broken {
  /** Fields of parts that differ. */
  readonly parts?: Values
  /** Parts that the host cannot read, and why. */
  readonly unreadable?: { readonly [Name in keyof DoctorParts]?: string }
  /** What `observe` sees otherwise. */
  readonly observed?: (healthy: Observation) => Observation
  readonly unobserved?: string
  readonly declaration?: object
  readonly outside?: Outside
  readonly schedules?: Examination['schedules']
  readonly guards?: Examination['guards']
  /** By how many seconds the host's clock is ahead. */
  readonly skew?: number
}

export function factsOf({
  parts = {},
  unreadable = {},
  observed = (seen) => seen,
  unobserved,
  skew = 0,
  declaration,
}: Broken = {}): DoctorFacts {
  const value = <Name extends keyof DoctorParts>(name: Name) => {
    const problem = unreadable[name]
    if (problem !== undefined) return { problem }
    const healthy = HEALTHY[name]
    const changed = parts[name]
    return { value: Array.isArray(healthy) ? (changed ?? healthy) : { ...healthy, ...changed } }
  }
  const seen = observed(applied(declared(declaration)))
  const observation: Part<Observation> = unobserved === undefined ? { value: seen } : { problem: unobserved }
  return {
    observation,
    parts: Object.fromEntries(
      Object.keys(HEALTHY).map((name) => [name, value(name as keyof DoctorParts)]),
    ) as unknown as DoctorParts,
    time: AT + skew,
  }
}

/** What `doctor` finds when this is broken. */
export function findingsOf(broken: Broken = {}): Finding[] {
  const desired = declared(broken.declaration)
  const facts = factsOf(broken)
  return examine({
    desired,
    facts,
    plan: 'value' in facts.observation ? diff(desired, facts.observation.value, NOW) : undefined,
    outside: frontFindings(desired.gateway, broken.outside ?? {}),
    ...(broken.schedules === undefined ? {} : { schedules: broken.schedules }),
    ...(broken.guards === undefined ? {} : { guards: broken.guards }),
    now: AT,
  })
}

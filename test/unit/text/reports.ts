import {
  backupMarkdown,
  drillMarkdown,
  proofMarkdown,
  restoredMarkdown,
  planMarkdown as restorePlanMarkdown,
  undoMarkdown,
} from '../../../src/backup/report.ts'
import { NO_LIMITS } from '../../../src/config/budgets.ts'
import { ConfigError } from '../../../src/config/problem.ts'
import { doctorMarkdown } from '../../../src/doctor/markdown.ts'
import { runCommand } from '../../../src/entries/run.ts'
import { HostProgramError } from '../../../src/host/errors.ts'
import { importMarkdown } from '../../../src/import/markdown.ts'
import { createKnownSecrets } from '../../../src/log/known-secrets.ts'
import { createRecordingLogger } from '../../../src/log/logger.ts'
import type { Change, Plan } from '../../../src/plan/change.ts'
import { planMarkdown, problemsMarkdown } from '../../../src/plan/markdown.ts'
import { usageMarkdown } from '../../../src/report/markdown.ts'
import { usageOf } from '../../../src/report/usage.ts'
import type { CommandContext } from '../../../src/steps/command.ts'
import { block, code, prose } from '../../../src/text/markdown.ts'
import { FACTS, RANGE } from '../report/sample.ts'

/** Each report with the same value wherever it shows something that others chose. */
export const REPORTS: Readonly<Record<string, (value: string) => string | Promise<string>>> = {
  plan: (value) => planMarkdown(planOf(value), { file: value }),
  applied: (value) => {
    const plan = planOf(value)
    const applied = plan.changes.map((change) => ({ change, outcome: 'failed' as const, message: value }))
    return planMarkdown(plan, { file: value, applied })
  },
  problems: (value) =>
    problemsMarkdown(
      (['error', 'warning'] as const).map((severity) => ({ severity, ...problemOf(value) })),
      value,
    ),
  doctor: (value) =>
    doctorMarkdown(
      [{ id: value, severity: 'error', what: value, why: value, remedy: { where: 'host', text: value } }],
      {
        workers: 2,
        models: [{ model: value, requests: 1, failures: 0, seconds: [1, 2], errors: {} }],
        cache: null,
        redisHitRate: null,
        databaseBytes: null,
        databaseConnections: null,
        daysUntilDiskFull: null,
        newestBackup: value,
        newestProof: value,
        certificateEnds: value,
      },
      [value],
      [value],
    ),
  usage: (value) => {
    const groups = FACTS.groups.map((group) =>
      group.by === 'total' || group.by === 'day' ? group : { ...group, id: value, alias: value },
    )
    const budgets = FACTS.budgets.map((budget) => ({ ...budget, id: value, alias: value }))
    return usageMarkdown(usageOf({ ...FACTS, groups, budgets, errors: [{ class: value, count: 1 }] }, RANGE))
  },
  backup: (value) =>
    backupMarkdown({ ...BACKUP, snapshot: value, time: value, litellm: value, escrow: value }),
  proof: (value) => proofMarkdown(proofOf(value)),
  drill: (value) =>
    drillMarkdown({
      ...proofOf(value),
      rtoSeconds: 1,
      rpoSeconds: 1,
      worstGapSeconds: null,
      targets: { rtoSeconds: 1, rpoSeconds: 1 },
      missed: [value],
      met: false,
      loss: null,
      offSite: true,
      escrow: true,
      notRestored: [value],
      cleanedUp: true,
      history: [
        { time: value, met: true, rtoSeconds: 1, rpoSeconds: 1 },
        { time: value, met: true, rtoSeconds: 1, rpoSeconds: 1 },
      ],
    }),
  'restore, planned': (value) =>
    restorePlanMarkdown(
      {
        outcome: 'planned',
        snapshot: value,
        time: value,
        source: value,
        scope: 'all',
        litellm: value,
        rows: 1,
        tables: { [value]: [1, 2] },
        kept: { [value]: 1, [`${value}2`]: 1 },
        unknown: [value],
        newer: null,
        confirm: value,
        interrupted: value,
      },
      value,
    ),
  undo: (value) =>
    undoMarkdown(
      {
        outcome: 'planned',
        undo: value,
        scope: 'all',
        tables: { [value]: [1, 2] },
        kept: { [value]: 1 },
        unknown: [value],
        newer: null,
        confirm: value,
      },
      value,
    ),
  restored: (value) =>
    restoredMarkdown({
      outcome: 'restored',
      snapshot: value,
      time: value,
      scope: 'all',
      release: value,
      undo: value,
    }),
  import: (value) => importMarkdown(value, [{ path: value, outcome: 'left-out', detail: value }]),
  'a refused declaration': (value) => failed(new ConfigError([{ severity: 'error', ...problemOf(value) }])),
  'a program that failed': (value) => failed(new HostProgramError('unhealthy', value, [value, value], {})),
  'an unexpected error': (value) => failed(new TypeError(value)),
  'the escapes themselves': (value) =>
    [
      prose(value),
      `- ${prose(value)}`,
      `| a |\n|---|\n| ${prose(value)} ${code(value)} |`,
      block(value),
    ].join('\n\n'),
}

function problemOf(value: string) {
  return { code: 'x', message: value, fix: value, at: { file: value, line: 1, column: 1 } }
}

function planOf(value: string): Plan {
  const fields = [{ path: value, before: value, after: { [value]: value } }]
  const owner = { subject: 'user', id: value } as const
  const after = { ...NO_LIMITS, maxBudget: 1, duration: value, models: [value], managed: undefined, spend: 0 }
  const changes: Change[] = [
    { kind: 'model', action: 'update', id: value, name: value, fields },
    { kind: 'setting', action: 'update', section: value, fields },
    { kind: 'secret', action: 'update', name: value },
    { kind: 'override', action: 'delete', section: 'litellm_settings', name: value, value: null },
    { kind: 'budget', action: 'create', ...owner, before: undefined, after: { ...after, resetsAt: value } },
    { kind: 'host', action: 'update', part: 'file', name: value, detail: value },
  ]
  return {
    changes,
    adoptions: [
      { kind: 'budget', action: 'update', ...owner, before: undefined, after: { ...after, resetsAt: null } },
    ],
    costs: [{ name: value, before: undefined, after: { input: 1, output: 2 }, month: undefined }],
    unmanaged: [{ kind: 'model', id: value, detail: value }],
    notes: [{ severity: 'warning', text: value, at: problemOf(value).at }],
    live: { version: value, workers: 2, healthy: true },
  }
}

const BACKUP = {
  kind: 'manual',
  rows: 1,
  bytes: 1,
  tables: 1,
  copied: true,
  expired: 0,
  repositoryBytes: 1,
} as const

function proofOf(value: string) {
  const levels = [{ level: value, name: value, ok: true, seconds: 1, detail: value }]
  const rest = { source: value, snapshot: value, newest: true, time: value, rows: 1, seconds: 1 }
  return { ok: false, reason: value, level: value, levels, ...rest }
}

/** What `runCommand` makes of an error of the host. */
async function failed(error: Error): Promise<string> {
  const context = {
    config: 'gateway.yaml',
    files: { read: () => GATEWAY, list: () => [] },
    inputs: {},
    env: {},
    sshKey: 'a key',
    connect: () => Promise.reject(error),
    logger: createRecordingLogger(),
    secrets: createKnownSecrets(),
  }
  return (await runCommand('plan', context as unknown as CommandContext)).markdown
}

const GATEWAY = `
domain: llm.example.com
vm:
  ssh: {host: 192.0.2.10, user: debian, host_key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUTyz1HwHReFVvD5obVsALAgJRNarH4TRpNePnAS"}
litellm:
  image: ghcr.io/berriai/litellm-database@sha256:b5a63cf7167cf11ad7ed774dfecfeafc427b8a56fc4e990c42a49c97bd582f99
users: 10
model_list:
  - {model_name: gpt, litellm_params: {model: openai/gpt-4o}}
`

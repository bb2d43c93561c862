import { describe, expect, it } from 'vitest'
import {
  backupMarkdown,
  drillMarkdown,
  planMarkdown,
  proofMarkdown,
  restoredMarkdown,
  undoMarkdown,
} from '../../../src/backup/report.ts'
import type { BackupResult, DrillReport, ProofResult } from '../../../src/contract/programs/backup.ts'
import type { RestorePlan } from '../../../src/contract/programs/restore.ts'

const backup: BackupResult = {
  snapshot: '0123456789abcdef',
  time: '2026-11-23T02:00:00+00:00',
  kind: 'manual',
  rows: 1_234_567,
  bytes: 3 * 1024 ** 2,
  tables: 98,
  copied: true,
  expired: 2,
  repositoryBytes: 1024 ** 2,
  litellm: '1.106.2',
  escrow: null,
}
const proof: ProofResult = {
  ok: true,
  reason: null,
  level: 'L6',
  levels: [{ level: 'L0', name: 'presence', ok: true, seconds: 1.5, detail: '3 backups | one a day' }],
  source: 'off-site copy',
  snapshot: '0123456789abcdef',
  newest: true,
  time: '2026-11-23T02:00:00+00:00',
  rows: 20_000,
  seconds: 31,
}
const drill: DrillReport = {
  ...proof,
  rtoSeconds: 48,
  rpoSeconds: 7_500,
  worstGapSeconds: 86_400,
  targets: { rtoSeconds: 1_800, rpoSeconds: 93_600 },
  missed: [],
  met: true,
  loss: { requests: 1_970, spend: 1.7317 },
  offSite: true,
  escrow: true,
  notRestored: ['certificates'],
  cleanedUp: true,
  history: [],
}

describe('what people read', () => {
  it('of a backup: what it holds, and that the password has to be kept', () => {
    const text = backupMarkdown(backup)
    expect(text).toContain('1,234,567 rows in 98 tables, 3.0 MiB')
    expect(text).toContain('Keep `/etc/litellm/backup_password`')
    const escrow = '-----BEGIN AGE ENCRYPTED FILE-----\nabc\n'
    const sealed = backupMarkdown({ ...backup, escrow })
    // A summary is read by everybody who reads the repository.
    expect(sealed).not.toContain('AGE ENCRYPTED')
    expect(sealed).toContain('litellm-gitops backup --output FILE')
    expect(backupMarkdown({ ...backup, escrow }, 'keys.age')).toContain('are in `keys.age`')
  })

  it('of a proof: each level, and the reason first when it is red', () => {
    expect(proofMarkdown(proof)).toContain('| L0 presence | ✅ | 1.5 | 3 backups \\| one a day |')
    const red = proofMarkdown({ ...proof, ok: false, reason: 'L0 presence: too\nold' })
    expect(red).toMatch(/^### Backup NOT proven[\s\S]*\*\*L0 presence: too old\*\*/)
    expect(proofMarkdown({ ...proof, ok: false, reason: 'none', snapshot: null, levels: [] })).toContain(
      'The off-site copy holds no backup.',
    )
  })

  it('of a drill: measured against targets, loss in dollars, and a chart once there are several', () => {
    const text = drillMarkdown(drill)
    expect(text).toContain('| RTO, from nothing to the first answer | 48 s | 30 min | ✅ |')
    expect(text).toContain('| RPO, age of the backup | 2 h 5 min | 26 h | ✅ |')
    expect(text).toContain('1,970 requests that cost 1.73 USD')
    expect(text).not.toContain('mermaid')
    const runs = [40, 48].map((rtoSeconds, day) => ({
      time: `2026-11-2${day}T05:23:00+00:00`,
      met: true,
      rtoSeconds,
      rpoSeconds: 1,
    }))
    expect(drillMarkdown({ ...drill, history: runs })).toContain('bar [40, 48]')
    const late = drillMarkdown({
      ...drill,
      met: false,
      missed: ['It took 48 s'],
      targets: { rtoSeconds: 30, rpoSeconds: 60 },
    })
    expect(late).toMatch(/^### Drill: targets missed\n\n- It took 48 s/)
    expect(late).toContain('| 48 s | 30 s | ❌ |')
  })

  it('of a restore that is only planned: what would be lost, and what to type', () => {
    const plan: RestorePlan = {
      outcome: 'planned',
      snapshot: '0123456789abcdef',
      time: '2026-11-23T02:00:00+00:00',
      source: 'repository',
      confirm: 'llm.example.com',
      interrupted: null,
      scope: 'database',
      litellm: '1.106.2',
      rows: 10,
      tables: { 'public."LiteLLM_SpendLogs"': [1_200, 1_000], 'public."LiteLLM_Config"': [3, 3] },
      kept: {},
      unknown: [],
      newer: null,
    }
    const text = planMarkdown(plan, 'llm.example.com')
    expect(text).toContain('| public."LiteLLM_SpendLogs" | 1,200 | 1,000 |')
    expect(text).toContain('| public."LiteLLM_Config" | 3 | 3, others |')
    expect(text).toContain('the live database does not answer')
    expect(text).toContain('`confirm: llm.example.com`')
    expect(planMarkdown({ ...plan, tables: {} }, 'llm.example.com')).toContain('the same rows now as then')
  })

  it('of a plan or an undo: what stays as it is, and what of that nobody knows', () => {
    const fates = {
      tables: {},
      kept: { 'public."LiteLLM_SpendLogs"': 1_200, 'public.mine': 2 },
      unknown: ['public.mine'],
    }
    const undo = {
      outcome: 'planned',
      undo: 'litellm_before_1',
      scope: 'configuration',
      newer: null,
      confirm: 'llm.example.com',
    } as const
    const text = undoMarkdown({ ...undo, ...fates }, 'llm.example.com')
    expect(text).toContain('Logs and usage stay as they are: public."LiteLLM_SpendLogs" 1,200 rows.')
    expect(text).toContain('so it stays as it is: public.mine 2 rows.')
  })

  it.each(['restored', 'resumed', 'undone'] as const)('of one that is %s: how to go back', (outcome) => {
    const text = restoredMarkdown({
      outcome,
      snapshot: '0123456789abcdef',
      time: '2026-11-23T02:00:00+00:00',
      scope: 'all',
      release: '20261123T020000Z-01234567',
      undo: 'litellm_before_20261123020000',
    })
    expect(text).toContain('`litellm_before_20261123020000`')
  })
})

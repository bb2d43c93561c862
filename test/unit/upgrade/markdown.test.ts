import { describe, expect, test } from 'vitest'
import type { Rehearsal } from '../../../src/contract/programs/rehearsal.ts'
import {
  holds,
  nothingMarkdown,
  titleOf,
  type Upgrade,
  upgradeMarkdown,
} from '../../../src/upgrade/markdown.ts'

const OLD = `ghcr.io/berriai/litellm-database@sha256:${'a'.repeat(64)}`
const NEW = `ghcr.io/berriai/litellm-database:v1.108.14@sha256:${'b'.repeat(64)}`
const MIB = 1024 ** 2

const rehearsal: Rehearsal = {
  ok: true,
  reason: null,
  image: NEW,
  version: '1.108.14',
  serves: { image: OLD, version: '1.106.2' },
  backup: { snapshot: 'c'.repeat(64), time: '2026-11-30T02:00:00+00:00', rows: 12, bytes: 20 * MIB },
  steps: [{ name: 'image', ok: true, seconds: 12.5, detail: 'LiteLLM 1.108.14, pulled in 12.5 s' }],
  seconds: 41,
  pull: 12.5,
  migrations: {
    pending: ['20261001000000_more'],
    seconds: 3.2,
    bytesBefore: 20 * MIB,
    bytesAfter: 24 * MIB,
    bytesMost: 30 * MIB,
    locks: [{ table: 'LiteLLM_SpendLogs', seconds: 2.4, blocks: 'all' }],
    takes: [],
    lost: [],
  },
  rollback: 'forced',
  providers: [
    {
      provider: 'openai',
      model: 'openai/gpt-4o',
      ok: true,
      detail: 'a request answered, 7 and 5 tokens counted',
    },
    { provider: 'vertex_ai', model: 'vertex_ai/x', ok: null, detail: 'there is no stand-in for it' },
  ],
  prices: [
    {
      model: 'openai/gpt-4o',
      before: { input_cost_per_token: 2.5e-6, output_cost_per_token: 1e-5 },
      after: { input_cost_per_token: 2e-6, output_cost_per_token: 8e-6 },
    },
  ],
  cleanedUp: true,
}

function upgrade(more: Partial<Upgrade> = {}, found: Partial<Rehearsal> = {}): Upgrade {
  return {
    domain: 'llm.example.com',
    from: { image: OLD, version: '1.106.2' },
    to: {
      image: NEW,
      version: '1.108.14',
      created: new Date('2026-11-20T10:00:00Z'),
      signature: 'signed by LiteLLM',
    },
    skipped: [{ version: '1.109.3', why: 'it is 2 days old, and 7 are wanted' }],
    rehearsal: { ...rehearsal, ...found },
    problems: [],
    ...more,
  }
}

describe('the text of a pull request', () => {
  test('says what changes, how long it takes, the way back, prices and what was tried', () => {
    const text = upgradeMarkdown(upgrade())
    expect(text).toMatch(/^### Upgrade of llm\.example\.com from LiteLLM 1\.106\.2 to 1\.108\.14\n/)
    expect(text).toContain(
      '3 s for 1 migration; the database grows from 20 MiB to 24 MiB, 30 MiB at most meanwhile',
    )
    expect(text).toContain('`rollback --force`, without a restore')
    expect(text).toContain('| `LiteLLM_SpendLogs` | 2.4 | all requests that use it |')
    expect(text).toContain('| `openai/gpt-4o` | 2.50 USD / 10.00 USD | 2.00 USD / 8.00 USD |')
    expect(text).toContain('| openai | ✅ |')
    expect(text).toContain('there is no stand-in for it')
    expect(text).toContain('1.109.3: it is 2 days old, and 7 are wanted')
    expect(titleOf(upgrade())).toBe('Upgrade LiteLLM from 1.106.2 to 1.108.14')
  })

  test('says first what is destructive, and that only a restore leads back', () => {
    const taking = {
      ...rehearsal.migrations,
      takes: ['LiteLLM_TagTable.mine'],
      lost: ['LiteLLM_TagTable.mine'],
    }
    const text = upgradeMarkdown(
      upgrade({}, { migrations: taking as Rehearsal['migrations'], rollback: 'restore' }),
    )
    expect(text).toContain('**They take away or empty: `LiteLLM_TagTable.mine`**')
    expect(text).toContain('**only by `restore` with the scope `all`**')
  })

  test('a rehearsal that failed is the first that is read, and does not hold', () => {
    const found = upgrade(
      {},
      { ok: false, reason: 'migrations: it failed', migrations: null, rollback: null },
    )
    expect(holds(found)).toBe(false)
    expect(upgradeMarkdown(found)).toMatch(
      /^### Do not upgrade .*\n\n\*\*The rehearsal failed: migrations: it failed\*\*/,
    )
  })

  test('a declaration that does not fit the version does not hold either', () => {
    const at = { file: 'gateway.yaml', line: 3, column: 1 }
    const wrong = {
      severity: 'error',
      code: 'unknown-key',
      message: 'LiteLLM 1.108.14 has no key "x".',
      fix: 'remove it.',
      at,
    } as const
    const found = upgrade({ problems: [wrong] })
    expect(holds(found)).toBe(false)
    expect(upgradeMarkdown(found)).toContain('**The declaration does not fit this version')
    expect(upgradeMarkdown(found)).toContain('(`gateway.yaml:3`)')
    expect(holds(upgrade({ problems: [{ ...wrong, severity: 'warning' }] }))).toBe(true)
  })

  test('what hosts and registries say does nothing on GitHub', () => {
    const bad = '@everyone #1 [x](javascript:1) <img src=x> |'
    const text = upgradeMarkdown(
      upgrade(
        { to: { ...upgrade().to, signature: bad }, skipped: [{ version: bad, why: bad }] },
        {
          reason: bad,
          steps: [{ name: bad, ok: false, seconds: 1, detail: bad }],
          providers: [{ provider: bad, model: bad, ok: false, detail: bad }],
          migrations: { ...rehearsal.migrations, pending: [bad], takes: [bad] } as Rehearsal['migrations'],
        },
      ),
    )
    const shown = text.replace(/(`+)(?!`).*?\1(?!`)/gs, '')
    expect(shown).not.toMatch(/@everyone|#1\b|<img|(?<!\\)\]\(javascript/)
  })

  test('there is nothing newer', () => {
    expect(nothingMarkdown('1.110.2', [])).toContain('There is no newer stable release.')
    expect(nothingMarkdown('1.110.2', upgrade().skipped)).toContain('- 1.109.3: it is 2 days old')
  })
})

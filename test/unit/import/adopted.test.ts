import { expect, test } from 'vitest'
import type { AdoptDone, AdoptPlan } from '../../../src/contract/programs/adopt.ts'
import { adoptMarkdown } from '../../../src/import/adopted.ts'

const DOMAIN = 'llm.example.com'
const none = { count: 0, names: [] }
const plan: AdoptPlan = {
  outcome: 'planned',
  confirm: DOMAIN,
  source: 'db.example.com:5432/llmproxy',
  server: '15.4',
  bytes: 120 * 1024 ** 2,
  content: {
    tables: { 'public."LiteLLM_SpendLogs"': 100_000, 'public."LiteLLM_Config"': 0 },
    rows: 100_000,
    keys: { count: 200, names: ['ci', '[x](https://evil.example)', '@everybody'] },
    teams: { count: 2, names: ['Research', 'Sales'] },
    users: none,
    budgets: none,
    models: { count: 1, names: ['gpt-4'] },
    credentials: none,
    spend: 1234.5,
  },
  secrets: { total: 4, unsure: 0, opened: { OLD_SALT_KEY: 4 }, role: 'salted', again: 0, dead: [] },
  master: 'own',
  image: 'ghcr.io/berriai/litellm-database@sha256:abc',
  pending: 0,
  storeModelInDb: true,
  leftOut: [],
}
const done: AdoptDone = {
  ...plan,
  outcome: 'adopted',
  snapshot: '0123456789abcdef',
  time: '2026-11-30T12:00:00+00:00',
  copied: true,
  took: { copy: 3.2, migrations: 12.5 },
  seconds: 21,
}
const shown = (more: Partial<AdoptPlan> = {}) => adoptMarkdown({ ...plan, ...more }, DOMAIN)

test('a plan says what would come, and how to have it', () => {
  const text = shown()
  expect(text).toContain('### Takeover planned, nothing kept')
  expect(text).toContain('of PostgreSQL 15.4: 100,000 rows in 2 tables')
  expect(text).toMatch(/virtual keys \| 200 \|.* and 197 more/)
  expect(text).toContain('1,234.50 USD')
  expect(text).toContain('4 of 4 stored secrets can be read with the salt key')
  expect(text).toContain('`--confirm llm.example.com`')
})

test('names of the old database do nothing where they are read', () => {
  const text = shown()
  expect(text).not.toContain('[x](https://evil.example)')
  expect(text).not.toMatch(/(?<!`)@everybody/)
})

test.each<[string, Partial<AdoptPlan>, RegExp]>([
  [
    'values that no key opens, and then no way on',
    {
      secrets: {
        ...plan.secrets,
        total: 5,
        dead: [{ table: 'LiteLLM_ProxyModelTable', count: 1 }],
      },
    },
    /4 of 5 stored secrets can[\s\S]*1 in LiteLLM_ProxyModelTable can be read with none of the keys/,
  ],
  [
    'values of another key',
    { secrets: { ...plan.secrets, total: 6, again: 2 } },
    /4 of 6 stored secrets[\s\S]*2 can be read with another of the keys/,
  ],
  [
    'texts that look encrypted',
    { secrets: { ...plan.secrets, unsure: 2 } },
    /2 texts that may be encrypted cannot be read/,
  ],
  ['a gateway without a salt key', { secrets: { ...plan.secrets, role: 'unsalted' } }, /has no salt key/],
  ['the old master key', { master: 'taken' }, /old master key stays valid/],
  ['one that anybody may guess', { master: 'unusable' }, /anybody may guess it/],
  ['migrations', { pending: 3 }, /3 migrations of .* will be run on the copy/],
  [
    'models that nobody would serve',
    { storeModelInDb: false },
    /1 model in the database will not be served.*store_model_in_db/,
  ],
  [
    'what is not carried',
    { leftOut: [{ name: 'public.invoices', why: "not LiteLLM's: it stays in the old database" }] },
    /Not carried: public\.invoices/,
  ],
])('it names %s', (_, more, pattern) => {
  expect(shown(more)).toMatch(pattern)
})

test('without a way to read what is stored, nobody is asked to confirm', () => {
  const dead = [{ table: 'LiteLLM_CredentialsTable', count: 4 }]
  expect(shown({ secrets: { ...plan.secrets, opened: {}, role: 'none', dead } })).not.toContain('--confirm')
})

test('what was kept is proven and brought in by its id', () => {
  const text = adoptMarkdown({ ...done, pending: 3 }, DOMAIN)
  expect(text).toContain('litellm-gitops verify --backup 01234567')
  expect(text).toContain('litellm-gitops restore --backup 01234567 --scope all --confirm llm.example.com')
  expect(text).toContain(
    '3 migrations of `ghcr.io/berriai/litellm-database@sha256:abc` were run on the copy, in 12.5 s',
  )
})

import { expect, test } from 'vitest'
import { countText, doctorMarkdown } from '../../../src/doctor/markdown.ts'
import { advice, measure } from '../../../src/doctor/measured.ts'
import { declared, factsOf, findingsOf } from './healthy.ts'

const markdown = (broken: Parameters<typeof findingsOf>[0] = {}) =>
  doctorMarkdown(
    findingsOf(broken),
    measure(factsOf(broken)),
    advice(declared(broken.declaration), factsOf(broken)),
  )

test('a healthy gateway is told with its figures', () => {
  const text = markdown()
  expect(text).toContain('### Doctor: nothing wrong')
  expect(text).toContain('| cache, 7 days | 30 % of 70,000 requests |')
  expect(text).toContain('| cache, of repeated requests | 70 % |')
  expect(text).toContain('| saved by the cache, 7 days | 12.30 USD |')
  expect(text).toContain('| Redis hits since its start | 70 % |')
  expect(text).toContain('| database | 2.0 GiB, 44 of 117 connections |')
  expect(text).toContain('| disk full in | 1,000 days |')
  expect(text).toContain('| gpt-4 | 10,000 | 12 | 1.20 s | 4.50 s |')
})

test('a finding is told with what it leads to, where to fix it and how', () => {
  const text = markdown({ parts: { redis: { appendOnly: false } } })
  expect(text).toContain('### Doctor: 1 error')
  expect(text).toContain(
    '#### ❌ `redis-not-persistent`\n\nRedis writes nothing to disk (appendonly is off). A restart',
  )
  expect(text).toMatch(/On the host, as root:\n\n```text\nsystemctl restart redis-server.*\n```/)
})

test('text of the host cannot write headings, tables or tags of its own', () => {
  const text = markdown({ unreadable: { redis: 'a\n## b | <img src=x>' } })
  expect(text).not.toMatch(/^## b/m)
  expect(text).not.toContain('<img')
})

test('nothing is measured where nothing can be read', () => {
  const none = {
    unreadable: { usage: 'x', redis: 'x', database: 'x', backups: 'x', certificate: 'x', workers: 'x' },
  }
  expect(measure(factsOf(none))).toEqual({
    workers: null,
    models: [],
    cache: null,
    redisHitRate: null,
    databaseBytes: null,
    databaseConnections: null,
    daysUntilDiskFull: null,
    newestBackup: null,
    newestProof: null,
    certificateEnds: null,
  })
})

test('a longer life of answers is advised where repeats come later, and a cache where there is none', () => {
  const cache = { requests: 900, hits: 100, repeats: 400, repeatHits: 100, gapSeconds: 5000, savedUsd: 1 }
  const broken = { parts: { usage: { cache } } }
  expect(advice(declared({ backup: { copy_to: '/mnt/nas' } }), factsOf(broken))).toEqual([
    'The cache answered 100 of 400 repeated requests; four of five came within 5000 s. A longer lifetime answers more: litellm_settings: {cache_params: {ttl: 5040}}',
  ])
  expect(advice(declared({ litellm_settings: {} }), factsOf(broken))).toEqual([
    expect.stringMatching(/^400 requests .* A cache answers those for free: .*ttl: 5040/),
    expect.stringContaining('copy_to'),
  ])
})

test('findings are counted in words', () => {
  const [warning] = findingsOf({ parts: { memory: { workersKilled: 1 } } })
  expect([[], [warning!], [warning!, { ...warning!, severity: 'error' as const }]].map(countText)).toEqual([
    'nothing wrong',
    '1 warning',
    '1 error, 1 warning',
  ])
})

import { describe, expect, test } from 'vitest'
import type { UsageFacts } from '../../../src/contract/programs/report.ts'
import { usageCsv } from '../../../src/report/csv.ts'
import { usageHtml } from '../../../src/report/html.ts'
import { usageMarkdown } from '../../../src/report/markdown.ts'
import { usageOf } from '../../../src/report/usage.ts'
import { FACTS, RANGE } from './sample.ts'

const usage = usageOf(FACTS, RANGE)
const none = usageOf({ groups: [], errors: [], budgets: [], now: FACTS.now }, RANGE)

describe('usage', () => {
  test('has every day of the range, also one without a request', () => {
    expect(usage.byDay.map(({ id, spend }) => [id, spend])).toEqual([
      ['2026-11-17', 0],
      ['2026-11-18', 4.34],
      ['2026-11-19', 0],
      ['2026-11-20', 8],
      ['2026-11-21', 0],
      ['2026-11-22', 0],
      ['2026-11-23', 0],
    ])
  })

  test('has what the cache saved at the price of the same model, and nothing for one without a price', () => {
    expect(usage.saved).toBeCloseTo(200 * 0.02)
  })

  test('calls a team by its alias, a deleted key by its hash, and tells of what has no name', () => {
    expect(usage.by.team.map(({ name }) => name)).toEqual(['Data <b>|`science`', 'without a team'])
    expect(usage.by.key.map(({ name }) => name)).toEqual(['key d41d8cd98f00…'])
    expect(usage.by.provider.map(({ name }) => name)).toEqual(['openai', 'no provider was asked'])
  })
})

describe('the summary', () => {
  const text = usageMarkdown(usage)
  test('says what was spent, by whom, and when a budget ends', () => {
    expect(text).toContain('### Usage from 2026-11-17 to 2026-11-23 (Europe/Berlin)')
    expect(text).toContain('| spent | 12.34 USD |')
    expect(text).toContain('| failed | 3.0 % |')
    expect(text).toContain('| answered from the cache | 24.3 %, which saved about 4.00 USD |')
    expect(text).toContain(
      '| user `ann@example.com` | 12.34 USD | 5.00 USD | 247 % | 2026-12-01 | ❌ used up |',
    )
    expect(text).toContain('⚠️ used up on 2026-11-24 |')
    expect(text).toContain('| key ci | 1.00 USD | 50.00 USD | 2 % | never |  |')
  })

  test('draws the days, and keeps names that people chose in their cells', () => {
    expect(text).toContain(
      'x-axis ["17 Nov", "18 Nov", "19 Nov", "20 Nov", "21 Nov", "22 Nov", "23 Nov"]\n  bar [0.0000, 4.3400, 0.0000, 8.0000, 0.0000, 0.0000, 0.0000]',
    )
    expect(text).toContain('| Data &lt;b>\\|`science` | 9.00 USD |')
  })

  test('of nothing is short', () => {
    expect(usageMarkdown(none)).not.toContain('mermaid')
    expect(usageMarkdown(none)).toContain('| failed | – |')
  })
})

test('the table has every row, with money unrounded, and no formula', () => {
  const facts = {
    ...FACTS,
    groups: [...FACTS.groups, { ...FACTS.groups[5]!, id: '=HYPERLINK("x"),', alias: null }],
  }
  const lines = usageCsv(usageOf(facts, RANGE)).split('\r\n')
  expect(lines[0]).toBe('by,id,name,requests,failures,cache_hits,prompt_tokens,completion_tokens,spend_usd')
  expect(lines[1]).toBe('total,,all,1234,37,300,120000,30000,12.34')
  expect(lines).toContain('day,2026-11-19,2026-11-19,0,0,0,0,0,0')
  expect(lines.find((line) => line.includes('HYPERLINK'))).toMatch(/^user,"'=HYPERLINK\(""x""\),",/)
})

describe('the page', () => {
  const page = usageHtml(usage, 'llm.example.com')
  test('needs nothing from elsewhere, and runs nothing', () => {
    expect(page).not.toMatch(/<script|https?:\/\/|url\(|@import/)
    expect(page).toContain("default-src 'none'")
  })

  test('keeps names that people chose as text', () => {
    expect(page).toContain('Data &lt;b&gt;|`science`')
    expect(page).not.toContain('<b>')
  })

  test('of nothing is whole', () => {
    expect(usageHtml(none, 'llm.example.com')).toContain('</html>')
    expect(usageHtml(none, 'llm.example.com')).not.toMatch(/NaN|Infinity|undefined/)
    expect(page).not.toMatch(/NaN|Infinity|undefined/)
  })
})

describe("of LiteLLM's daily sums, where its log does not have the requests", () => {
  const facts: UsageFacts = {
    ...FACTS,
    source: 'daily',
    groups: FACTS.groups.map((group) => ({ ...group, hits: null, averageUncached: null })),
  }
  const summed = usageOf(facts, RANGE)

  test('every form says so, and calls nothing zero that it does not know', () => {
    const text = usageMarkdown(summed)
    expect(text).toContain("> LiteLLM's log does not have all requests of these days")
    expect(text).toContain('| spent | 12.34 USD |')
    expect(text).not.toContain('answered from the cache')
    expect(text).not.toMatch(/0\.0 %, which saved/)
    const page = usageHtml(summed, 'llm.example.com')
    expect(page).toContain('disable_spend_logs')
    expect(page).not.toContain('saved about')
    expect(usageCsv(summed)).toContain('total,,all,1234,37,,')
    expect([summed.saved, summed.byDay[0]?.hits]).toEqual([null, null])
  })

  test('which a program of an earlier version does not answer', () => {
    expect(usageOf(FACTS, RANGE).source).toBe('log')
    expect(usageMarkdown(usage)).not.toContain('disable_spend_logs')
  })
})

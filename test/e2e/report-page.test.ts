import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import chromium from '@sparticuz/chromium'
import { type Browser, chromium as driver, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { usageHtml } from '../../src/report/html.ts'
import { usageOf } from '../../src/report/usage.ts'
import { ensureTools } from '../lab/tools.ts'
import { FACTS, RANGE } from '../unit/report/sample.ts'

/** The page of the report in a browser: axe finds nothing, and nothing sticks out, on a telephone and on a desk, by day and by night. */
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
let browser: Browser

beforeAll(async () => {
  await ensureTools(['libnss3', 'libnspr4', 'libexpat1'])
  browser = await driver.launch({ executablePath: await chromium.executablePath(), args: ['--no-sandbox'] })
})

afterAll(async () => {
  await browser?.close()
})

const week = usageOf(FACTS, RANGE)
const quarter = usageOf(
  {
    ...FACTS,
    groups: [
      ...FACTS.groups,
      ...Array.from({ length: 60 }, (_, index) => ({
        ...FACTS.groups[6]!,
        id: `a-very-long-name-of-a-key-that-somebody-chose-${index}-without-a-single-blank`,
        by: 'user' as const,
      })),
    ],
  },
  { ...RANGE, since: '2026-08-24' },
)

describe.each([
  ['a week', week],
  ['a quarter', quarter],
])('of %s', (_, usage) => {
  describe.each([375, 1440])('at %d pixels', (width) => {
    test.each(['light', 'dark'] as const)('in the %s', async (colorScheme) => {
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true })
      try {
        await page.setContent(usageHtml(usage, 'llm.example.com'))
        expect(await violations(page)).toEqual([])
        // The page itself never scrolls to the side; a wide table does, in a place of its own.
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
      } finally {
        await page.close()
      }
    })
  })
})

async function violations(page: Page): Promise<unknown[]> {
  await page.evaluate(AXE)
  return await page.evaluate(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]))',
  )
}

import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { FULL } from '../lab/proof.ts'
import { ensureTools } from '../lab/tools.ts'
import { HOSTILE } from '../unit/text/hostile.ts'
import { REPORTS } from '../unit/text/reports.ts'

/** Every report with hostile values, rendered by GitHub's own renderer: nothing in it comes from a value but text. */
const EXTENSIONS = ['table', 'autolink', 'strikethrough', 'tagfilter', 'tasklist', 'footnotes']

beforeAll(async () => {
  await ensureTools(['cmark-gfm'])
})

/** With HTML let through, so that a tag of a value would show; GitHub takes out only the worst. */
function rendered(markdown: string): string {
  const args = [...EXTENSIONS.flatMap((name) => ['-e', name]), '--unsafe', '-t', 'html']
  return execFileSync('cmark-gfm', args, { input: markdown, encoding: 'utf8', maxBuffer: 2 ** 28 })
}

/** The tags of a page in order. Code, and line ends within a text, are how a value may be shown. */
function tags(html: string): string[] {
  return (html.match(/<[^>]*>/g) ?? []).filter((tag) => !/^<(\/?code|br ?\/?)( .*)?>$/.test(tag))
}

/** What GitHub's filters look at: all text but code. */
function textOf(html: string): string {
  return html
    .replaceAll(/<code[^>]*>[\s\S]*?<\/code>/g, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
}

const LIVELY: Readonly<Record<string, RegExp>> = {
  'a mention': /@[a-z0-9]/i,
  'a reference to an issue': /#\d|\bgh-\d/i,
  'a commit': /\b[0-9a-f]{7,40}\b/i,
  'an address': /:\/\/|www\.|mailto:|xmpp:/i,
  'a formula': /\$/,
  'an advisory': /\b(?:ghsa|cve)-\w/i,
}

const known = new Map<string, string>()

/** The report with a value that is no trouble. */
async function plainly(name: string): Promise<string> {
  const html = known.get(name) ?? rendered((await REPORTS[name]?.('x')) ?? '')
  known.set(name, html)
  return html
}

async function expectHarmless(name: string, value: string): Promise<void> {
  const report = REPORTS[name]
  if (report === undefined) throw new Error(name)
  const html = rendered(await report(value))
  // Where nothing stands a paragraph is missing, which takes no harm.
  const plain = await plainly(name)
  if (value.trim() !== '') expect(tags(html)).toEqual(tags(plain))
  const own = textOf(plain)
  for (const [what, pattern] of Object.entries(LIVELY))
    if (!pattern.test(own)) expect([what, pattern.exec(textOf(html))]).toEqual([what, null])
}

test.each(Object.keys(REPORTS))('%s takes no markup from any value', async (name) => {
  for (const value of HOSTILE) await expectHarmless(name, value)
})

test('values are shown as they are', () => {
  const shown = (html: string) => textOf(html.replaceAll(/<\/?code>/g, '')).trim()
  const value = 'a|b \\| `c <d> *e* @f #1 &amp; g_h 100% [x](y) "https://z"'
  const report = REPORTS['the escapes themselves'] as (value: string) => string
  for (const part of report(value).split('\n\n').slice(0, 2)) expect(shown(rendered(part))).toBe(value)
})

test('property: nor from whatever is put together', async () => {
  const unit = fc.constantFrom(
    ...'`\\|*_<>[]()!#@$&~-+=:.\'"{} \n\t1a'.split(''),
    '```',
    '~~~',
    '<!--',
    '-->',
    '<b>',
    '</details>',
    'https://e.example',
    'www.e.example',
    '@octocat',
    '#1',
    'GH-1',
    '\n\n# h\n\n',
    '\n- i\n',
    '\n===\n',
    '\n|---|\n',
    '&lt;',
    '&#64;a',
    'deadbeef',
    '[a](b)',
    '![a](b)',
  )
  const values = fc.string({ unit, minLength: 1, maxLength: 14 }).filter((value) => value.trim() !== '')
  const property = fc.asyncProperty(fc.constantFrom(...Object.keys(REPORTS)), values, expectHarmless)
  await fc.assert(property, { numRuns: FULL ? 5_000 : 300 })
})

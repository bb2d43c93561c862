import fc from 'fast-check'
import { expect } from 'vitest'
import { HOSTILE } from './hostile.ts'

/** What others might say, made up by chance, and what must not come of it. */

export const SECRET = 'sk-live/Ab_Cd*|x"+&<q>9'
export const worst = { milliseconds: 0, of: '', bytes: 0, documents: 0 }

function milliseconds(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** One document: its time and memory are what a run's may be at most. Time of this thread on a core: what else the machine does is not ours. */
export async function measured<T>(what: string, work: () => T | Promise<T>): Promise<T> {
  const [from, before] = [milliseconds(), process.memoryUsage.rss()]
  const result = await work()
  const took = milliseconds() - from
  if (took > worst.milliseconds) Object.assign(worst, { milliseconds: took, of: what })
  worst.bytes = Math.max(worst.bytes, process.memoryUsage.rss() - before)
  worst.documents += 1
  return result
}

const pieces = fc.constantFrom(
  ...'`\\|*_<>[]()!#@$&~-+=:.\'"{} \n\r\t1a\u0000\u001b\u0085\u2028\u202e\ufeff\u200b'.split(''),
  ...[
    '::',
    '##[',
    '::stop-commands::',
    'error]',
    '```',
    '~~~',
    '<!--',
    '-->',
    '<b>',
    '</details>',
    '<details>',
  ],
  ...[
    'https://e.example',
    'www.e.example',
    '@octocat',
    '#1',
    'GH-1',
    '\n\n# h\n\n',
    '\n- i\n',
    '\n===\n',
    'é',
    '\ud83d',
    '👩‍💻',
  ],
)
/** Any character of Unicode. fast-check's own `binary` keeps a map of all 1.1 million, which takes a second to make. */
const character = fc
  .integer({ min: 0, max: 0x10_ffff })
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map(
    (code) => String.fromCodePoint(code),
    (text) => (text as string).codePointAt(0) ?? 0,
  )
export const junk = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: pieces, maxLength: 12 }) },
  { weight: 2, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 1, arbitrary: fc.string({ unit: character, maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc.tuple(pieces, fc.integer({ min: 1, max: 20_000 })).map(([one, count]) => one.repeat(count)),
  },
)

/** Ways in which a secret comes along in text of others; each can be applied to what another gave. */
const ENCODED: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => Buffer.from(text).toString('base64'),
  (text) => Buffer.from(text).toString('base64url'),
  (text) => Buffer.from(`user:${text}`).toString('base64'),
  (text) => Buffer.from(text).toString('hex'),
  encodeURIComponent,
  (text) => encodeURIComponent(encodeURIComponent(text)),
  (text) => Buffer.from(text).toString('hex').toUpperCase().replace(/../g, '%$&'),
  (text) => JSON.stringify(text).slice(1, -1),
  (text) => JSON.stringify(JSON.stringify(text)).slice(3, -3),
  (text) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
  (text) => text.replace(/[^a-z0-9]/gi, (one) => `&#${one.charCodeAt(0)};`),
  (text) => text.replace(/[^a-z0-9]/gi, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`),
  (text) => text.replace(/[^a-z0-9]/gi, '\\$&'),
]
export const planted = fc
  .tuple(junk, fc.constantFrom(...ENCODED), junk)
  .map(([before, encode, after]) => before + encode(SECRET) + after)

const FORMS = ENCODED.map((encode) => encode(SECRET))

/** The secret in none of the forms, nor with Markdown's own signs between its characters. */
export function expectNoSecret(output: string): void {
  for (const form of FORMS) if (output.includes(form)) expect(output).not.toContain(form)
  const bare = (text: string) =>
    text.replaceAll('&lt;', '<').replaceAll('&amp;', '&').replaceAll(/[\\`]/g, '')
  expect(bare(output)).not.toContain(bare(SECRET))
}

/** How a report is built: the begin of each line, without what stands in blocks of code. */
export function skeleton(markdown: string): string[] {
  const lines: string[] = []
  let fence: string | undefined
  for (const line of markdown.split('\n')) {
    const mark = /^`{3,}(?=[^`]*$)/.exec(line)?.[0]
    if (fence !== undefined) {
      if (line === fence) fence = undefined
    } else if (mark !== undefined) fence = mark
    else lines.push(/^(?:#+ |- |> |\| |<\/?\w+|\*\*|)/.exec(line)?.[0] ?? '')
  }
  return lines
}

type Path = readonly (string | number)[]

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))]
}

function replaced(value: unknown, [step, ...rest]: Path, by: unknown): unknown {
  if (step === undefined) return by
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value)
    ? [...value]
    : { ...(value as object) }
  Reflect.set(copy, step, replaced(Reflect.get(Object(value), step), rest, by))
  return copy
}

const odd = fc.oneof(
  { weight: 4, arbitrary: planted },
  { weight: 2, arbitrary: junk },
  {
    weight: 3,
    arbitrary: fc.constantFrom(null, true, 0, -1, 1e308, '', [], {}, [null], { '': null }, ['x'], { a: [1] }),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
)
export const mutations = fc.array(fc.tuple(fc.nat(1e6), odd), { minLength: 1, maxLength: 3 })

export function mutated(document: unknown, changes: readonly (readonly [number, unknown])[]): unknown {
  return changes.reduce<unknown>((all, [place, by]) => {
    const paths = pathsOf(all)
    return replaced(all, paths[place % paths.length] ?? [], by)
  }, document)
}

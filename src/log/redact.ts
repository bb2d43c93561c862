import { viewsOf } from './encoded-views.ts'

/** Takes secrets out of a text; everything a person or GitHub can read passes through one of these. */
export type Redactor = (text: string) => string

/** Values shorter than this are not masked: `dev` or `1234` would turn up inside ordinary words and make the text unreadable. */
export const SHORTEST_SECRET = 6

const MASK = '***'
/** The first and last line of a PEM key is public text that error messages quote. */
const PEM_ARMOUR = /^-----(BEGIN|END) [A-Z0-9 ]+-----$/

/**
 * Makes a function that replaces secrets by `***`.
 *
 * Found are the exact values and each line of a multi-line value, as they are and as base64 (at all three byte offsets, so a
 * password inside a Basic `user:password` is found too), base64url, hex, form-encoded and JSON-escaped text; also where the text is
 * escaped once or twice more, see `encoded-views.ts`. Not found are other encodings, a part of a secret, and one that is split over lines.
 * Values and lines shorter than {@link SHORTEST_SECRET} characters are ignored: masking those would mangle other text, so a
 * caller with such a short secret must refuse it instead. Overlapping secrets become one mask. Never throws.
 */
export function createRedactor(values: readonly string[]): Redactor {
  const forms = new Set<string>()
  for (const value of values)
    for (const part of partsOf(value)) for (const form of formsOf(part)) forms.add(form)
  const find = finderOf([...forms].filter((form) => form.length >= SHORTEST_SECRET))
  if (find === undefined) return (text) => text
  return (text) =>
    maskSpans(text, mergedSpans(viewsOf(text).flatMap((view) => find(view.text).map(view.place))))
}

/**
 * The same document with every text in it redacted, names of fields too: for what is escaped before it is printed, because a redactor
 * that comes later looks for a value that no longer appears in that form. Returns the same object when it has no secret.
 */
export function redacted<T>(document: T, redact: Redactor): T {
  const text = JSON.stringify(document) ?? ''
  if (redact(text) === text) return document
  const seen = new Map<object, unknown>()
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return redact(value)
    if (typeof value !== 'object' || value === null) return value
    // What two places share stays shared: a result is found by its change.
    const known = seen.get(value)
    if (known !== undefined) return known
    const copy = Array.isArray(value)
      ? value.map(walk)
      : Object.fromEntries(Object.entries(value).map(([key, inner]) => [redact(key), walk(inner)]))
    seen.set(value, copy)
    return copy
  }
  return walk(document) as T
}

/** The values worth masking in one secret: all of it, and each of its lines. Also what `::add-mask::` needs. */
export function partsOf(value: string): string[] {
  const trimmed = value.trim()
  const lines = trimmed
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => !PEM_ARMOUR.test(line))
  return [...new Set([trimmed, ...lines])].filter((part) => part.length >= SHORTEST_SECRET)
}

function formsOf(part: string): string[] {
  const urlEncoded = percentEncoded(part)
  const forms = [
    part,
    JSON.stringify(part).slice(1, -1),
    urlEncoded,
    urlEncoded.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()),
    urlEncoded.replaceAll('%20', '+'),
    Buffer.from(part).toString('hex'),
    Buffer.from(part).toString('hex').toUpperCase(),
  ]
  for (const encoded of base64Forms(part))
    forms.push(encoded, encoded.replaceAll('+', '-').replaceAll('/', '_'))
  return forms
}

function percentEncoded(part: string): string {
  // toWellFormed: encodeURIComponent throws on a lone surrogate, and a redactor must never be what fails.
  return encodeURIComponent(part.toWellFormed())
}

/**
 * The secret encoded alone in base64, and the characters of longer base64 text that depend only on the secret, for each
 * offset that it can have there. The characters at the seams mix bits of the neighbours and are left out.
 */
function base64Forms(part: string): string[] {
  const bytes = Buffer.from(part, 'utf8')
  const whole = bytes.toString('base64')
  const inside = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
    const start = Math.ceil((offset * 8) / 6)
    const end = Math.floor(((offset + bytes.length) * 8) / 6)
    return encoded.slice(start, end)
  })
  return [whole, whole.replace(/=+$/, ''), ...inside]
}

type Span = { readonly start: number; readonly end: number }

/** Finds the needles, the longest at each place; undefined without any. One pass over the text, however many there are. */
function finderOf(needles: readonly string[]): ((text: string) => Span[]) | undefined {
  if (needles.length === 0) return undefined
  const begins = new Map<number, string[]>()
  const begun = new Uint8Array(1 << 16)
  const at = (text: string, index: number) =>
    (text.charCodeAt(index) * 251 + text.charCodeAt(index + 1) * 31 + text.charCodeAt(index + 2)) & 0xffff
  for (const needle of needles.toSorted((a, b) => b.length - a.length)) {
    const key = at(needle, 0)
    begun[key] = 1
    begins.set(key, [...(begins.get(key) ?? []), needle])
  }
  return (text) => {
    const spans: Span[] = []
    for (let start = 0; start <= text.length - SHORTEST_SECRET; start += 1) {
      const key = at(text, start)
      if (begun[key] === 0) continue
      const found = begins.get(key)?.find((needle) => text.startsWith(needle, start))
      if (found !== undefined) spans.push({ start, end: start + found.length })
    }
    return spans
  }
}

function mergedSpans(spans: Span[]): Span[] {
  spans.sort((a, b) => a.start - b.start)
  const merged: Span[] = []
  for (const span of spans) {
    const last = merged.at(-1)
    if (last === undefined || span.start > last.end) merged.push(span)
    else merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, span.end) }
  }
  return merged
}

function maskSpans(text: string, spans: readonly Span[]): string {
  if (spans.length === 0) return text
  let masked = ''
  let from = 0
  for (const { start, end } of spans) {
    masked += text.slice(from, start) + MASK
    from = end
  }
  return masked + text.slice(from)
}

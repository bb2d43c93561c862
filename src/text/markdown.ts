import { visible } from './controls.ts'

/**
 * Text of others in Markdown that GitHub renders: what a value holds is read there, and does nothing. GitHub looks for mentions,
 * references and addresses in the rendered text, where no backslash is left (`\@` and `\#` stop nothing); code is what it leaves alone.
 */

/** What GitHub turns into a link, a mention, a reference, an emoji or a formula wherever it stands but in code. */
const LIVELY =
  /[@$]|#\d|:\/\/|www\.|(?:mailto|xmpp):|(?<![a-z0-9])(?:gh|ghsa|cve)-|(?<![a-z0-9])[0-9a-f]{7,40}(?![a-z0-9])|:[a-z_][\w+-]*:/i
const SYNTAX = /[\\`*[\]~&]|(?<![a-z0-9])_|_(?![a-z0-9])/gi
/** What may stand around a piece of code; none of it is Markdown's. */
const BEFORE = new Set('"\'({')
const AFTER = new Set('"\')},.;')

/**
 * A sentence with values in it, on one line: in a paragraph, a list, a heading or a cell. What GitHub would act on becomes code, and
 * what stands between two back-ticks is.
 */
export function prose(text: string): string {
  const line = visible(text).trim().replace(/\s+/g, ' ')
  const pieces = line.split(/`([^`]+)`/).map((piece, index) => (index % 2 === 1 ? code(piece) : words(piece)))
  // Two fences side by side would be one.
  return atStart(
    pieces.reduce((all, piece) => all + (all.endsWith('`') && piece.startsWith('`') ? ' ' : '') + piece),
  )
}

function words(text: string): string {
  if (!LIVELY.test(text)) return apart(text, plain)
  return text
    .split(' ')
    .map((word) => apart(word, (part) => (LIVELY.test(part) ? codeWithin(part) : plain(part))))
    .join(' ')
}

/** A name or a value, shown as it is and as code; nothing for nothing. For the same places as {@link prose}. */
export function code(value: string): string {
  return apart(visible(value).replace(/[\n\t]+/g, ' '), span)
}

/** Lines as they are, in a block of their own. */
export function block(text: string, language = 'text'): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1))
  return `${fence}${language}\n${visible(text)}\n${fence}`
}

/** A column of a table: its heading; `right` is that of a column of numbers. */
export type Column = string | { readonly right: string }

/** A table; headings and cells are Markdown on one line. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const heads = columns.map((column) => (typeof column === 'string' ? column : column.right))
  const rule = columns.map((column) => (typeof column === 'string' ? '---' : '---:'))
  return [heads, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`)
}

/** Lines that are folded under a summary, which is HTML. */
export function folded(summary: string, lines: readonly string[], { open = false } = {}): string[] {
  return [`<details${open ? ' open' : ''}><summary>${summary}</summary>`, '', ...lines, '', '</details>']
}

/** A pipe ends a table's cell in code, too: it stands between pieces of code, never in one. */
function apart(text: string, each: (part: string) => string): string {
  return text
    .split('|')
    .map((part) => (part === '' ? '' : each(part)))
    .join('\\|')
}

/** Without the quotation marks, brackets and full stops around it. */
function codeWithin(word: string): string {
  let start = 0
  let end = word.length
  while (start < end && BEFORE.has(word.charAt(start))) start += 1
  while (start < end && AFTER.has(word.charAt(end - 1))) end -= 1
  return `${word.slice(0, start)}${span(word.slice(start, end))}${word.slice(end)}`
}

function span(text: string): string {
  const fence = '`'.repeat(longestRun(text) + 1)
  // One space on each side is taken off again; without it the text's own would be, or its back-tick would lengthen the fence.
  const padding = /^`|`$|^ .* $/.test(text) ? ' ' : ''
  return `${fence}${padding}${text}${padding}${fence}`
}

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((most, { length }) => Math.max(most, length), 0)
}

function plain(text: string): string {
  // An entity: what looks for a tag and knows no Markdown sees none then.
  return text.replace(SYNTAX, '\\$&').replaceAll('<', '&lt;')
}

/** What would begin a list, a heading, a rule or the second line of a table or a heading. */
function atStart(text: string): string {
  return text.replace(/^[-+=#:>]/, '\\$&').replace(/^(\d+)([.)])(?= |$)/, '$1\\$2')
}

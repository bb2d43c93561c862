/** How a text is measured: GitHub limits comments by characters and summaries by bytes. */
export type Measure = (text: string) => number

export const characters: Measure = (text) => text.length
export const bytes: Measure = (text) => Buffer.byteLength(text, 'utf8')

/** Inline code may begin like this too; then its end is on the same line. */
const FENCE = /^\s*(`{3,}(?=[^`]*$)|~{3,})/

/**
 * Shortens Markdown to at most `limit` as `measure` counts it, at the end of a line, with `note` as the last paragraph.
 * A code block or `<details>` that the cut leaves open is closed, so that the note does not become part of it. A text within
 * the limit is returned as it is. Throws a RangeError when not even the note fits.
 */
export function truncateMarkdown(markdown: string, limit: number, measure: Measure, note: string): string {
  if (measure(markdown) <= limit) return markdown
  const closing = (kept: readonly string[]) => `${openedBy(kept)}\n${note}\n`
  if (measure(`\n\n${note}\n`) > limit)
    throw new RangeError(`a note of ${measure(note)} does not fit into ${limit}`)

  const lines = markdown.split('\n')
  let low = 0
  let high = lines.length
  // Lines are only ever added between low and high, so the length grows with them, but for the closing tags: the loop after
  // the search gives back the few lines that those need.
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (measure(lines.slice(0, middle).join('\n')) <= limit) low = middle
    else high = middle - 1
  }
  for (let count = low; count > 0; count -= 1) {
    const kept = lines.slice(0, count)
    const text = `${kept.join('\n')}\n${closing(kept)}`
    if (measure(text) <= limit) return text
  }
  return `${note}\n`
}

/** The lines that close what these lines leave open. */
function openedBy(lines: readonly string[]): string {
  let fence: string | undefined
  let details = 0
  for (const line of lines) {
    const marker = FENCE.exec(line)?.[1]
    if (fence !== undefined) {
      if (marker?.startsWith(fence) && line.trim() === marker) fence = undefined
    } else if (marker !== undefined) {
      fence = marker
    } else {
      // Ours are at the start of a line; elsewhere it is the text of a value.
      details += Number(/^<details\b/.test(line)) - Number(/^<\/details>/.test(line))
    }
  }
  return `${fence === undefined ? '' : `${fence}\n`}${'</details>\n'.repeat(Math.max(0, details))}`
}

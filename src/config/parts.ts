/** A text of YAML in parts that can be read one after another. */
export interface Parts {
  /** All but the items of the long lists, whose keys have no value in it. */
  readonly rest: string
  readonly lists: readonly LongList[]
  /** Where a character of `rest` stands in the whole text. */
  original(offset: number): number
}

export interface LongList {
  readonly key: string
  /** Where the key and the items stand in the whole text. */
  readonly at: number
  readonly begin: number
  readonly end: number
  /** Some items each, whole ones. */
  readonly pieces: readonly { readonly begin: number; readonly text: string }[]
}

/** Characters of a piece at least: a few milliseconds of work, and little enough that what the parser leaves behind dies young. */
const PIECE = 2000
/** What joins parts of a text to each other, or to another document: anchors, aliases, marks of documents, directives. */
const JOINED = /(?:^|[\s,[{])[&*][^\s,[\]{}]|^(?:---|\.\.\.|%)/m
const NEXT_KEY = /^[^ #\-\r\n]/gm
const FIRST_ITEM = /(?:[ ]*(?:#.*)?\r?\n)*([ ]*)-(?=\s)/y

/**
 * Cuts the lists under these keys of the file out of it, and into pieces; undefined for a text that can only be read whole. It looks
 * at lines alone. Whoever reads the parts has to see that each is whole YAML and that the keys are there: then the parts mean what
 * the whole does, for a line that begins as an item of such a list does cannot lie inside of another item that ends where it should.
 */
export function inParts(text: string, keys: readonly string[]): Parts | undefined {
  if (JOINED.test(text)) return undefined
  const lists: LongList[] = []
  for (const { 0: line, 1: key = '', index: at } of text.matchAll(
    new RegExp(`^(${keys.join('|')}):[ ]*(?:#.*)?\\r?\\n`, 'gm'),
  )) {
    const begin = at + line.length
    const end = indexFrom(NEXT_KEY, text, begin) ?? text.length
    FIRST_ITEM.lastIndex = begin
    const indent = FIRST_ITEM.exec(text)?.[1]
    if (indent !== undefined) lists.push({ key, at, begin, end, pieces: piecesOf(text, begin, end, indent) })
  }
  const rest = lists.reduceRight((left, { begin, end }) => left.slice(0, begin) + left.slice(end), text)
  return {
    rest,
    lists,
    original: (offset) => lists.reduce((at, { begin, end }) => (at < begin ? at : at + end - begin), offset),
  }
}

function piecesOf(text: string, begin: number, end: number, indent: string): LongList['pieces'] {
  const item = new RegExp(`^${indent}-(?=\\s)`, 'gm')
  const pieces = []
  for (let from = begin; from < end; ) {
    const to = Math.min(indexFrom(item, text, from + PIECE) ?? end, end)
    pieces.push({ begin: from, text: text.slice(from, to) })
    from = to
  }
  return pieces
}

function indexFrom(pattern: RegExp, text: string, from: number): number | undefined {
  pattern.lastIndex = from
  return pattern.exec(text)?.index
}

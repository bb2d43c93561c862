/** Where a node was written, in characters from the file's start. A parser's own tree is thirty times as large, and not kept. */
export interface Place {
  /** The key of a pair, the begin of a list's item. */
  readonly key: number | undefined
  readonly value: number | undefined
  /** By key or index; undefined for what is no collection. */
  readonly inside: ReadonlyMap<unknown, Place> | undefined
}

/** Where a character of a text stands in the file. */
export type Original = (offset: number) => number

interface Mapping {
  readonly column: number
  readonly value: Record<string, unknown>
  readonly inside: Map<string, Place>
}

/** Indent, the dash of an item, key, and a scalar on the same line: between quotes without any escape, or without a quote or space. */
const LINE =
  /( *)(- +)?([A-Za-z][\w.-]*):(?:( +)(?:"([^"\\\r\n]*)"|'([^'\r\n]*)'|((?:-?\d|[A-Za-z/])(?:[\w/.@+:-]*[\w/.@+-])?)))? *\r?(?:\n|$)/y
const NOTHING = / *(?:#.*)?\r?(?:\n|$)/y
/** What YAML 1.2 takes for no string, or what a reader might: few write it, and it is left to the library. */
const SPECIAL = /^(?:true|false|null|-.*|0[ox].*|\d+\.?\d*(?:e[-+]?\d+)?)$/i
const NUMBER = /^-?\d{1,15}(?:\.\d{1,15})?$/
const WORDS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
])

/**
 * Reads the items of a list that are mappings of words and numbers, of which thousands stand in a declaration of many budgets, some
 * thirty times as fast as the library; undefined for any other text, and then the library reads it. What both read, they read alike.
 */
export function readPlain(
  text: string,
  original: Original,
): { readonly value: readonly unknown[]; readonly inside: ReadonlyMap<number, Place> } | undefined {
  const items: unknown[] = []
  const places = new Map<number, Place>()
  let dashes: number | undefined
  let open: Mapping[] = []
  /** The key of the last line, when a mapping has to follow. */
  let bare: { readonly name: string; readonly key: number } | undefined
  for (let from = 0; from < text.length; ) {
    NOTHING.lastIndex = LINE.lastIndex = from
    if (NOTHING.test(text)) {
      from = NOTHING.lastIndex
      continue
    }
    const line = LINE.exec(text)
    if (line === null) return undefined
    const [, indent = '', dash, name = '', gap = '', double, single, word] = line
    const column = indent.length + (dash?.length ?? 0)
    const key = original(from + column)
    if (dash !== undefined) {
      dashes ??= indent.length
      if (bare !== undefined || indent.length !== dashes) return undefined
      const item: Mapping = { column, value: {}, inside: new Map() }
      places.set(items.length, { key, value: key, inside: item.inside })
      items.push(item.value)
      open = [item]
    } else if (bare !== undefined) {
      const outer = open.at(-1)
      if (outer === undefined || column <= outer.column) return undefined
      const inner: Mapping = { column, value: {}, inside: new Map() }
      outer.value[bare.name] = inner.value
      outer.inside.set(bare.name, { key: bare.key, value: key, inside: inner.inside })
      open.push(inner)
    } else while (open.length > 1 && column < (open.at(-1)?.column ?? 0)) open.pop()
    const mapping = open.at(-1)
    if (mapping?.column !== column || mapping.inside.has(name) || SPECIAL.test(name)) return undefined
    const scalar = double ?? single ?? (word === undefined ? undefined : scalarOf(word))
    if (word !== undefined && scalar === undefined) return undefined
    bare = scalar === undefined ? { name, key } : undefined
    if (scalar !== undefined) {
      mapping.value[name] = scalar
      const value = original(from + column + name.length + 1 + gap.length)
      mapping.inside.set(name, { key, value, inside: undefined })
    }
    from = LINE.lastIndex
  }
  return bare === undefined && items.length > 0 ? { value: items, inside: places } : undefined
}

function scalarOf(word: string): string | number | boolean | undefined {
  if (NUMBER.test(word)) return Number(word)
  return WORDS.get(word) ?? (SPECIAL.test(word) ? undefined : word)
}

import { type Document, isAlias, isCollection, isMap, isNode, isPair, isScalar, isSeq, visit } from 'yaml'

/** What a document would become is too much, or has no end. */
export interface Excess {
  /** In characters from the begin of the text that was read. */
  readonly offset: number
  readonly message: string
  readonly fix: string
}

/** Deeper than anything that LiteLLM reads; what walks the data later is recursive. */
const DEEPEST = 64
/** Values that stand in the text once and are repeated by aliases: as many as a declaration of some ten thousand models has. */
const MOST_REPEATED = 100_000

/** A file beyond that is no declaration: one of 10,000 models and 10,000 budgets has half of it. */
export const MOST_CHARACTERS = 4 * 1024 * 1024

/** Of one mapping. */
const MOST_KEYS = 5_000

const PLAIN_TAG = /^(?:tag:yaml\.org,2002:(?:str|int|float|bool|null|map|seq|merge)|!)$/

/** No message names an anchor: a password may begin as one does. */
const AS_TEXT =
  'if this is a password, write os.environ/NAME in its place; another text that begins so stands in quotes.'

interface Anchored {
  readonly node: unknown
  /** Undefined as long as it is not at its end: an alias inside leads back to it. */
  size: number | undefined
}

/** Keys that a mapping has before already. The library compares each with each, which takes minutes for some ten thousand. */
export function repeatedKeys(document: Document): number[] {
  const found: number[] = []
  visit(document, {
    Map: (_, { items }) => {
      const seen = new Set<string>()
      for (const { key } of items) {
        if (!isScalar(key)) continue
        // What is a number in YAML is the same text as a key of the data.
        const name = String(key.value)
        if (seen.has(name)) found.push(key.range?.[0] ?? 0)
        seen.add(name)
      }
    },
  })
  return found
}

/** Finds aliases that lead back to themselves, that repeat too much, or lead nowhere, and mappings within mappings without end. */
export function excessOf(document: Document): Excess | undefined {
  const anchors = new Map<string, Anchored>()
  let repeated = 0
  let excess: Excess | undefined
  const tell = (node: unknown, message: string, fix: string) => {
    excess ??= { offset: (isNode(node) && node.range?.[0]) || 0, message, fix }
    return 0
  }
  /** An alias of nothing is told when it is come to. */
  const mayMerge = (value: unknown): boolean => {
    const source = isAlias(value) ? anchors.get(value.source)?.node : value
    if (isSeq(source)) return source.items.every((item) => !isSeq(item) && mayMerge(item))
    return isMap(source) || (isAlias(value) && source === undefined)
  }
  /** How many values the node stands for. */
  const look = (node: unknown, depth: number): number => {
    if (excess !== undefined || !(isNode(node) || isPair(node))) return 0
    if (isPair(node)) {
      if (isScalar(node.key) && typeof node.key.value === 'symbol' && !mayMerge(node.value))
        return tell(
          node.key,
          '<< merges what is no mapping.',
          'name the anchor of a mapping, or a list of such.',
        )
      return look(node.key, depth) + look(node.value, depth)
    }
    if (depth > DEEPEST)
      return tell(node, `more than ${DEEPEST} lists and mappings stand in each other.`, 'nest less.')
    if (isAlias(node)) {
      const target = anchors.get(node.source)
      if (target === undefined)
        return tell(
          node,
          'a text with * before it is an alias, and no anchor of its name stands before it.',
          AS_TEXT,
        )
      if (target.size === undefined)
        return tell(node, 'this alias stands inside of what it repeats.', 'write the value itself.')
      repeated += target.size
      if (repeated > MOST_REPEATED)
        return tell(node, `aliases repeat more than ${MOST_REPEATED} values by here.`, 'repeat less.')
      return target.size
    }
    if (isMap(node) && node.items.length > MOST_KEYS)
      return tell(
        node.items[MOST_KEYS]?.key,
        `more than ${MOST_KEYS} keys stand in one mapping.`,
        'split it.',
      )
    // The others make objects of JavaScript's that nothing here looks into: bytes, sets, dates.
    if ((isScalar(node) || isCollection(node)) && node.tag !== undefined && !PLAIN_TAG.test(node.tag))
      return tell(
        node,
        'a tag stands before this value that no declaration needs.',
        'write the value without it; if this is a password, write os.environ/NAME.',
      )
    const own: Anchored = { node, size: undefined }
    if ((isScalar(node) || isCollection(node)) && node.anchor !== undefined) anchors.set(node.anchor, own)
    // The name of an anchor is read by nobody: a password that begins so would stand there unseen.
    if (isScalar(node) && node.anchor !== undefined && (node.value === null || node.value === ''))
      return tell(
        node,
        'a text with & before it is the name of an anchor, and no value stands behind it.',
        AS_TEXT,
      )
    let size = 1
    if (isCollection(node)) for (const item of node.items) size += look(item, depth + 1)
    own.size = size
    return size
  }
  look(document.contents, 0)
  return excess
}

/** So many brackets are open at once in no text that is meant: what the parser would make of it takes more memory than there may be. */
const HOPELESS = 1000

/** A text that is not even tried to be read. By brackets alone, those in quotes and comments too. */
export function hopeless(text: string): Excess | undefined {
  return openBrackets(text, HOPELESS) === undefined ? undefined : deepest(text)
}

/** Where lists and mappings are nested too deep, for a text that no parser comes to the end of: a guess. */
export function deepest(text: string): Excess {
  const offset = openBrackets(text, DEEPEST) ?? 0
  return {
    offset,
    message: `more than ${DEEPEST} lists and mappings stand in each other.`,
    fix: 'nest less.',
  }
}

function openBrackets(text: string, most: number): number | undefined {
  let depth = 0
  for (const { 0: mark, index } of text.matchAll(/[[{\]}]|(?:[-?] ){65}/g)) {
    depth = mark === ']' || mark === '}' ? Math.max(depth - 1, 0) : depth + 1
    if (depth > most || mark.length > 1) return index
  }
  return undefined
}

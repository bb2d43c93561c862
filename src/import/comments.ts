import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  Scalar,
} from 'yaml'

/** A text in comments, without the secrets in it. */
export type Scrub = (comment: string) => string

/** Styles of a text that mean the same whatever it looks like. */
const STYLES: readonly unknown[] = [Scalar.QUOTE_DOUBLE, Scalar.QUOTE_SINGLE, Scalar.BLOCK_LITERAL]

/**
 * Gives what is written its comments and its form, from where the same was written before. What is written is not changed by it: keys
 * that are merged there, and repeated by an alias, have no comment here.
 */
export function likeBefore(target: unknown, before: unknown, document: Document, scrub: Scrub): void {
  const source = isAlias(before) ? before.resolve(document) : before
  if (!isNode(target) || !isNode(source)) return
  withComments(target, source, scrub)
  if (isScalar(target)) sameStyle(target, source)
  else if (isSeq(target) && isSeq(source))
    for (const [index, item] of target.items.entries()) likeBefore(item, source.items[index], document, scrub)
  else if (isMap(target) && isMap(source))
    for (const pair of target.items) pairLike(pair, pairOf(source, keyOf(pair)), document, scrub)
  if (isCollection(target) && isCollection(source) && source.flow === true) target.flow = true
}

/** The same for one key of a mapping. */
export function pairLike(target: Pair, before: Pair | undefined, document: Document, scrub: Scrub): void {
  if (before === undefined) return
  if (isNode(target.key) && isNode(before.key)) withComments(target.key, before.key, scrub)
  likeBefore(target.value, before.value, document, scrub)
}

/** What is under a key of a mapping; the last, when it is there twice. */
export function pairOf(node: unknown, key: string): Pair | undefined {
  return isMap(node) ? node.items.findLast((pair) => isPair(pair) && keyOf(pair) === key) : undefined
}

function keyOf({ key }: Pair): string {
  return String(isScalar(key) ? key.value : key)
}

function withComments(target: Node, source: Node, scrub: Scrub): void {
  const { commentBefore, comment, spaceBefore } = source
  if (commentBefore) target.commentBefore = lines(scrub(commentBefore))
  if (comment) target.comment = lines(scrub(comment))
  if (spaceBefore) target.spaceBefore = true
}

function lines(comment: string): string {
  return comment.replaceAll('\r', '')
}

function sameStyle(target: Scalar, source: Node): void {
  if (!isScalar(source)) return
  if (typeof target.value === 'string') {
    if (target.value === source.value && STYLES.includes(source.type))
      target.type = source.type as Scalar.Type
  } else if (typeof target.value === 'number' && source.minFractionDigits !== undefined)
    target.minFractionDigits = source.minFractionDigits
}

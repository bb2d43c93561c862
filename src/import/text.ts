import { Document, isAlias, isMap, isScalar, isSeq, type Pair, parseDocument } from 'yaml'
import { readYaml } from '../config/yaml/read.ts'
import { LITELLM_SECTIONS, versionOf } from '../config/yaml/sections.ts'
import { WRITING } from '../config/yaml/write.ts'
import { likeBefore, pairLike, pairOf, type Scrub } from './comments.ts'
import type { LitellmFiles } from './includes.ts'

type Sections = Readonly<Record<string, unknown>>

/** Where the parts of a declaration were written before. */
export interface Written {
  readonly origins?: LitellmFiles['origins']
  readonly main?: LitellmFiles['main']
  /** The text of the gateway.yaml that is there. */
  readonly own?: string
}

const HEAD = ' Written by `litellm-gitops import`.'

/** With the comments of before where that changes nothing of what is written, or without. */
export function textOf(
  document: Sections,
  hints: Readonly<Record<string, string>>,
  written: Written,
  scrub: Scrub,
): string {
  const bare = documentOf(document, hints)
  const commented = documentOf(document, hints)
  withBefore(commented, written, scrub)
  const [text, safe] = [commented, bare].map((one) =>
    one.toString({ lineWidth: 0, flowCollectionPadding: false }).replace(/\n?$/, '\n'),
  )
  return text !== undefined && readsAlike(text, safe ?? '') ? text : (safe ?? '')
}

function readsAlike(text: string, other: string): boolean {
  try {
    const [one, two] = [text, other].map((given) => JSON.stringify(readYaml(given, versionOf).value))
    return one === two
  } catch {
    return false
  }
}

function documentOf(document: Sections, hints: Readonly<Record<string, string>>): Document {
  const yaml = new Document(document, { ...WRITING, aliasDuplicateObjects: false })
  yaml.commentBefore = HEAD
  for (const [name, hint] of Object.entries(hints)) {
    const key = pairOf(yaml.contents, name)?.key
    if (isScalar(key)) key.commentBefore = ` FILL IN: ${hint}`
  }
  return yaml
}

function withBefore(yaml: Document, { origins = new Map(), main, own }: Written, scrub: Scrub): void {
  if (!isMap(yaml.contents)) return
  const parsed = new Map<string, Document>()
  const read = (text: string) => {
    const known =
      parsed.get(text) ?? parseDocument(text, { logLevel: 'silent', uniqueKeys: false, strict: false })
    parsed.set(text, known)
    return known
  }
  const head = own === undefined ? undefined : read(own)
  if (head !== undefined) yaml.commentBefore = scrub(aboveOf(head)) || null
  let isFirst = true
  for (const pair of yaml.contents.items) {
    const name = String(isScalar(pair.key) ? pair.key.value : pair.key)
    if (LITELLM_SECTIONS.includes(name)) {
      sectionLike(
        pair,
        name,
        (origins.get(name) ?? []).map(({ text }) => read(text)),
        scrub,
      )
      const about = isFirst && main !== undefined ? aboveOf(read(main.text)) : ''
      if (about !== '' && isScalar(pair.key))
        pair.key.commentBefore = joined(scrub(about), pair.key.commentBefore)
      if (isFirst && isScalar(pair.key)) pair.key.spaceBefore = true
      isFirst = false
    } else if (head !== undefined) pairLike(pair, pairOf(head.contents, name), head, scrub)
  }
  const last = main === undefined ? undefined : read(main.text)
  const below = joined(last?.contents?.comment, last?.comment)
  if (below !== '') yaml.comment = scrub(below)
}

/** What a file begins with. */
function aboveOf({ commentBefore, contents }: Document): string {
  return joined(commentBefore, contents?.commentBefore)
}

function joined(...comments: (string | null | undefined)[]): string {
  return comments.filter(Boolean).join('\n').replaceAll('\r', '')
}

/** A section of one file; or a list, to which each file adds its items. */
function sectionLike(pair: Pair, name: string, files: readonly Document[], scrub: Scrub): void {
  const [first, ...others] = files
  if (first === undefined) return
  pairLike(pair, pairOf(first.contents, name), first, scrub)
  let from = itemsOf(pairOf(first.contents, name)?.value, first).length
  for (const file of others) {
    const items = itemsOf(pairOf(file.contents, name)?.value, file)
    for (const [index, item] of items.entries())
      likeBefore(itemsOf(pair.value, file)[from + index], item, file, scrub)
    from += items.length
  }
}

function itemsOf(node: unknown, document: Document): readonly unknown[] {
  const found = isAlias(node) ? node.resolve(document) : node
  return isSeq(found) ? found.items : []
}

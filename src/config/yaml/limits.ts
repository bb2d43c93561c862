import { EVENT_ID, type Event, SCALAR_STYLE, type ScalarEvent } from 'js-yaml'
import { type Fault, offsetOf } from './fault.ts'

/** Deeper than anything that LiteLLM reads; what walks the data later is recursive. */
export const DEEPEST = 64
/** Values that are written once and repeated by aliases: as many as a declaration of some ten thousand models has. */
const MOST_REPEATED = 100_000

/** A file beyond that is no declaration: one of 10,000 models and 10,000 budgets has half of it. */
export const MOST_CHARACTERS = 4 * 1024 * 1024

/** Of one mapping. */
const MOST_KEYS = 5_000

/** The others make objects of JavaScript's that nothing here looks into: bytes, sets, dates. */
const PLAIN_TAG =
  /^(?:!!(?:str|int|float|bool|null|map|seq|merge)|!<tag:yaml\.org,2002:(?:str|int|float|bool|null|map|seq|merge)>|!)$/

/** No message names an anchor: a password may begin as one does. */
const AS_TEXT =
  'if this is a password, write os.environ/NAME in its place; put any other text that begins like this in quotes.'

/** What an alias can repeat. */
interface Anchored {
  readonly isScalar: boolean
  readonly isMapping: boolean
  /** A mapping or a list of mappings: `<<` can merge it. */
  mergeable: boolean
  /** How many values it stands for so far. */
  size: number
  /** Not yet at its end: an alias inside would lead back to it. */
  isOpen: boolean
}

interface Collection extends Anchored {
  /** Of a mapping keys and values, in turn. */
  items: number
  /** What comes next is merged: the value of `<<`, or each item of a list that is one. */
  merges: boolean
}

type Node = Exclude<Event, { type: typeof EVENT_ID.DOCUMENT | typeof EVENT_ID.POP }>
type Wrong = Omit<Fault, 'offset'>

const MERGE = '<<'
const SCALAR: Anchored = { isScalar: true, isMapping: false, mergeable: false, size: 1, isOpen: false }

/**
 * Finds what makes a text more than it seems, or endless, before anything is made of it: aliases that lead back to themselves, repeat
 * too much or lead nowhere, tags, nesting, thousands of keys. The first of them.
 */
export function excessOf(events: readonly Event[], text: string): Fault | undefined {
  const anchors = new Map<string, Anchored>()
  const open: Collection[] = []
  let repeated = 0
  for (const event of events) {
    if (event.type === EVENT_ID.DOCUMENT) continue
    if (event.type === EVENT_ID.POP) {
      close(open)
      continue
    }
    const name = event.anchorStart < 0 ? undefined : text.slice(event.anchorStart, event.anchorEnd)
    const target = event.type === EVENT_ID.ALIAS ? anchors.get(name ?? '') : SCALAR
    if (event.type === EVENT_ID.ALIAS) repeated += target?.size ?? 0
    const wrong =
      open.length > DEEPEST
        ? TOO_DEEP
        : (aliasFault(event, target, repeated) ??
          nodeFault(event, text) ??
          keyFault(event, target, open.at(-1), text))
    if (wrong !== undefined) return { offset: placeOf(event, events, text), ...wrong }
    const own = add(event, target ?? SCALAR, open, text)
    if (name !== undefined && event.type !== EVENT_ID.ALIAS) anchors.set(name, own)
  }
  return undefined
}

/** Of what was left out the place before it. */
function placeOf(event: Node, events: readonly Event[], text: string): number {
  const until = events.slice(0, events.indexOf(event) + 1)
  return until.reduceRight<number | undefined>((found, one) => found ?? offsetOf(one, text), undefined) ?? 0
}

function close(open: Collection[]): void {
  const ended = open.pop()
  const parent = open.at(-1)
  if (ended !== undefined) ended.isOpen = false
  if (ended !== undefined && parent !== undefined) parent.size += ended.size
}

/** Counts a node in the collection that it is in; opens it when it is one itself. */
function add(event: Node, target: Anchored, open: Collection[], text: string): Anchored {
  const parent = open.at(-1)
  const isMapping = event.type === EVENT_ID.MAPPING || target.isMapping
  const isMerged = parent?.merges === true
  if (parent !== undefined) {
    parent.items += 1
    if (parent.isMapping) parent.merges = parent.items % 2 === 1 && isMergeKey(event, text)
    else parent.mergeable &&= isMapping
  }
  if (event.type !== EVENT_ID.MAPPING && event.type !== EVENT_ID.SEQUENCE) {
    if (parent !== undefined) parent.size += target.size
    return target
  }
  const merges = isMerged && !isMapping
  const collection = { isScalar: false, isMapping, mergeable: true, size: 1, isOpen: true, items: 0, merges }
  open.push(collection)
  return collection
}

function isMergeKey(event: Node, text: string): boolean {
  if (event.type !== EVENT_ID.SCALAR) return false
  if (event.tagStart >= 0) return /:merge>$|^!!merge$/.test(text.slice(event.tagStart, event.tagEnd))
  const { style, valueStart, valueEnd } = event
  return (
    style === SCALAR_STYLE.PLAIN &&
    valueEnd - valueStart === MERGE.length &&
    text.startsWith(MERGE, valueStart)
  )
}

export const TOO_DEEP: Wrong = {
  message: `more than ${DEEPEST} lists and mappings are nested in each other`,
  fix: 'nest less.',
}

function aliasFault(event: Node, target: Anchored | undefined, repeated: number): Wrong | undefined {
  if (target === undefined)
    return {
      message: 'a text with * before it is an alias, and no anchor of its name comes before it',
      fix: AS_TEXT,
    }
  if (event.type !== EVENT_ID.ALIAS) return undefined
  if (target.isOpen)
    return { message: 'this alias is inside of what it repeats', fix: 'write the value itself.' }
  return repeated > MOST_REPEATED
    ? { message: `aliases repeat more than ${MOST_REPEATED} values by here`, fix: 'repeat less.' }
    : undefined
}

function nodeFault(event: Node, text: string): Wrong | undefined {
  if (event.type === EVENT_ID.ALIAS) return undefined
  if (event.tagStart >= 0 && !PLAIN_TAG.test(text.slice(event.tagStart, event.tagEnd)))
    return {
      message: 'a tag is before this value that no declaration needs',
      fix: 'write the value without it; if this is a password, write os.environ/NAME in its place.',
    }
  // Nothing reads the name of an anchor: a password that begins with & would be in the file unseen.
  return event.type === EVENT_ID.SCALAR && event.anchorStart >= 0 && isEmpty(event, text)
    ? { message: 'a text with & before it is the name of an anchor, and no value follows it', fix: AS_TEXT }
    : undefined
}

function isCollection(event: Node, target: Anchored | undefined): boolean {
  if (event.type === EVENT_ID.ALIAS) return target !== undefined && !target.isScalar
  return event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE
}

function isEmpty({ style, valueStart, valueEnd }: ScalarEvent, text: string): boolean {
  if (valueStart < 0 || valueStart === valueEnd) return true
  // The longest word for nothing has four letters.
  if (style !== SCALAR_STYLE.PLAIN || valueEnd - valueStart > 4) return false
  return /^(?:~|null|Null|NULL)$/.test(text.slice(valueStart, valueEnd))
}

function keyFault(
  event: Node,
  target: Anchored | undefined,
  parent: Collection | undefined,
  text: string,
): Wrong | undefined {
  if (parent === undefined) return undefined
  if (parent.merges) {
    const isMerged = parent.isMapping
      ? event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE || target?.mergeable === true
      : event.type === EVENT_ID.MAPPING || target?.isMapping === true
    if (!isMerged)
      return {
        message: '<< merges what is not a mapping',
        fix: 'name the anchor of a mapping, or a list of such.',
      }
  }
  if (parent.isMapping && parent.items % 2 === 0 && isCollection(event, target))
    return {
      message: 'a list or mapping is used as a key',
      fix: 'write a text as the key; put a text that begins with a bracket or brace in quotes.',
    }
  if (parent.isMapping && parent.items % 2 === 0 && event.type === EVENT_ID.SCALAR && isEmpty(event, text))
    return { message: 'a value has no key', fix: 'write the key before the colon.' }
  return parent.isMapping && parent.items === 2 * MOST_KEYS
    ? { message: `more than ${MOST_KEYS} keys are in one mapping`, fix: 'split it.' }
    : undefined
}

import {
  constructFromEvents,
  EVENT_ID,
  type Event,
  getScalarValue,
  parseEvents,
  YAMLException,
} from 'js-yaml'
import { type Fault, offsetOf } from './fault.ts'
import { DEEPEST, excessOf } from './limits.ts'
import { Places } from './places.ts'
import { Ambiguous, schema, type Version } from './scalars.ts'
import { inWords } from './words.ts'

/** A text of YAML as data. */
export interface Content {
  readonly value: unknown
  /** What is wrong and hides nothing else: keys that are given twice. */
  readonly faults: readonly Fault[]
  /** Values of YAML 1.1 that mean something else in YAML 1.2. */
  readonly ambiguous: readonly AmbiguousValue[]
  /** Where a value was written, in characters from the start of the text. */
  offsetOf(path: readonly (string | number)[], part: 'key' | 'value'): number
}

export interface AmbiguousValue {
  readonly path: readonly (string | number)[]
  readonly scalar: Ambiguous
}

/** A text that cannot be read. */
export class YamlError extends Error {
  override name = 'YamlError'
  readonly fault: Fault

  constructor(fault: Fault) {
    super(fault.message)
    this.fault = fault
  }
}

/**
 * Reads a text of YAML.
 * @param versionOf the version of YAML that holds under a key of the file
 * @throws YamlError
 */
export function readYaml(written: string, versionOf: (key: string) => Version): Content {
  const { text, events } = parsed(written)
  const second = events.findIndex(({ type }, index) => index > 0 && type === EVENT_ID.DOCUMENT)
  if (second > 0) throw new YamlError({ offset: startOfDocument(events, second, text), ...SECOND })
  const excess = excessOf(events, text)
  if (excess !== undefined) throw new YamlError(excess)
  const found: Ambiguous[] = []
  const { value: read, faults } = constructed(events, text, found, versionOf)
  const ambiguous: AmbiguousValue[] = []
  const value = found.length === 0 ? read : decided(read, versionOf, ambiguous)
  let places: Places | undefined
  return {
    value,
    faults,
    ambiguous,
    offsetOf(path, part) {
      places ??= new Places(events, text)
      return places.offsetOf(path, part)
    },
  }
}

const SECOND = {
  message: 'a second document begins here',
  fix: 'keep one document; put parts of a declaration into files named under `include`.',
}

/** The library counts more than lists and mappings, and stops where its own calls would be too many. */
const MOST_CALLS = 3 * DEEPEST

/** The events of a text, and the text that they are of: no place in it is moved. */
interface Parsed {
  readonly text: string
  readonly events: Event[]
}

/** @throws YamlError */
function parsed(written: string): Parsed {
  let text = written
  for (let left = MOST_ENDS; ; left -= 1) {
    try {
      return { text, events: parseEvents(text, { maxDepth: MOST_CALLS }) }
    } catch (error) {
      if (!(error instanceof YAMLException)) throw error
      const joined = left === 0 ? undefined : withEndJoined(text, error)
      if (joined === undefined) throw new YamlError(faultOf(error))
      text = joined
    }
  }
}

/** Each is a reading of the whole text. */
const MOST_ENDS = 100

/** PyYAML takes a `}` or `]` at any indentation; here it is put on the line of what it ends. */
function withEndJoined(text: string, { reason, mark }: YAMLException): string | undefined {
  const at = mark?.position
  if (at === undefined || reason !== 'deficient indentation' || !/[}\]]/.test(text.charAt(at)))
    return undefined
  const before = text.slice(0, at).trimEnd()
  // A comment would take the end with it.
  if (before.slice(before.lastIndexOf('\n') + 1).includes('#')) return undefined
  return before + ' '.repeat(at - before.length) + text.slice(at)
}

function faultOf({ reason, mark }: YAMLException): Fault {
  return inWords(reason, mark?.position ?? 0)
}

function startOfDocument(events: readonly Event[], index: number, text: string): number {
  const before = events.slice(0, index).findLast((event) => event.type !== EVENT_ID.POP)
  const from = (before && offsetOf(before, text)) ?? 0
  const mark = /^---/gm
  mark.lastIndex = from
  return mark.exec(text)?.index ?? from
}

function constructed(
  events: Event[],
  source: string,
  found: Ambiguous[],
  versionOf: (key: string) => Version,
): { readonly value: unknown; readonly faults: readonly Fault[] } {
  // What aliases repeat was counted before: the library's own limits count something else.
  const options = { source, maxTotalMergeKeys: -1, maxAliases: -1 }
  try {
    return { value: constructFromEvents(events, { ...options, schema: schema(found) })[0], faults: [] }
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error
    const faults = repeatedKeys(events, source, versionOf)
    if (faults.length === 0) throw new YamlError(faultOf(error))
    found.length = 0
    try {
      const [value] = constructFromEvents(events, { ...options, schema: schema(found), json: true })
      return { value, faults }
    } catch (other) {
      if (other instanceof YAMLException) throw new YamlError(faultOf(other))
      throw other
    }
  }
}

/** Keys that a mapping has already. Of what is LiteLLM's its reader takes the last one. */
function repeatedKeys(events: readonly Event[], text: string, versionOf: (key: string) => Version): Fault[] {
  const open: ({ readonly keys: Set<string>; isKey: boolean } | undefined)[] = []
  let top = ''
  return events.flatMap((event): Fault[] => {
    if (event.type === EVENT_ID.POP) {
      open.pop()
      return []
    }
    const mapping = open.at(-1)
    const isKey = mapping?.isKey === true
    if (mapping !== undefined) mapping.isKey = !isKey
    if (event.type === EVENT_ID.MAPPING) open.push({ keys: new Set(), isKey: true })
    else if (event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.DOCUMENT) open.push(undefined)
    if (!isKey || mapping === undefined || event.type !== EVENT_ID.SCALAR) return []
    const name = getScalarValue(text, event)
    if (open.length === TOP) top = name
    if (!mapping.keys.has(name)) {
      mapping.keys.add(name)
      return []
    }
    return [{ offset: offsetOf(event, text) ?? 0, ...repeated(name, versionOf(top) === '1.1') }]
  })
}

/** How many are open in the mapping that is the file: it and the document. */
const TOP = 2
const PLAIN_NAME = /^[A-Za-z_][\w.-]{0,60}$/

function repeated(name: string, isLitellms: boolean): Omit<Fault, 'offset'> {
  const fix = 'keep one of the two.'
  if (!isLitellms) return { message: 'this key is given twice', fix }
  const key = PLAIN_NAME.test(name) ? `the key "${name}"` : 'this key'
  return { message: `${key} is given twice, and LiteLLM takes the last one`, fix, isTaken: true }
}

/** The values with one reading for each ambiguous one; lists and mappings that have none stay the same. */
function decided(root: unknown, versionOf: (key: string) => Version, ambiguous: AmbiguousValue[]): unknown {
  const path: (string | number)[] = []
  let version: Version = '1.2'
  const decide = (node: unknown): unknown => {
    if (node instanceof Ambiguous) {
      if (version === '1.1') ambiguous.push({ path: [...path], scalar: node })
      return node.readings[version]
    }
    if (typeof node !== 'object' || node === null) return node
    // An alias may repeat the same list under a key of the other version.
    let copy: unknown[] | Record<string, unknown> | undefined
    for (const [key, item] of Object.entries(node)) {
      if (path.length === 0) version = versionOf(key)
      path.push(Array.isArray(node) ? Number(key) : key)
      const value = decide(item)
      path.pop()
      if (Object.is(value, item)) continue
      copy ??= Array.isArray(node) ? [...node] : Object.fromEntries(Object.entries(node))
      Object.defineProperty(copy, key, { value, enumerable: true, configurable: true, writable: true })
    }
    return copy ?? node
  }
  return decide(root)
}

import { EVENT_ID, type Event, getScalarValue } from 'js-yaml'
import { offsetOf } from './fault.ts'

/** A key or index, and what is there, by the index of its event. */
interface Entry {
  /** Of a list's item undefined. */
  readonly key: number | undefined
  readonly value: number
}

/** Finds where values were written. Made when the first place is asked for. */
export class Places {
  readonly #events: readonly Event[]
  readonly #text: string
  /** By event: the index of the event after the whole node. */
  readonly #after: Int32Array
  readonly #entries = new Map<number, ReadonlyMap<string | number, Entry>>()

  constructor(events: readonly Event[], text: string) {
    this.#events = events
    this.#text = text
    this.#after = afterEach(events)
  }

  /**
   * Where the value at a path was written, in characters from the start of the text. Of a collection it is the place of its key, where
   * a reader looks; of what was not written, that of the nearest parent.
   */
  offsetOf(path: readonly (string | number)[], part: 'key' | 'value'): number {
    let node = 1
    let offset = 0
    for (const step of path) {
      const found = this.#entriesOf(node)?.get(step)
      if (found === undefined) break
      const written = this.#offsetAt(found.value)
      offset = (found.key === undefined ? written : this.#offsetAt(found.key)) ?? offset
      if (part === 'value' && !this.#isCollection(found.value)) offset = written ?? offset
      node = found.value
    }
    return offset
  }

  #offsetAt(index: number): number | undefined {
    const event = this.#events[index]
    return event === undefined ? undefined : offsetOf(event, this.#text)
  }

  #isCollection(index: number): boolean {
    const type = this.#events[index]?.type
    return type === EVENT_ID.MAPPING || type === EVENT_ID.SEQUENCE
  }

  #entriesOf(node: number): ReadonlyMap<string | number, Entry> | undefined {
    if (!this.#isCollection(node)) return undefined
    let found = this.#entries.get(node)
    if (found === undefined) {
      const isMapping = this.#events[node]?.type === EVENT_ID.MAPPING
      found = new Map<string | number, Entry>(isMapping ? this.#pairs(node) : this.#items(node))
      this.#entries.set(node, found)
    }
    return found
  }

  *#pairs(node: number): Generator<[string, Entry]> {
    for (let key = node + 1; this.#isOpen(key); ) {
      const value = this.#after[key] ?? key + 1
      const event = this.#events[key]
      if (event?.type === EVENT_ID.SCALAR) yield [getScalarValue(this.#text, event), { key, value }]
      key = this.#after[value] ?? value + 1
    }
  }

  *#items(node: number): Generator<[number, Entry]> {
    let index = 0
    for (let value = node + 1; this.#isOpen(value); value = this.#after[value] ?? value + 1) {
      yield [index, { key: undefined, value }]
      index += 1
    }
  }

  #isOpen(index: number): boolean {
    const event = this.#events[index]
    return event !== undefined && event.type !== EVENT_ID.POP
  }
}

function afterEach(events: readonly Event[]): Int32Array {
  const after = new Int32Array(events.length)
  const open: number[] = []
  for (let index = 0; index < events.length; index += 1) {
    const type = events[index]?.type
    if (type === EVENT_ID.POP) after[open.pop() ?? index] = index + 1
    else if (type === EVENT_ID.SCALAR || type === EVENT_ID.ALIAS) after[index] = index + 1
    else open.push(index)
  }
  return after
}

import { EVENT_ID, type Event, SCALAR_STYLE } from 'js-yaml'

/** What is wrong with a text of YAML. No message quotes the text: a secret may be in it. */
export interface Fault {
  /** In characters from the start of the text. */
  readonly offset: number
  readonly message: string
  readonly fix: string
  /** LiteLLM reads the file all the same. */
  readonly isTaken?: true
}

const QUOTED: readonly number[] = [SCALAR_STYLE.SINGLE_QUOTED, SCALAR_STYLE.DOUBLE_QUOTED]
const BLOCK: readonly number[] = [SCALAR_STYLE.LITERAL_BLOCK, SCALAR_STYLE.FOLDED_BLOCK]
const BLOCK_HEADER = /[|>][-+\d]*[ \t]*(?:#.*)?\r?\n$/

/** Where a node starts, in characters from the start of the text; undefined for a value that was left out. */
export function offsetOf(event: Event, text: string): number | undefined {
  switch (event.type) {
    case EVENT_ID.SEQUENCE:
    case EVENT_ID.MAPPING:
      return event.start
    case EVENT_ID.ALIAS:
      return event.anchorStart - 1
    case EVENT_ID.SCALAR: {
      if (event.valueStart < 0) return [event.tagStart, event.anchorStart - 1].find((offset) => offset >= 0)
      if (QUOTED.includes(event.style)) return event.valueStart - 1
      if (!BLOCK.includes(event.style)) return event.valueStart
      const line = text.lastIndexOf('\n', event.valueStart - 2) + 1
      const header = BLOCK_HEADER.exec(text.slice(line, event.valueStart))
      return header === null ? event.valueStart : line + header.index
    }
    default:
      return undefined
  }
}

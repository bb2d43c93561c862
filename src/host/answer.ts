import { isErrorCode } from '../contract/errors.ts'
import { type HostEvent, hostError, hostEvent, type OnEvent } from '../contract/wire.ts'
import { shortened } from '../text/controls.ts'
import { HostError, HostProgramError } from './errors.ts'

/** More than any answer of ours; an endless line must not use up all memory. */
const LONGEST_LINE = 32 * 1024 * 1024
/** Enough of a foreign line to recognize its origin. */
const MOST_NOISE = 5
const NOISE_SHOWN = 200

export interface AnswerOptions {
  /** Who answers, for people. */
  readonly where: string
  /** Called with lines that no program of ours wrote. */
  readonly note: (text: string) => void
  /** In characters; a test has less patience. */
  readonly longestLine?: number
}

/**
 * Puts the lines of a program together: events go out as they come, the last document is the answer. Lines that are no document, such
 * as what a `.bashrc` or a message of the day prints, are passed over with a note.
 */
export class Answer {
  onEvent: OnEvent | undefined
  /** The first lines that were no document, cut. */
  readonly noise: string[] = []
  private readonly options: AnswerOptions
  /** Of the line that has not ended; a long answer comes in many chunks. */
  private begun: string[] = []
  private length = 0
  private ended: { readonly result: unknown } | { readonly error: HostProgramError } | undefined

  constructor(options: AnswerOptions) {
    this.options = options
  }

  /** @throws HostError for a line that is longer than any answer */
  add(chunk: string): void {
    const parts = chunk.split('\n')
    const rest = parts.pop() ?? ''
    for (const part of parts) {
      this.grow(part)
      const line = this.begun.join('')
      this.begun = []
      this.length = 0
      this.take(line)
    }
    this.grow(rest)
  }

  end(none: () => Error): unknown {
    if (this.ended === undefined) throw none()
    if ('error' in this.ended) throw this.ended.error
    return this.ended.result
  }

  private grow(part: string): void {
    if (part === '') return
    this.length += part.length
    const { where, longestLine = LONGEST_LINE } = this.options
    if (this.length > longestLine) {
      this.begun = []
      throw new HostError(
        `${where} answers with a line of more than ${longestLine} characters, which is not from our programs. Check what it prints at login: ssh ${where} true.`,
      )
    }
    this.begun.push(part)
  }

  private take(line: string): void {
    const document = documentOf(line)
    if (document === undefined) this.passOver(line)
    else if ('event' in document) this.onEvent?.(document.event)
    else this.ended = document
  }

  private passOver(line: string): void {
    if (line.trim() === '' || this.noise.length === MOST_NOISE) return
    const shown = shortened(line, NOISE_SHOWN)
    this.noise.push(shown)
    this.options.note(`${this.options.where} printed a line that is not an answer: ${shown}`)
  }
}

type Document =
  | { readonly event: HostEvent }
  | { readonly result: unknown }
  | { readonly error: HostProgramError }

/** An event, a result or an error of our programs; undefined for any other line. */
function documentOf(line: string): Document | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const event = hostEvent.safeParse(value)
  if (event.success) return { event: event.data }
  const error = hostError.safeParse('error' in value ? value.error : undefined)
  if (error.success) {
    const { code, message, log, data } = error.data
    return { error: new HostProgramError(isErrorCode(code) ? code : 'unknown', message, log, data) }
  }
  return 'result' in value ? { result: value.result } : undefined
}

/**
 * How a workflow's runner finds commands in what a step prints, after actions/runner (ActionCommand.cs, ActionCommandManager.cs,
 * OutputManager.cs, ProcessInvoker.cs): lines as .NET's StreamReader cuts them, white space as its Char.IsWhiteSpace has it.
 */

/** Those that the runner knows of; `internal-set-repo-path` is its own alone. */
const REGISTERED = [
  'stop-commands',
  'set-env',
  'set-output',
  'save-state',
  'add-mask',
  'add-path',
  'add-matcher',
  'remove-matcher',
  'debug',
  'warning',
  'error',
  'notice',
  'group',
  'endgroup',
  'echo',
]

const WHITE_SPACE = /^(?:\p{Z}|(?=[\t-\r\x85])\p{Cc})*/u

/** Text is compared by the rules of the machine's language, in which some characters do not count; without ICU every one does. */
export type Comparing = 'ordinal' | 'linguistic'

export interface Obeyed {
  readonly name: string
  readonly data: string
}

/** The commands that the runner obeys in an output, in order. After `stop-commands` it obeys none until its token comes. */
export function obeyed(output: string, comparing: Comparing = 'ordinal'): Obeyed[] {
  const found: Obeyed[] = []
  const registered = new Set(REGISTERED)
  let token: string | undefined
  for (const line of linesOf(output)) {
    if (!line.includes('::') && !line.includes('##[') && comparing === 'ordinal') continue
    const command = parseV2(line, registered, comparing) ?? parseV1(line, registered, comparing)
    if (command === undefined) continue
    const name = command.name.toLowerCase()
    if (token !== undefined) {
      if (name !== token.toLowerCase()) continue
      registered.delete(token)
      token = undefined
    } else if (name === 'stop-commands') {
      token = command.data
      registered.add(token)
    }
    found.push(command)
  }
  return found
}

/** What the runner prints as it is: each line that is no command. */
export function printedLines(output: string): string[] {
  return linesOf(output).filter((line) => obeyed(line).length === 0)
}

function linesOf(output: string): string[] {
  return output.split(/\r\n|\n|\r/)
}

function parseV2(line: string, registered: ReadonlySet<string>, comparing: Comparing): Obeyed | undefined {
  const message = line.replace(WHITE_SPACE, '')
  if (indexOf(message, '::', 0, comparing, true) !== 0) return undefined
  const end = indexOf(message, '::', 2, comparing)
  if (end < 0) return undefined
  const name = message.slice(2, end).split(' ', 1)[0] ?? ''
  return has(registered, name) ? { name, data: message.slice(end + 2) } : undefined
}

function parseV1(line: string, registered: ReadonlySet<string>, comparing: Comparing): Obeyed | undefined {
  const start = indexOf(line, '##[', 0, comparing)
  if (start < 0) return undefined
  const end = line.indexOf(']', start)
  if (end < 0) return undefined
  const name = line.slice(start + 3, end).split(' ', 1)[0] ?? ''
  return has(registered, name) ? { name, data: line.slice(end + 1) } : undefined
}

function has(registered: ReadonlySet<string>, name: string): boolean {
  return [...registered].some((one) => one.toLowerCase() === name.toLowerCase())
}

/** Controls that are no white space, formats, and marks that stand for nothing. */
const IGNORED =
  /(?![\t-\r\x85])\p{Cc}|[\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\p{Cf}\p{Variation_Selector}]/u

function indexOf(text: string, wanted: string, from: number, comparing: Comparing, atStart = false): number {
  if (comparing === 'ordinal')
    return atStart ? (text.startsWith(wanted) ? 0 : -1) : text.indexOf(wanted, from)
  for (let start = from; start < text.length; start += 1) {
    if (matches(text, wanted, start)) return start
    if (atStart) return -1
  }
  return -1
}

function matches(text: string, wanted: string, start: number): boolean {
  let met = 0
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === wanted[met]) {
      met += 1
      if (met === wanted.length) return true
    } else if (!IGNORED.test(text[at] ?? '')) return false
  }
  return false
}

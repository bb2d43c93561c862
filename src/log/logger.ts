import { visible, withoutCommands } from '../text/controls.ts'
import type { Redactor } from './redact.ts'

/** The log of a command. Every line passes the redactor before it leaves the process. */
export interface Logger {
  /** Detail shown only on request (`ACTIONS_STEP_DEBUG`, `--verbose`). */
  debug(message: string): void
  info(message: string): void
  notice(message: string): void
  warning(message: string): void
  error(message: string): void
  /** One phase of the job: everything logged until `work` settles is folded under `title`. Passes on what `work` gives or throws. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>
}

/** What a terminal logger writes to and how; stderr, because stdout belongs to the answer (`--json`). */
export interface TerminalOptions {
  readonly redact: Redactor
  readonly write?: (text: string) => void
  readonly colors?: boolean
  readonly verbose?: boolean
}

/** Logs for a person at a terminal. Colours are off when stderr is not a terminal, or when `NO_COLOR` is set (no-color.org). */
export function createTerminalLogger(options: TerminalOptions): Logger {
  const write = options.write ?? ((text: string) => process.stderr.write(text))
  const colors = options.colors ?? (process.stderr.isTTY === true && !process.env.NO_COLOR)
  const paint = (code: number, text: string) => (colors ? `\u001b[${code}m${text}\u001b[0m` : text)
  let depth = 0
  const line = (label: string, message: string, painted = (text: string) => text) => {
    const indent = '  '.repeat(depth)
    // A terminal obeys escape sequences, and a workflow's runner reads what the command line prints there.
    const shown = withoutCommands(visible(options.redact(message)))
    write(`${indent}${label}${painted(shown).replaceAll('\n', `\n${indent}`)}\n`)
  }
  return {
    debug: (message) => (options.verbose ? line(paint(90, 'debug '), message) : undefined),
    info: (message) => line('', message),
    notice: (message) => line(paint(36, 'notice '), message),
    warning: (message) => line(paint(33, 'warning '), message),
    error: (message) => line(paint(31, 'error '), message),
    async group(title, work) {
      line('', title, (text) => paint(1, text))
      depth += 1
      try {
        return await work()
      } finally {
        depth -= 1
      }
    },
  }
}

export interface LogRecord {
  readonly level: 'debug' | 'info' | 'notice' | 'warning' | 'error' | 'group'
  readonly message: string
  /** Titles of the groups around it, outermost first. */
  readonly groups: readonly string[]
}

/** Keeps what is logged, for tests: `records` in order, `text` as one string to search for what must not be there. */
export function createRecordingLogger(
  redact: Redactor = (text) => text,
): Logger & { readonly records: readonly LogRecord[]; readonly text: string } {
  const records: LogRecord[] = []
  const groups: string[] = []
  const keep = (level: LogRecord['level']) => (message: string) => {
    records.push({ level, message: redact(message), groups: [...groups] })
  }
  return {
    records,
    get text() {
      return records.map(({ message }) => message).join('\n')
    },
    debug: keep('debug'),
    info: keep('info'),
    notice: keep('notice'),
    warning: keep('warning'),
    error: keep('error'),
    async group(title, work) {
      keep('group')(title)
      groups.push(redact(title))
      try {
        return await work()
      } finally {
        groups.pop()
      }
    },
  }
}

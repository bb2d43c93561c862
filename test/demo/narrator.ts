/** Tells a story in the terminal: acts with their time, lines, and other programs' output set apart. */
export interface Narrator {
  /** One phase: its title before, its time after. */
  act<T>(title: string, work: () => Promise<T>): Promise<T>
  say(line: string): void
  /** Output of another program, as it was. */
  show(text: string): void
  table(rows: readonly (readonly [string, string])[]): void
}

export function createNarrator(
  write: (text: string) => void = (text) => process.stdout.write(text),
): Narrator {
  const began = performance.now()
  const bold = (text: string) => (process.stdout.isTTY ? `\x1b[1m${text}\x1b[0m` : text)
  const seconds = (from: number) => `${((performance.now() - from) / 1000).toFixed(1)} s`
  const say = (line: string) => write(`  ${line}\n`)
  return {
    async act(title, work) {
      const from = performance.now()
      write(`\n${bold(`▶ ${title}`)}\n`)
      const result = await work()
      write(`  (${seconds(from)}, ${seconds(began)} since the start)\n`)
      return result
    },
    say,
    show: (text) => {
      for (const line of text.trimEnd().split('\n')) write(`  │ ${line}\n`)
    },
    table: (rows) => {
      const width = Math.max(...rows.map(([name]) => name.length))
      for (const [name, value] of rows) say(`${name.padEnd(width)}  ${value.padStart(9)}`)
    },
  }
}

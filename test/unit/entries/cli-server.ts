// The command line, run as often as it is asked in one process: its start takes longer than what most tests want of it.
import { createInterface } from 'node:readline'
import { cli } from '../../../src/entries/cli.ts'

/** Thrown where the command line would end this process. */
class Exit extends Error {
  readonly code: number

  constructor(code: number) {
    super(`exit ${code}`)
    this.code = code
  }
}

const answer = process.stdout.write.bind(process.stdout)
process.exit = (code) => {
  throw new Exit(Number(code ?? 0))
}

async function exitCode(argv: readonly string[]): Promise<number> {
  try {
    return await cli(argv)
  } catch (error) {
    if (error instanceof Exit) return error.code
    throw error
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const said = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const)
    process[stream].write = (chunk: string | Uint8Array) => {
      said[stream] += chunk
      return true
    }
  const code = await exitCode(JSON.parse(line) as string[])
  answer(`${JSON.stringify({ code, ...said })}\n`)
}

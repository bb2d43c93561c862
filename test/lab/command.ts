import { spawn } from 'node:child_process'

export type Argv = readonly [program: string, ...args: string[]]

export interface Finished {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly stdin?: string
  readonly env?: Record<string, string | undefined>
  readonly cwd?: string
}

/** A program of the lab failed; the message names it and ends with the last lines that it wrote. */
export class CommandError extends Error {
  readonly finished: Finished

  constructor(argv: Argv, finished: Finished) {
    const said = (finished.stderr.trim() || finished.stdout.trim()).split('\n').slice(-12).join('\n')
    super(`\`${argv.join(' ')}\` ended with ${finished.code}${said === '' ? '' : `:\n${said}`}`)
    this.name = 'CommandError'
    this.finished = finished
  }
}

/** Runs a program to its end and collects what it wrote. Death by a signal counts as code 128; a program that cannot be started rejects. */
export function run(argv: Argv, options: RunOptions = {}): Promise<Finished> {
  const [program, ...args] = argv
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      ...(options.env === undefined ? {} : { env: options.env }),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk))
    // A program may end without reading its input; that is its right and shows in its exit code.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(options.stdin)
    child.once('error', reject)
    child.once('close', (code) =>
      resolve({
        code: code ?? 128,
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8'),
      }),
    )
  })
}

/** Like {@link run}, and answers stdout; any exit code but 0 throws a {@link CommandError}. */
export async function must(argv: Argv, options: RunOptions = {}): Promise<string> {
  const finished = await run(argv, options)
  if (finished.code !== 0) throw new CommandError(argv, finished)
  return finished.stdout
}

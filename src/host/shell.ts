import type { Readable } from 'node:stream'
import { HostError, HostUnreachableError } from './errors.ts'
import { openConnection, type SessionOptions } from './session.ts'

/** How a command ended, with all that it said. */
export interface Said {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A machine that is not ours: it has a shell, and nothing of ours is sent there. */
export interface Shell {
  /** `user@host:port`, for people. */
  readonly where: string
  /** Runs a command of `sh`. @throws HostUnreachableError when the link breaks, HostError for more output than anybody would want */
  run(command: string, stdin?: string): Promise<Said>
  /** What a command says, as it says it. Ends without an error only when the command ended with 0. @throws HostError */
  stream(command: string, stdin: string): AsyncGenerator<Uint8Array>
  close(): void
}

const MOST_BYTES = 64 * 1024 * 1024
const MOST_STDERR = 16 * 1024

type Channel = Readable & { readonly stderr: Readable; end(text?: string): void }

/** Connects and proves who answers. @throws HostKeyError, HostUnreachableError, HostAuthError */
export async function openShell(options: SessionOptions): Promise<Shell> {
  const { ssh, where } = await openConnection(options, options)
  const { connection } = ssh
  if (connection === null) throw new HostUnreachableError(`The connection to ${where} is closed.`)
  let lost: Error | undefined
  connection.on('error', (error) => {
    lost = error
  })
  const broken = () => {
    const reason = lost === undefined ? '' : ` (${lost.message})`
    return new HostUnreachableError(`The connection to ${where} broke${reason}. Run again.`, { cause: lost })
  }

  const start = (command: string, stdin: string) =>
    new Promise<{ channel: Channel; ended: Promise<{ code: number | null; stderr: string }> }>(
      (resolve, reject) => {
        // The account's own shell may be any.
        connection.exec(`exec sh -c ${quoted(command)}`, (error, channel) => {
          if (error) return reject(new HostUnreachableError(`${where}: ${error.message}`, { cause: error }))
          let stderr = ''
          let code: number | null = null
          channel.stderr.on('data', (chunk: Buffer) => {
            stderr = (stderr + chunk.toString()).slice(-MOST_STDERR)
          })
          channel.on('exit', (exit: number | null) => {
            code = exit
          })
          const ended = new Promise<{ code: number | null; stderr: string }>((done) => {
            channel.on('close', () => setImmediate(() => done({ code, stderr })))
          })
          channel.end(stdin)
          resolve({ channel, ended })
        })
      },
    )

  return {
    where,
    async run(command, stdin = '') {
      const { channel, ended } = await start(command, stdin)
      const chunks: Buffer[] = []
      let length = 0
      for await (const chunk of channel as AsyncIterable<Buffer>) {
        length += chunk.length
        if (length > MOST_BYTES)
          throw new HostError(`${where} answers with more than ${MOST_BYTES} bytes, which is not expected.`)
        chunks.push(chunk)
      }
      const { code, stderr } = await ended
      if (lost !== undefined || code === null) throw broken()
      return { code, stdout: Buffer.concat(chunks).toString('utf8'), stderr }
    },
    async *stream(command, stdin) {
      const { channel, ended } = await start(command, stdin)
      yield* channel as AsyncIterable<Buffer>
      const { code, stderr } = await ended
      if (lost !== undefined || code === null) throw broken()
      if (code !== 0) throw new HostError(lastLine(stderr) || `exit ${code}`)
    },
    close: () => ssh.dispose(),
  }
}

/** The last line that says something, for a message. */
export function lastLine(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return (lines.at(-1) ?? '').trim().slice(0, 300)
}

/** One word of a command of `sh`. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

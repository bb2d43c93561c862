import type { Readable } from 'node:stream'
import type { NodeSSH } from 'node-ssh'
import { HostUnreachableError } from './errors.ts'

/** How a command on the host ended. */
export interface Ended {
  readonly code: number | null
  /** The end of its output, as much as people would read. */
  readonly stderr: string
}

const MOST_STDERR = 64 * 1024

/**
 * Runs a command on the host. What it answers goes to `onStdout` and is not kept; when that throws, the command is let go and the
 * error is passed on. (node-ssh's own keeps all output, and lets such an error end the process.)
 */
export function execute(
  ssh: NodeSSH,
  command: string,
  stdin: string | Readable,
  onStdout: (chunk: string) => void,
): Promise<Ended> {
  const { connection } = ssh
  return new Promise((resolve, reject) => {
    if (connection === null) throw new HostUnreachableError('The connection to the host is closed.')
    const broken = (error: Error) => reject(error)
    connection.once('error', broken)
    connection.exec(command, (error, channel) => {
      connection.removeListener('error', broken)
      if (error) return reject(error)
      const decoder = new TextDecoder()
      let stderr = ''
      let code: number | null = null
      channel.on('data', (chunk: Buffer) => {
        try {
          onStdout(decoder.decode(chunk, { stream: true }))
        } catch (flaw) {
          channel.removeAllListeners('data')
          channel.destroy()
          reject(flaw)
        }
      })
      channel.stderr.on('data', (chunk: Buffer) => {
        stderr = (stderr + chunk.toString()).slice(-MOST_STDERR)
      })
      channel.on('exit', (exit: number | null) => {
        code = exit
      })
      // A connection that breaks closes its channels first: the caller should learn about that, not about a program without output.
      channel.on('close', () => setImmediate(() => resolve({ code, stderr })))
      if (typeof stdin === 'string') channel.end(stdin)
      else stdin.pipe(channel)
    })
  })
}

// Constant load on a gateway while a test does something to it: the test's evidence that no request failed.
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { LoadJob, LoadReport } from './report.ts'

export type { LoadFailure, LoadReport, LoadShape } from './report.ts'

export interface LoadOptions extends Omit<LoadJob, 'clients'> {
  /** Default 8. With both `plain` and `stream`, half do the one and half the other. */
  readonly clients?: number
}

export interface LoadHandle {
  /** Resolves with the report when `targetRequests` are done, or after `stop`. */
  readonly finished: Promise<LoadReport>
  /** What happened so far, while the load goes on. */
  progress(): Promise<LoadReport>
  /** Begins no further request, waits for those under way and resolves with the report; again: the same report. */
  stop(): Promise<LoadReport>
}

type FromWorker = { readonly kind: 'ready' | 'progress' | 'report'; readonly report: LoadReport }

/**
 * Starts the load in a process of its own, so that the test's work can't slow it down, and resolves when the first requests
 * are on their way. The process ends with this one. Rejects (as do `finished` and `stop`) when it breaks.
 */
export async function startLoad(options: LoadOptions): Promise<LoadHandle> {
  if (options.plain === undefined && options.stream === undefined)
    throw new Error('a load needs plain, stream or both')
  const job: LoadJob = { clients: 8, ...options }
  const worker = fork(fileURLToPath(new URL('./worker.ts', import.meta.url)), {
    // Not the test runner's own flags and loaders.
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let complaint = ''
  worker.stderr?.on('data', (part: Buffer) => {
    complaint = (complaint + part.toString()).slice(-2000)
  })

  const { promise: ready, resolve: begun, reject: neverBegun } = Promise.withResolvers<void>()
  const { promise: finished, resolve: report, reject: broken } = Promise.withResolvers<LoadReport>()
  // Whoever waits for `finished` sees the error; a test that never looks must not die of it.
  finished.catch(() => {})
  let waiting: ((report: LoadReport) => void)[] = []
  worker.on('message', (message: FromWorker) => {
    if (message.kind === 'ready') begun()
    if (message.kind === 'report') report(message.report)
    if (message.kind === 'progress') {
      for (const tell of waiting) tell(message.report)
      waiting = []
    }
  })
  worker.on('error', broken)
  // Not 'exit', which can come before the last message: another child's end has this one reaped too.
  worker.once('close', (code, signal) => {
    const error = new Error(
      `The load generator ended by itself (${signal ?? code}): ${complaint || 'no message'}`,
    )
    neverBegun(error)
    broken(error)
  })
  // The key travels on this channel: an argument or environment variable could be read by others.
  worker.send({ kind: 'start', job })
  await ready

  return {
    finished,
    progress: async () => {
      const answer = new Promise<LoadReport>((resolve) => waiting.push(resolve))
      if (worker.connected) worker.send({ kind: 'progress' })
      return await Promise.race([answer, finished])
    },
    stop: async () => {
      if (worker.connected) worker.send({ kind: 'stop' })
      return await finished
    },
  }
}

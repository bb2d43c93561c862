import { type ChildProcess, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { type Argv, type Finished, must, type RunOptions, run } from './command.ts'

/**
 * A set of processes that cannot outlive us: own process ids, own mounts.
 *
 * Its first process reads a pipe that only we hold. However we end, the pipe closes, that process ends, and the kernel
 * then kills every process in the set and takes its mounts and network namespaces away.
 */
export interface Namespace {
  /** First process of the set, as this machine counts. */
  readonly pid: number
  /** Settles when the set is gone. */
  readonly ended: Promise<void>
  /** `path` inside the set's mounts, reachable from here. */
  path(path: string): string
  run(argv: Argv, options?: RunOptions): Promise<Finished>
  must(argv: Argv, options?: RunOptions): Promise<string>
  /** Starts a program that stays; its stdout and stderr are pipes. */
  spawn(argv: Argv, env?: Record<string, string | undefined>): ChildProcess
  /** Ends everything in the set and waits until it is gone. */
  close(): Promise<void>
}

/** Opens a namespace whose processes all hold `aliveFile` locked, so that anyone can tell whether it still lives. */
export async function openNamespace(aliveFile: string): Promise<Namespace> {
  const unshare = [
    'unshare',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    '--propagation=private',
    '--mount-proc',
  ]
  // bash, for it reaps orphans while it waits in `read`.
  const first = ['bash', '-c', 'echo open; while read -r _; do :; done']
  const keeper = spawn('flock', ['--no-fork', '--nonblock', aliveFile, ...unshare, ...first], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // Out of our process group: Ctrl-C reaches only us, and we decide in which order things end.
    detached: true,
  })
  const ended = new Promise<void>((resolve) => keeper.once('close', () => resolve()))
  await new Promise<void>((resolve, reject) => {
    keeper.once('error', reject)
    keeper.once('close', (code) =>
      reject(new Error(`the lab's namespace could not be opened (unshare ended with ${code})`)),
    )
    keeper.stdout.once('data', () => resolve())
  })
  const pid = await onlyChild(keeper.pid ?? 0)
  const enter = (argv: Argv): Argv => ['nsenter', `--target=${pid}`, '--mount', '--pid', '--', ...argv]
  return {
    pid,
    ended,
    path: (path) => `/proc/${pid}/root${path}`,
    run: (argv, options) => run(enter(argv), options),
    must: (argv, options) => must(enter(argv), options),
    spawn: (argv, env = process.env) => {
      const [program, ...args] = enter(argv)
      return spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, env })
    },
    close: async () => {
      keeper.stdin.destroy()
      await ended
    },
  }
}

/** The one child of process `pid`, waiting up to two seconds for it to appear. */
export async function onlyChild(pid: number): Promise<number> {
  for (let attempt = 0; attempt < 400; attempt++) {
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
    const child = Number(children.trim().split(' ')[0])
    if (child > 0) return child
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error(`process ${pid} has no child`)
}

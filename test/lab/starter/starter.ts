import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PYTHON } from '../../../scripts/python-tools.ts'

/** How a program ended: below 0 by that signal. */
interface Ended {
  readonly status: number
  readonly stdout: Buffer
  readonly stderr: string
}

interface Given {
  readonly cwd?: string
  /** Instead of this process's own. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly input?: string
}

interface Pipes {
  readonly requests: number
  readonly answers: number
}

/**
 * Runs a program and waits for it. Node forks for that, which takes 15 to 40 ms of processor time in a process as large as that of the
 * tests, and there are a thousand: a small process starts them. @throws Error when there is no such program
 */
export function ended(program: string, args: readonly string[], given: Given = {}): Ended {
  pipes ??= startStarter()
  const asked = {
    command: [program, ...args],
    input: Buffer.from(given.input ?? '').toString('base64'),
    cwd: given.cwd ?? process.cwd(),
    env: given.env ?? process.env,
  }
  writeAll(pipes.requests, Buffer.from(`${JSON.stringify(asked)}\n`))
  const { status, stdout, stderr, error } = JSON.parse(readLine(pipes.answers))
  if (error !== undefined) throw new Error(`${program}: ${error}`)
  return { status, stdout: Buffer.from(stdout, 'base64'), stderr: Buffer.from(stderr, 'base64').toString() }
}

/** What a program prints. @throws Error with what it complains of, unless it ends with 0 */
export function printed(program: string, args: readonly string[], given: Given = {}): string {
  const { status, stdout, stderr } = ended(program, args, given)
  if (status !== 0) throw new Error(`Command failed (${status}): ${[program, ...args].join(' ')}\n${stderr}`)
  return stdout.toString()
}

let pipes: Pipes | undefined

/** It ends when this process does. */
function startStarter(): Pipes {
  const folder = mkdtempSync(join(tmpdir(), 'starter-'))
  const names = ['requests', 'answers'].map((name) => join(folder, name))
  const [requests = '', answers = ''] = names
  execFileSync('mkfifo', names)
  const script = join(import.meta.dirname, 'starter.py')
  spawn(PYTHON, ['-I', script, requests, answers], { stdio: ['ignore', 'ignore', 'inherit'] }).unref()
  // Each waits for the other end.
  const opened = { requests: openSync(requests, 'w'), answers: openSync(answers, 'r') }
  rmSync(folder, { recursive: true })
  return opened
}

function writeAll(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
}

function readLine(file: number): string {
  const chunks: Buffer[] = []
  for (;;) {
    const chunk = Buffer.alloc(65_536)
    const length = readSync(file, chunk)
    if (length === 0) throw new Error('starter.py has ended')
    chunks.push(chunk.subarray(0, length))
    if (chunk[length - 1] === 10) return Buffer.concat(chunks).toString()
  }
}

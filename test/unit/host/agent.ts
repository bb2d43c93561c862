import { execFileSync, spawn } from 'node:child_process'
import { closeSync, constants, existsSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import programs from '../../../src/agent/programs.json' with { type: 'json' }
import { agentModules } from '../../../src/host/agent-modules.ts'

/** The system's own, as on a host; what else PATH has under that name may be a slow shim. */
export const PYTHON = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3'

/** All modules of the agent and, as a program called `script`, the text of one more. */
export function modulesWith(script: string): Record<string, string> {
  const modules = agentModules(...Object.keys(programs))
  const entry = { module: 'script', by: ['runner'], starts: [], modules: ['script'] }
  const table = { ...JSON.parse(modules['programs.json'] ?? ''), script: entry }
  return { ...modules, script, 'programs.json': JSON.stringify(table) }
}

/** Runs Python against the agent's own modules, as the host would, and gives back what the script prints as JSON. */
export function inAgent<Answer>(script: string, input: unknown = {}): Answer {
  server ??= startServer()
  const main = `import json\ndef main(given):\n${script.replace(/^/gm, '    ')}\n`
  const output = server.ask({ script: main, input })
  const last = JSON.parse(output.trim().split('\n').at(-1) ?? '') as
    | { result: Answer }
    | { error: { code: string; message: string; log: string[] } }
  if ('error' in last)
    throw new Error(`${last.error.code}: ${last.error.message}\n${last.error.log.join('\n')}`)
  return last.result
}

interface Server {
  /** What the script printed. */
  ask(request: { readonly script: string; readonly input: unknown }): string
}

let server: Server | undefined

/**
 * One Python for all scripts of a run: its start alone takes longer than most of them. Asked without giving up the thread, so by
 * named pipes: Node reads the pipes of a child only between the turns of its loop. It ends with this process, by the end of its input.
 */
function startServer(): Server {
  const folder = mkdtempSync(join(tmpdir(), 'agent-server-'))
  const paths = { requests: join(folder, 'requests'), answers: join(folder, 'answers') }
  execFileSync('mkfifo', Object.values(paths))
  const [itsRequests, requests] = openBoth(paths.requests)
  const [answers, itsAnswers] = openBoth(paths.answers)
  rmSync(folder, { recursive: true })
  spawn(PYTHON, ['-I', '-B', join(import.meta.dirname, 'agent-server.py')], {
    stdio: [itsRequests, itsAnswers, 'inherit'],
  }).unref()
  // Held by the child alone, so that its death is the end of what can be read.
  for (const descriptor of [itsRequests, itsAnswers]) closeSync(descriptor)
  writeAll(requests, `${JSON.stringify(modulesWith(''))}\n`)
  return {
    ask: (request) => {
      writeAll(requests, `${JSON.stringify(request)}\n`)
      return JSON.parse(readLine(answers)) as string
    },
  }
}

/** Both ends of a named pipe, each of which blocks when it is used and not while it is opened. */
function openBoth(path: string): [read: number, write: number] {
  const first = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const write = openSync(path, 'w')
  const read = openSync(path, 'r')
  closeSync(first)
  return [read, write]
}

function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at)
}

function readLine(descriptor: number): string {
  const chunk = Buffer.alloc(64 * 1024)
  const parts: Buffer[] = []
  for (;;) {
    const count = readSync(descriptor, chunk)
    if (count === 0) throw new Error('The Python that runs the scripts has ended.')
    parts.push(Buffer.from(chunk.subarray(0, count)))
    if (chunk[count - 1] === 0x0a) return Buffer.concat(parts).toString()
  }
}

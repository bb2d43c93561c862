import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { COMMAND_NAMES } from '../src/steps/inputs.ts'
import { keep, type Measured, type Ratio } from './results.ts'

const DIST = join(import.meta.dirname, '../dist')
const TIMES = 15
/** For what goes through the steps of a run as far as no machine and no GitHub is needed. */
const OFFLINE = join(import.meta.dirname, '../test/samples/invalid')

/** How long a job, and a person at a terminal, waits until something is said, against the bare start of Node. */
export async function benchStart(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'start-'))
  try {
    const actions = COMMAND_NAMES.map((name) => ({
      what: `action, ${name}: first line`,
      args: [join(DIST, 'index.js')],
      env: { INPUT_COMMAND: name },
      until: 'line',
    }))
    const program = [
      { what: 'command line: --help', args: [join(DIST, 'cli.js'), '--help'], env: {}, until: 'end' },
      {
        what: 'command line: plan --offline of a file with a mistake',
        args: [join(DIST, 'cli.js'), 'plan', '--offline', '--config', mistake()],
        env: {},
        until: 'end',
      },
    ]
    const runs = [...actions, ...program]
    const node: number[] = []
    const samples = runs.map((): number[] => [])
    // In turns, so that what else the machine does falls on all of them.
    for (let time = 0; time < TIMES; time += 1) {
      node.push(await seconds(['-e', '0'], {}, 'end', folder))
      for (const [index, { args, env, until }] of runs.entries())
        samples[index]?.push(await seconds(args, env, until, folder))
    }
    const bare: Measured = { name: 'node -e 0', samples: node }
    const ratios = runs.map(
      ({ what }, index): Ratio => ({
        what,
        ours: { name: 'ours', samples: samples[index] ?? [] },
        against: bare,
      }),
    )
    const files = readdirSync(DIST).filter((name) => name.endsWith('.js'))
    const bytes = files.reduce((sum, name) => sum + statSync(join(DIST, name)).size, 0)
    const native = readdirSync(DIST).filter((name) => /\.(node|exe|so)$/.test(name)).length
    keep('start', {
      command: 'npm run bench -- start',
      ratios,
      figures: { 'bundle in MB': (bytes / 1e6).toFixed(2), 'native files in dist': native },
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function mistake(): string {
  const [first] = readdirSync(OFFLINE).filter((name) => name.endsWith('.yaml'))
  if (first === undefined) throw new Error(`${OFFLINE} is empty`)
  return join(OFFLINE, first)
}

/** Until the process says its first line, or until it has ended. */
function seconds(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  until: string,
  cwd: string,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const from = performance.now()
    let said: number | undefined
    const child = spawn(process.execPath, [...args], {
      cwd,
      env: { PATH: process.env.PATH ?? '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', () => {
        said ??= performance.now() - from
      })
    child.once('error', reject)
    child.once('close', () => {
      const ended = performance.now() - from
      resolve((until === 'line' ? (said ?? ended) : ended) / 1000)
    })
  })
}

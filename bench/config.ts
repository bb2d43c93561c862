// Reading and checking a large declaration, against the same at an older commit; and how much of it the two libraries take alone.
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { stringify } from 'yaml'
import { keep, type Measured } from './results.ts'

const BUDGETS = 10_000
const MODELS = 1_000
const TIMES = 15
/** The last one with a reader of its own. BENCH_AGAINST names another commit, or a folder with a checkout. */
const AGAINST = process.env.BENCH_AGAINST ?? 'cb75d72'

const root = join(import.meta.dirname, '..')
const run = promisify(execFile)

interface Reading {
  /** Seconds of processor that the first reading took the process, and those after it (median). */
  readonly first: number
  readonly later: number
}

/** Prints and keeps bench/results/config.json. Processor time of the main thread counts: what else the machine does falls on nobody. */
export async function benchConfig(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  const older = existsSync(AGAINST) ? AGAINST : join(folder, 'older')
  try {
    if (!existsSync(AGAINST)) await checkOut(AGAINST, older)
    const file = join(folder, 'gateway.yaml')
    writeFileSync(file, declaration())
    const read = async (...args: string[]): Promise<Reading> => {
      const program = join(import.meta.dirname, 'read-config.ts')
      return JSON.parse((await run(process.execPath, [program, file, ...args])).stdout)
    }
    const samples = { ours: [] as Reading[], older: [] as Reading[], libraries: [] as Reading[] }
    // In turns, a process for each.
    for (let time = 0; time < TIMES; time += 1) {
      samples.older.push(await read(older))
      samples.ours.push(await read(root))
      samples.libraries.push(await read())
    }
    const of = (name: string, readings: readonly Reading[], which: keyof Reading): Measured => ({
      name,
      samples: readings.map((reading) => reading[which]),
    })
    const ratio = (what: string, which: keyof Reading, name: string, readings: readonly Reading[]) => ({
      what: `${what}, ${MODELS} models and ${BUDGETS} budgets`,
      ours: of(name, readings, which),
      against: of(`loadDesired at ${AGAINST}`, samples.older, which),
    })
    const ratios = (name: string, readings: readonly Reading[]) => [
      ratio('first reading of a process', 'first', name, readings),
      ratio('a later reading', 'later', name, readings),
    ]
    keep('config', {
      command: 'npm run bench -- config',
      ratios: [...ratios('loadDesired', samples.ours), ...ratios('js-yaml and zod alone', samples.libraries)],
    })
  } finally {
    if (!existsSync(AGAINST)) await run('git', ['worktree', 'remove', '--force', older], { cwd: root })
    rmSync(folder, { recursive: true })
  }
}

/** The sources of a commit, with our packages. */
async function checkOut(commit: string, folder: string): Promise<void> {
  await run('git', ['worktree', 'add', '--detach', folder, commit], { cwd: root })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
}

function declaration(): string {
  return stringify({
    domain: 'llm.example.com',
    users: 1000,
    vm: { ssh: { host: '192.0.2.10', user: 'debian', host_key: 'ssh-ed25519 AAAA' } },
    litellm: { image: `ghcr.io/berriai/litellm-database@sha256:${'a'.repeat(64)}` },
    model_list: Array.from({ length: MODELS }, (_, index) => ({
      model_name: `model-${index}`,
      litellm_params: { model: 'openai/gpt-4', api_key: 'os.environ/OPENAI_API_KEY', rpm: index + 1 },
      model_info: { id: `model-${index}` },
    })),
    budget_config: Array.from({ length: BUDGETS }, (_, index) => ({
      user_id: `user-${index}@example.com`,
      max_budget: 100 + index / 100,
      time_period: 'monthly',
    })),
  })
}

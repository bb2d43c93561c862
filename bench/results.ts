import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'

/** A comparison of two ways in one run, which is what counts: absolute times say more about the machine. */
export interface Ratio {
  readonly what: string
  readonly ours: Measured
  readonly against: Measured
}

export interface Measured {
  readonly name: string
  /** Seconds of each run. */
  readonly samples: readonly number[]
}

/** What one command found, as kept in bench/results. */
export interface Record {
  readonly command: string
  readonly ratios?: readonly Ratio[]
  /** What was counted or seen besides, each with its unit in its name. */
  readonly figures?: Readonly<{ [name: string]: number | string }>
}

/** Seconds that each of `times` runs of `run` took; printed at once, so that a measurement that dies later has shown them. */
export async function measure(name: string, times: number, run: () => Promise<unknown>): Promise<Measured> {
  const samples: number[] = []
  for (let count = 0; count < times; count += 1) {
    samples.push(await secondsOf(run))
  }
  console.log(`${name}: ${samples.map((seconds) => seconds.toFixed(2)).join(', ')} s`)
  return { name, samples }
}

/** One of two ways that are compared: does its work once and answers the seconds that count. */
export interface Way {
  readonly name: string
  run(): Promise<number>
}

/** Both ways in turn, each time in the other order: a machine that is slower for a while is so for both. */
export async function inTurn(
  times: number,
  ours: Way,
  against: Way,
): Promise<{ ours: Measured; against: Measured }> {
  const samples = { ours: [] as number[], against: [] as number[] }
  const ways = { ours, against }
  for (let count = 0; count < times; count += 1) {
    for (const side of count % 2 === 0 ? (['against', 'ours'] as const) : (['ours', 'against'] as const)) {
      const seconds = await ways[side].run()
      console.log(`${ways[side].name}: ${seconds.toFixed(2)} s`)
      samples[side].push(seconds)
    }
  }
  return {
    ours: { name: ours.name, samples: samples.ours },
    against: { name: against.name, samples: samples.against },
  }
}

/** The seconds that it took. */
export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await work()
  return (performance.now() - from) / 1000
}

export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low = Number.NaN, high = Number.NaN] =
    sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : [sorted[middle - 1], sorted[middle]]
  return (low + high) / 2
}

/** Prints the record and keeps it as bench/results/`name`.json, with the machine and the date. */
export function keep(name: string, record: Record): void {
  for (const { what, ours, against } of record.ratios ?? []) {
    const ratio = median(ours.samples) / median(against.samples)
    const side = ({ name: way, samples }: Measured) => `${way} ${median(samples).toFixed(3)} s`
    console.log(`${what}: ${ratio.toFixed(2)} (${side(ours)}, ${side(against)})`)
  }
  for (const [figure, value] of Object.entries(record.figures ?? {})) console.log(`${figure}: ${value}`)
  const [cpu] = cpus()
  const machine = {
    processor: cpu?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    kernel: release(),
  }
  const folder = join(import.meta.dirname, 'results')
  mkdirSync(folder, { recursive: true })
  const date = new Date().toISOString().slice(0, 10)
  const ratios = record.ratios?.map(({ what, ours, against }) => ({
    what,
    ratio: Number((median(ours.samples) / median(against.samples)).toFixed(3)),
    ours,
    against,
  }))
  const kept = {
    command: record.command,
    date,
    machine,
    ...(ratios ? { ratios } : {}),
    figures: record.figures,
  }
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(kept, rounded, 2)}\n`)
}

function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(4)) : value
}

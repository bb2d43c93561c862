// What a rotation costs beside the rollout that it needs: the issue allows three seconds.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startRotationLab } from '../test/commands/rotation.ts'
import { type CliRun, runCli } from '../test/story/cli.ts'
import { KEYS } from '../test/story/deployed-lab.ts'
import { GPT_4, gatewayFile } from '../test/story/gateway-file.ts'
import { keep, measure, median } from './results.ts'

const TIMES = Number(process.env.BENCH_TIMES ?? 5)

/**
 * Prints and keeps bench/results/rotate.json: rotations, each after the last one was ended, against syncs that change a model. The
 * two take turns, in another order each time, and a pair is compared: what else the machine does falls on both.
 */
export async function benchRotate(): Promise<void> {
  const rotation = await startRotationLab()
  try {
    const { lab, folder, declaration } = rotation
    const env = { ...KEYS, SSH_KEY: lab.host.privateKey }
    const succeed = async (running: Promise<CliRun>) => {
      const run = await running
      if (run.code !== 0) throw new Error(run.stderr)
    }
    let generation = 0
    const sync = async () => {
      generation += 1
      const models = [GPT_4, { ...GPT_4, model_name: `bench-${generation}` }]
      writeFileSync(join(folder, 'gateway.yaml'), gatewayFile(lab, { models }))
      await succeed(runCli(folder, ['sync'], env))
    }
    const rotate = async (...options: string[]) => {
      writeFileSync(join(folder, 'gateway.yaml'), declaration)
      await succeed(rotation.rotate(...options))
    }
    const samples = { sync: [] as number[], rotate: [] as number[], finish: [] as number[] }
    const take = async (name: keyof typeof samples, work: () => Promise<void>) => {
      const [seconds = Number.NaN] = (await measure(name, 1, work)).samples
      samples[name].push(seconds)
      console.log(`${name} ${seconds.toFixed(1)} s`)
    }
    for (let time = 0; time < TIMES; time += 1) {
      if (time % 2 === 0) await take('sync', sync)
      await take('rotate', () => rotate())
      if (time % 2 === 1) await take('sync', sync)
      await take('finish', () => rotate('--force'))
    }
    const more = samples.rotate.map((seconds, index) => seconds - (samples.sync[index] ?? Number.NaN))
    keep('rotate', {
      command: `${process.env.BENCH_TIMES ? `BENCH_TIMES=${TIMES} ` : ''}npm run bench -- rotate`,
      ratios: [
        {
          what: 'a rotation with two targets',
          ours: { name: 'rotate', samples: samples.rotate },
          against: { name: 'a sync that rolls out', samples: samples.sync },
        },
      ],
      figures: {
        'seconds of a rotation more than of the rollout before or after it': median(more),
        'seconds until the old key is refused by every worker': median(samples.finish),
      },
    })
  } finally {
    await rotation.close()
  }
}

// What a rotation costs beside the rollout that it needs: the issue allows three seconds.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startRotationLab } from '../test/commands/rotation.ts'
import { type CliRun, runCli } from '../test/story/cli.ts'
import { KEYS } from '../test/story/deployed-lab.ts'
import { GPT_4, gatewayFile } from '../test/story/gateway-file.ts'
import { keep, median } from './results.ts'

const TIMES = Number(process.env.BENCH_TIMES ?? 5)

/** What a rollout does, as both commands tell it: its steps alone scatter by more seconds than a rotation may cost beside them. */
const STEPS = ['release', 'standby', 'switch', 'drain main', 'main', 'switch back', 'drain standby', 'finish']

/**
 * Prints and keeps bench/results/rotate.json: rotations, each after the last one was ended, against syncs that change a model. The
 * two take turns, in another order each time, and a pair is compared: whole, and without the steps of the rollout that both make.
 */
export async function benchRotate(): Promise<void> {
  const rotation = await startRotationLab()
  try {
    const { lab, folder, declaration } = rotation
    const env = { ...KEYS, SSH_KEY: lab.host.privateKey }
    const samples = { sync: [] as number[], rotate: [] as number[], finish: [] as number[] }
    const beside = { sync: [] as number[], rotate: [] as number[], finish: [] as number[] }
    const take = async (name: keyof typeof samples, work: () => Promise<CliRun>) => {
      const run = await work()
      if (run.code !== 0) throw new Error(run.stderr)
      const rest = run.seconds - toldOf(run, STEPS)
      samples[name].push(run.seconds)
      beside[name].push(rest)
      console.log(`${name} ${run.seconds.toFixed(1)} s, ${rest.toFixed(1)} s beside the steps of a rollout`)
    }
    let generation = 0
    const sync = async () => {
      generation += 1
      const models = [GPT_4, { ...GPT_4, model_name: `bench-${generation}` }]
      writeFileSync(join(folder, 'gateway.yaml'), gatewayFile(lab, { models }))
      return await runCli(folder, ['sync'], env)
    }
    const rotate = async (...options: string[]) => {
      writeFileSync(join(folder, 'gateway.yaml'), declaration)
      return await rotation.rotate(...options)
    }
    for (let time = 0; time < TIMES; time += 1) {
      if (time % 2 === 0) await take('sync', sync)
      await take('rotate', () => rotate())
      if (time % 2 === 1) await take('sync', sync)
      await take('finish', () => rotate('--force'))
    }
    const more = ({ rotate, sync }: typeof samples) =>
      median(rotate.map((seconds, index) => seconds - (sync[index] ?? Number.NaN)))
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
        'seconds of a rotation more than of the rollout before or after it': more(samples),
        'the same without the steps of the rollout, which both make': more(beside),
        'seconds until the old key is refused by every worker': median(samples.finish),
      },
    })
  } finally {
    await rotation.close()
  }
}

/** What the run said that its steps of these names took together. */
function toldOf({ stderr }: CliRun, names: readonly string[]): number {
  const told = stderr.matchAll(/^ {2}✓ (?<name>[\w ]+) \((?<seconds>[\d.]+) s\)/gm)
  return [...told].reduce(
    (sum, { groups }) => sum + (names.includes(groups?.name ?? '') ? Number(groups?.seconds) : 0),
    0,
  )
}

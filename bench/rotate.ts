// What a rotation costs beside the rollout that it needs: the issue allows three seconds.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startRotationLab } from '../test/commands/rotation.ts'
import { runCli } from '../test/story/cli.ts'
import { KEYS } from '../test/story/deployed-lab.ts'
import { GPT_4, gatewayFile } from '../test/story/gateway-file.ts'
import { keep, type Measured, measure, median } from './results.ts'

const TIMES = 3

/** Prints and keeps bench/results/rotate.json: rotations, each after the last one was ended, against syncs that change a model. */
export async function benchRotate(): Promise<void> {
  const rotation = await startRotationLab()
  try {
    const { lab, folder, declaration } = rotation
    const env = { ...KEYS, SSH_KEY: lab.host.privateKey }
    let generation = 0
    const sync = async () => {
      generation += 1
      const models = [GPT_4, { ...GPT_4, model_name: `bench-${generation}` }]
      writeFileSync(join(folder, 'gateway.yaml'), gatewayFile(lab, { models }))
      const run = await runCli(folder, ['sync'], env)
      if (run.code !== 0) throw new Error(run.stderr)
    }
    const rotate = async (...options: string[]) => {
      const run = await rotation.rotate(...options)
      if (run.code !== 0) throw new Error(run.stderr)
    }
    const against: Measured = await measure('a sync that rolls out', TIMES, sync)
    writeFileSync(join(folder, 'gateway.yaml'), declaration)
    const samples: number[] = []
    const finishes: number[] = []
    for (let time = 0; time < TIMES; time += 1) {
      samples.push(...(await measure('rotate', 1, () => rotate())).samples)
      finishes.push(...(await measure('finish', 1, () => rotate('--force'))).samples)
    }
    keep('rotate', {
      command: 'npm run bench -- rotate',
      ratios: [{ what: 'a rotation with two targets', ours: { name: 'rotate', samples }, against }],
      figures: {
        'seconds of a rotation more than of a rollout': median(samples) - median(against.samples),
        'seconds until the old key is refused by every worker': median(finishes),
      },
    })
  } finally {
    await rotation.close()
  }
}

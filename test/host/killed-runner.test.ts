import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type DeployInput, deploy } from '../../src/host/deploy.ts'
import { observe } from '../../src/host/observe.ts'
import { type Lab, startLab } from '../lab/lab.ts'
import { type LoadHandle, startLoad } from '../lab/load/load.ts'
import { counted } from '../lab/proof.ts'
import { WORKERS } from '../story/gateway-file.ts'
import { derivedImage } from './derived-image.ts'
import { chat, deployInput, manifestFor, open, release, startGateway } from './gateway.ts'
import type { Order } from './programs/dying-deploy.ts'

/** Kills the runner with SIGKILL when the step begins; answers whether it came to that. */
async function killedAt(step: string, lab: Lab, input: DeployInput): Promise<boolean> {
  const runner = fork(join(import.meta.dirname, 'programs/dying-deploy.ts'), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  runner.send({ host: lab.host, input, step } satisfies Order)
  const [, signal] = (await once(runner, 'exit')) as [number | null, string | null]
  return signal === 'SIGKILL'
}

/** Kills what the runner began on the host as well, as a machine that loses power would. */
async function killPrograms(lab: Lab): Promise<void> {
  await lab.exec(
    String.raw`pkill -9 -f 'exec\(r\["modules"\]'; pkill -9 apt-get; pkill -9 dpkg; pkill -9 podman; true`,
  )
}

const CONVERGE = [
  'packages',
  'files',
  'firewall',
  'database',
  'redis',
  'caddy',
  'image',
  'migrations',
] as const

describe('a deploy onto an empty host, its runner and its program on the host killed at each step', () => {
  let lab: Lab
  afterAll(() => lab?.stop())

  it('goes on from there at the next run, and ends with a gateway', async ({ task }) => {
    lab = await startLab()
    const input = deployInput(lab)
    let killed = 0
    for (const step of [...CONVERGE, 'release', 'upkeep', 'start', 'finish']) {
      const died = await killedAt(step, lab, input)
      console.log(`${step}: ${died ? 'killed' : 'was over before it could be killed'}`)
      if (!died) break
      killed += 1
      // Half way into the step.
      await new Promise((resolve) => setTimeout(resolve, 700))
      await killPrograms(lab)
    }
    // A deploy that ends by itself at once would prove nothing.
    expect(killed).toBeGreaterThan(CONVERGE.length)
    counted(task, `killed at ${killed} steps`)
    const session = await open(lab)
    const { outcome } = await deploy(session, input)
    expect(['rolled-out', 'converged', 'unchanged']).toContain(outcome)
    const { differs, interrupted, gateway } = await observe(session, {
      manifest: manifestFor(lab),
      image: lab.image,
    })
    expect(differs).toMatchObject({ packages: [], files: [], units: [], image: null, keys: [] })
    expect(interrupted).toBeNull()
    expect(gateway).toMatchObject({ healthy: true, workers: WORKERS })
    expect(await deploy(session, input)).toMatchObject({ outcome: 'unchanged', changed: [] })
    session.close()
  })
})

describe('a deploy onto a gateway that serves, its runner killed at each step', () => {
  let lab: Lab | undefined
  let load: LoadHandle | undefined
  afterAll(async () => {
    await load?.stop()
    await lab?.stop()
  })

  const ROLLOUT = [
    'release',
    'standby',
    'switch',
    'drain main',
    'main',
    'switch back',
    'drain standby',
    'finish',
  ]
  it('loses no request, and the next run ends with what was declared', async ({ task }) => {
    const gateway = await startGateway()
    lab = gateway.lab
    const images = [lab.image, await derivedImage(lab, ['LABEL generation=2'])]
    const { url, key } = gateway
    load = await startLoad({
      url,
      key,
      clients: 4,
      plain: { model: 'gpt-4', pauseMs: 200 },
      stream: { model: 'streamed' },
    })
    for (const [index, step] of [...CONVERGE, 'upkeep', ...ROLLOUT].entries()) {
      const image = images[(index + 1) % 2] ?? lab.image
      const model = `killed-${index}`
      const input = { ...deployInput(lab, release(model)), image, probe: { models: [model] } }
      expect(await killedAt(step, lab, input), step).toBe(true)
      const session = await open(lab)
      const { outcome } = await deploy(session, input)
      console.log(`${step}: then ${outcome}`)
      const seen = await observe(session, {})
      expect(seen.interrupted, step).toBeNull()
      expect(seen.gateway, step).toMatchObject({ image, healthy: true })
      session.close()
      expect((await chat(gateway, model)).status, step).toBe(200)
      expect((await load.progress()).failures, step).toEqual([])
    }
    const report = await load.stop()
    counted(task, `${report.requests} requests, ${report.failed} failed`)
    expect(report.failures).toEqual([])
  })
})

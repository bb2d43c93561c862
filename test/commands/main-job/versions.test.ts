import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isOlder } from '../../../src/config/litellm/versions.ts'
import { OLDEST_LITELLM } from '../../../src/contract/litellm.ts'
import { type Lab, startLab } from '../../lab/lab.ts'
import { counted, FULL } from '../../lab/proof.ts'
import { INSTALLABLE, NEWEST_INSTALLABLE, OLDEST_DEPLOYED } from '../../lab/versions.ts'
import { type MainJob, mainJob } from './job.ts'

/**
 * The main job with versions of LiteLLM. The proof takes them all, and what it showed is the table in docs/versions.md: one version after the
 * other, `npm run proof -- versions -t '^1.108.7 '`, each run adds to what the runs before it showed. Every run takes the oldest that is
 * deployed and the newest, on one host. With `LAB_LITELLM_IMAGE` the proof also takes that image; .github/workflows/newest.yml does.
 */
type Step = Exclude<keyof MainJob, 'url' | 'masterKey' | 'end'>

const STEPS: readonly Step[] = ['plan', 'sync', 'budgets', 'rotate', 'backup', 'verify', 'restore']

/** The deploy that failed on the present host: what comes after it would say nothing. */
let fallen: string | undefined

/** One host with images of these versions, or with the lab's own where there are none, on which the steps are tests; what failed says why in the proof's record. */
function onHost(versions: readonly string[], tests: (at: () => { job: MainJob; lab: Lab }) => void): void {
  let lab: Lab
  let job: MainJob
  let older: string | undefined
  beforeAll(async () => {
    fallen = undefined
    const images = versions.length === 0 ? [{}] : versions.map((version) => ({ version }))
    lab = await startLab({ images, log: console.log })
    older = versions.some((version) => isOlder(version, OLDEST_LITELLM)) ? takesOlder() : undefined
    job = mainJob(lab, older && join(older, 'cli.js'))
  })
  afterAll(async () => {
    job?.end()
    if (older !== undefined) rmSync(older, { recursive: true })
    await lab?.stop()
  })
  tests(() => ({ job, lab }))
}

/** A step as a test whose name is `VERSION: STEP`, which the table is made of. */
function step(name: string, work: () => Promise<unknown>): void {
  test(name, async ({ task }) => {
    try {
      if (fallen !== undefined) throw new Error(`not reached, as ${fallen} failed`)
      const said = await work()
      if (typeof said === 'string') counted(task, said)
    } catch (error) {
      if (name.endsWith(': deploy')) fallen = name
      counted(
        task,
        String(error instanceof Error ? error.message : error)
          .replaceAll(/\s+/g, ' ')
          .slice(0, 600),
      )
      throw error
    }
  })
}

/** The bundle of the same source in which the oldest version is 0: to see what would become of the older ones. Answers its folder. */
function takesOlder(): string {
  const dist = join(import.meta.dirname, '../../../dist')
  const folder = mkdtempSync(join(tmpdir(), 'takes-older-'))
  cpSync(dist, folder, { recursive: true })
  let replaced = 0
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.js'))) {
    const text = readFileSync(join(folder, name), 'utf8')
    const changed = text.replaceAll(OLDEST_LITELLM, '0.0.0')
    if (changed !== text) replaced++
    writeFileSync(join(folder, name), changed)
  }
  if (replaced === 0) throw new Error(`dist does not have ${OLDEST_LITELLM}: run npm run build`)
  return folder
}

for (const [at, version] of INSTALLABLE.entries())
  describe.runIf(FULL)(version, () => {
    const next = INSTALLABLE[at + 1]
    onHost(next === undefined ? [version] : [version, next], (host) => {
      const [image, after] = [() => host().lab.images[0] ?? '', () => host().lab.images[1] ?? '']
      step(`${version}: deploy`, () => host().job.deploy(image()))
      for (const name of STEPS) step(`${version}: ${name}`, () => host().job[name](image()))
      if (next === undefined) return
      step(`${version}: upgrade`, async () => `to ${next}: ${await host().job.upgrade(after())}`)
      step(`${version}: rollback`, () => host().job.rollback(image()))
    })
  })

describe.runIf(FULL && process.env.LAB_LITELLM_IMAGE !== undefined)('given', () => {
  onHost([], (at) => {
    step('given: deploy', () => at().job.deploy(at().lab.image))
    for (const name of STEPS) step(`given: ${name}`, () => at().job[name](at().lab.image))
  })
})

describe(`from ${OLDEST_DEPLOYED} to ${NEWEST_INSTALLABLE}`, () => {
  onHost([OLDEST_DEPLOYED, NEWEST_INSTALLABLE], (host) => {
    const [oldest, newest] = [() => host().lab.images[0] ?? '', () => host().lab.images[1] ?? '']
    step('jump: deploy', () => host().job.deploy(oldest()))
    step('jump: plan', () => host().job.plan())
    step('jump: sync', () => host().job.sync())
    step('jump: upgrade', () => host().job.upgrade(newest()))
    if (FULL) {
      step('jump: rollback', () => host().job.rollback(oldest()))
      step('jump: again', () => host().job.deploy(newest()))
    }
    step('jump: budgets', () => host().job.budgets())
    if (!FULL) return
    for (const name of ['rotate', 'backup', 'verify', 'restore'] as const)
      step(`jump: ${name}`, () => host().job[name]())
  })
})

test('the newest and the oldest are among those that the lab can install', () => {
  expect(INSTALLABLE.at(-1)).toBe(NEWEST_INSTALLABLE)
  expect(INSTALLABLE.find((version) => !isOlder(version, OLDEST_LITELLM))).toBe(OLDEST_DEPLOYED)
})

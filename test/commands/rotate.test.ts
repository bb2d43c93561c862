import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Failure } from '../github/failures.ts'
import { type LoadHandle, startLoad } from '../lab/load/load.ts'
import { counted, FULL } from '../lab/proof.ts'
import { exposedIn, exposedOn } from '../story/canary.ts'
import { virtualKey } from '../story/chat.ts'
import { type RotationLab, startRotationLab } from './rotation.ts'

/** Some 16 requests a second, or 4: two cores carry the load and two rollouts beside it. */
const [REQUESTS, PAUSE_MS] = FULL ? [3_000, 400] : [400, 1_600]
let rotation: RotationLab
let old: string
let colleague: string
let load: LoadHandle
let said = ''

beforeAll(async () => {
  rotation = await startRotationLab()
  old = await rotation.inFile()
  colleague = await virtualKey(rotation.url, rotation.masterKey, 'somebody')
  load = await startLoad({
    url: rotation.url,
    key: colleague,
    clients: 8,
    plain: { model: 'gpt-4', pauseMs: PAUSE_MS },
  })
})
afterAll(async () => {
  await load?.stop()
  await rotation?.close()
})

async function rotate(...options: string[]) {
  const run = await rotation.rotate(...options)
  said += run.stdout + run.stderr
  return run
}

describe('a rotation that cannot be made', () => {
  test('because a target cannot be written changes nothing', async () => {
    const { secrets } = rotation.github.state.repository('example/consumer').secrets
    const kept = secrets.get('LITELLM_MASTER_KEY') ?? expect.fail('no secret')
    secrets.delete('LITELLM_MASTER_KEY')
    const run = await rotate()
    expect(run.code).toBe(1)
    expect(run.stderr).toMatch(/example\/consumer LITELLM_MASTER_KEY: there is no such secret/)
    secrets.set('LITELLM_MASTER_KEY', kept)
    expect(await rotation.inFile()).toBe(old)
    expect(rotation.inTargets()).toEqual(['old', 'old'])
    expect((await rotation.lab.exec('ls /etc/litellm/rotation 2>/dev/null')).stdout).toBe('')
  })

  test('because the disk is full says so, and changes nothing', async () => {
    const folder = '/etc/litellm/rotation'
    // A disk of its own, so that no other one has to be filled: one page, and a file that takes it.
    await rotation.lab.exec(
      `mkdir -p ${folder} && mount -t tmpfs -o size=4k,mode=700 tmpfs ${folder} && echo > ${folder}/filler`,
    )
    const run = await rotate()
    await rotation.lab.exec(`umount ${folder}`)
    expect(run.code).toBe(1)
    expect(run.stderr).toMatch(/No space is left/i)
    expect([await rotation.inFile(), ...rotation.inTargets()]).toEqual([old, 'old', 'old'])
    expect(await rotation.asks(old)).toBe(200)
  })
})

describe('a rotation with a wrong salt key on the host', () => {
  test('is refused before anything is changed, for what is stored could not be read after it', async () => {
    await rotation.storeCredential(old, 'kept')
    await rotation.lab.exec('cd /etc/litellm && cp -p salt_key salt_key.right && echo wrong > salt_key')
    const run = await rotate()
    await rotation.lab.exec('cd /etc/litellm && mv salt_key.right salt_key')
    expect(run.code).toBe(1)
    expect(run.stderr).toMatch(/\d+ of \d+ stored credentials and model settings cannot be decrypted/)
    expect([await rotation.inFile(), ...rotation.inTargets()]).toEqual([old, 'old', 'old'])
  })
})

describe('a rotation under load that GitHub refuses, and whose runner dies', () => {
  const put = 'actions/create-or-update-repo-secret'
  // A stale key is tried twice for each target, a broken connection four times.
  const faults: [Failure, RegExp][] = [
    [{ route: put, with: 403, times: 2 }, /Secrets: write/],
    [{ route: put, with: 422, times: 4 }, /Validation Failed/],
    [{ route: put, with: 429, times: 2, headers: { 'retry-after': '3600' } }, /secondary rate limit/],
    [{ route: put, with: 'reset', times: 8 }, /example\/consumer LITELLM_MASTER_KEY: /],
    // Whichever of the two that are written side by side asks first.
    [{ route: put, with: 404, times: 1 }, /example\/\w+ LITELLM_MASTER_KEY: there is no such secret/],
  ]

  test.each(faults)('%o leaves the old key the master, and each holder served', async (fault, said) => {
    rotation.github.fail(fault)
    const run = await rotate()
    expect(run.code).toBe(1)
    expect(run.stderr).toMatch(said)
    expect(await rotation.inFile()).toBe(old)
    const held = rotation.inTargets().filter((value) => value !== 'old')
    expect(held.length).toBe(fault.with === 404 ? 1 : 0)
    for (const key of [old, ...held]) expect(await rotation.asks(key ?? '')).toBe(200)
  })

  test('is brought to its end by the next run: one key everywhere, and the old one still works', async () => {
    const first = await rotation.rotateDying(3)
    expect(first.killed, first.lines.join('\n')).toBe(true)
    expect(await rotation.asks(old)).toBe(200)
    await rotation.endLease(10)
    const run = await rotate()
    expect(run.code, run.stderr).toBe(0)
    expect(run.stderr).toMatch(/Waiting: if that run died, its lock ends at/)
    expect(run.stderr).toMatch(/old one beside it, [1-9]\d* stored values are readable/)
    const key = await rotation.inFile()
    expect(key).not.toBe(old)
    expect(rotation.inTargets()).toEqual([key, key])
    expect([await rotation.asks(key), await rotation.asks(old)]).toEqual([200, 200])
  })

  test('waits for the grace time, and changes nothing meanwhile', async () => {
    const before = await rotation.inFile()
    const run = await rotate()
    expect(run.code).toBe(0)
    expect(run.stderr).toMatch(/The old key works until 20\d\d-.*; nothing was changed/)
    expect(await rotation.inFile()).toBe(before)
  })

  test('tells of a target that somebody else has written since', async () => {
    const { secrets } = rotation.github.state.repository('example/consumer').secrets
    const secret = secrets.get('LITELLM_MASTER_KEY') ?? expect.fail('no secret')
    secret.updatedAt = rotation.github.state.now()
    expect((await rotate()).stderr).toMatch(
      /example\/consumer LITELLM_MASTER_KEY was written by somebody else/,
    )
  })

  test('ends with the old key refused, and nothing of it left', async () => {
    const run = await rotate('--force')
    expect(run.code, run.stderr).toBe(0)
    expect(run.stderr).toContain('every worker refuses it')
    expect([await rotation.asks(await rotation.inFile()), await rotation.asks(old)]).toEqual([200, 401])
    expect((await rotation.lab.exec('ls -A /etc/litellm/rotation')).stdout).toBe('distributed.json\n')
  })

  test('lost none of the requests', async ({ task }) => {
    await expect
      .poll(async () => (await load.progress()).requests, { timeout: 240_000, interval: 1_000 })
      .toBeGreaterThanOrEqual(REQUESTS)
    const report = await load.stop()
    counted(task, `${report.requests} requests, ${report.failed} failed, in ${report.seconds.toFixed(0)} s`)
    expect(report.failures).toEqual([])
  })

  test('showed neither key to anybody', async () => {
    const keys = [old, await rotation.inFile()]
    expect(exposedIn(said, keys)).toEqual([])
    expect(await exposedOn(rotation.lab, keys)).toEqual([])
    const { requests } = rotation.github
    expect(exposedIn(JSON.stringify(requests), keys)).toEqual([])
  })
})

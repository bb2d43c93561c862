import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Failure } from '../github/failures.ts'
import { counted } from '../lab/proof.ts'
import { type RotationLab, startRotationLab } from './rotation.ts'

let rotation: RotationLab

beforeAll(async () => {
  rotation = await startRotationLab()
  await rotation.hasten()
})
afterAll(async () => {
  await rotation?.close()
})

const put = 'actions/create-or-update-repo-secret'
/** Each as often as one run asks: a stale key is sealed anew once, no answer is asked for four times. */
const FAULTS: readonly [Failure, RegExp][] = [
  [{ route: put, with: 403, times: 1 }, /Secrets: write/],
  [{ route: put, with: 404, times: 1 }, /there is no such secret/],
  [{ route: put, with: 422, times: 2 }, /Validation Failed/],
  [{ route: put, with: 429, times: 1, headers: { 'retry-after': '3600' } }, /secondary rate limit/],
  [{ route: put, with: 'reset', times: 4 }, /other side closed|ECONNRESET|fetch failed|terminated/],
  [{ route: put, with: 'hang', times: 4 }, /timeout/],
]

describe.each(['example/gateway', 'example/consumer'])('while GitHub refuses %s', (repository) => {
  let old: string
  beforeAll(async () => {
    old = await rotation.inFile()
  })

  test.for(FAULTS)(
    'by %o, the other target has the new key, and old and new are taken',
    async ([fault, said]) => {
      rotation.github.fail({ ...fault, repository })
      const run = await rotation.rotate()
      expect(run.code).toBe(1)
      const line = run.stderr.split('\n').find((text) => text.includes(`${repository} LITELLM_MASTER_KEY: `))
      expect(line).toMatch(said)
      expect(await rotation.inFile()).toBe(old)
      const held = rotation.inTargets().filter((value) => value !== 'old' && value !== old)
      expect(held.length).toBe(1)
      for (const key of [old, ...held]) expect(await rotation.asks(key ?? '')).toBe(200)
    },
  )

  test('the next run ends with one key everywhere', async ({ task }) => {
    expect((await rotation.rotate()).code).toBe(0)
    await rotation.endsWithOneKey(old)
    counted(task, `${FAULTS.length} refusals, then one key`)
  })
})

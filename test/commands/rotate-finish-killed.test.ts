import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LoadHandle, startLoad } from '../lab/load/load.ts'
import { counted } from '../lab/proof.ts'
import { virtualKey } from '../story/chat.ts'
import { type RotationLab, startRotationLab } from './rotation.ts'

let rotation: RotationLab
let load: LoadHandle

beforeAll(async () => {
  rotation = await startRotationLab()
  await rotation.hasten()
  const key = await virtualKey(rotation.url, rotation.masterKey, 'somebody')
  load = await startLoad({ url: rotation.url, key, clients: 2, plain: { model: 'gpt-4', pauseMs: 200 } })
})
afterAll(async () => {
  await load?.stop()
  await rotation?.close()
})

/** The other half of rotate-killed.test.ts: the grace time is over, and the old key is to be refused from now on. */
test('a runner that dies after any line of ending the grace time leaves a valid key, and the next one ends with that one', async ({
  task,
}) => {
  let died = 0
  for (let line = 1; ; line += 1) {
    const old = await rotation.inFile()
    const made = await rotation.rotate()
    expect(made.code, made.stderr).toBe(0)
    const key = await rotation.inFile()
    const { killed, lines } = await rotation.rotateDying(line, { force: true })
    expect(await rotation.asks(key), `line ${line}`).toBe(200)
    if (!killed) break
    died += 1
    console.log(`killed after "${lines.at(-1)}"`)
    await rotation.endLease()
    // The host may have brought it to its end by itself; another run would begin the next rotation.
    if (await rotation.underWay()) {
      const ended = await rotation.rotate('--force')
      expect(ended.code, ended.stderr).toBe(0)
    }
    expect(await rotation.inFile()).toBe(key)
    expect(rotation.inTargets()).toEqual([key, key])
    expect([await rotation.asks(key), await rotation.asks(old)]).toEqual([200, 401])
    expect((await load.progress()).failures).toEqual([])
  }
  // A run that ends by itself at once would prove nothing.
  expect(died).toBeGreaterThan(0)
  const { requests, failed } = await load.progress()
  counted(task, `killed after each of ${died} lines; ${requests} requests, ${failed} failed`)
})

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

test('a runner that dies after any line of its log leaves a gateway that takes old and new, and the next one ends with one key', async ({
  task,
}) => {
  let died = 0
  for (let line = 1; ; line += 1) {
    const old = await rotation.inFile()
    const { killed, lines } = await rotation.rotateDying(line)
    if (!killed) break
    died += 1
    console.log(`killed after "${lines.at(-1)}"`)
    const held = [old, ...rotation.inTargets().filter((value) => value !== 'old')]
    for (const key of held) expect(await rotation.asks(key ?? ''), `line ${line}`).toBe(200)
    // The first one is waited out. The others go on at once, when what the dead run began on the host may still be at work.
    if (line > 1) await rotation.endLease()
    const run = await rotation.rotate()
    expect(run.code, run.stderr).toBe(0)
    await rotation.endsWithOneKey(old)
    expect((await load.progress()).failures).toEqual([])
  }
  // A run that ends by itself at once would prove nothing.
  expect(died).toBeGreaterThan(5)
  const { requests, failed } = await load.progress()
  counted(task, `killed after each of ${died} lines; ${requests} requests, ${failed} failed`)
})

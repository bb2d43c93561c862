import { afterAll, beforeAll, expect, test, vi } from 'vitest'
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

const OURS = `pkill -9 -f 'exec\\(r\\["modules"\\]'`
/** What may die besides the runner. */
const HARMS: readonly [string, string][] = [
  [
    'the gateway in each slot is killed',
    'podman kill --signal KILL litellm; podman kill --signal KILL litellm-standby; true',
  ],
  ['each of our programs on the host is killed', OURS],
  ['the link is cut', "pkill -9 -u debian sshd; pkill -9 -f '^sshd-session: debian'"],
]

/** Each line of the log is met by one kind of harm, and the next rotation begins with another kind. */
test('harm after any line of the log leaves a gateway that takes old and new, and the next run ends with one key', async ({
  task,
}) => {
  let harmed = 0
  for (let line = 1; ; line += 1) {
    const old = await rotation.inFile()
    const [name, harm] = HARMS[line % HARMS.length] ?? expect.fail()
    const { succeeded, lines } = await rotation.rotateHarmed(line, harm)
    if (lines.length < line) break
    harmed += 1
    console.log(
      `${line}: ${name} after "${lines[line - 1]}": ${succeeded ? 'done all the same' : lines.at(-1)}`,
    )
    const held = [old, ...rotation.inTargets().filter((value) => value !== 'old')]
    // A gateway that was killed takes a while to start.
    for (const key of held)
      await vi.waitFor(async () => expect(await rotation.asks(key ?? ''), `line ${line}`).toBe(200), {
        timeout: 90_000,
        interval: 1_000,
      })
    if (!succeeded) {
      // Each kind's first lease is waited out.
      if (line > HARMS.length) await rotation.endLease()
      const run = await rotation.rotate()
      expect(run.code, run.stderr).toBe(0)
    }
    const key = await rotation.inFile()
    expect(key).not.toBe(old)
    expect(rotation.inTargets()).toEqual([key, key])
    expect([await rotation.asks(key), await rotation.asks(old)]).toEqual([200, 200])
    const finished = await rotation.rotate('--force')
    expect(finished.code, finished.stderr).toBe(0)
    expect([await rotation.asks(key), await rotation.asks(old)]).toEqual([200, 401])
  }
  // A run that ends by itself at once would prove nothing.
  expect(harmed).toBeGreaterThan(5)
  counted(task, `harmed after each of ${harmed} lines`)
})

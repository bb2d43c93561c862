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

test.for(HARMS)(
  'when, after any line of the log, %s, old and new are taken, and the next run ends with one key',
  async ([name, harm], { task }) => {
    let harmed = 0
    for (let line = 1; ; line += 1) {
      const old = await rotation.inFile()
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
        // The first lease is waited out.
        if (line > 1) await rotation.endLease()
        const run = await rotation.rotate()
        expect(run.code, run.stderr).toBe(0)
      }
      await rotation.endsWithOneKey(old)
    }
    // A run that ends by itself at once would prove nothing.
    expect(harmed).toBeGreaterThan(5)
    counted(task, `harmed after each of ${harmed} lines`)
  },
)

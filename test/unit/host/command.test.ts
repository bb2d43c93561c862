import { expect, it } from 'vitest'
import { inAgent } from './agent.ts'

const script = `
import concurrent.futures
from agent.base import process as command
# In a second, beside much else.
command.NO_WORK = 0.05
def outcome(shell):
    try:
        return command.run("bash", "-c", shell, timeout=20, still=1)
    except command.CommandFailed as failed:
        return str(failed)
with concurrent.futures.ThreadPoolExecutor() as pool:
    return list(pool.map(outcome, given))`

it('a program that does nothing is asked to end and says why, or is killed; one that works or moves data is left alone', () => {
  const [silent, telling, deaf, busy, moving] = inAgent<string[]>(script, [
    'exec sleep 30',
    'trap "echo No space left on device; echo removing all; exit 1" TERM; sleep 30 &> /dev/null & wait',
    'trap "" TERM; exec sleep 30',
    'end=$((SECONDS + 3)); while ((SECONDS < end)); do :; done; echo done',
    'for _ in {1..8}; do printf "%300000s" >/dev/null; sleep 0.3; done; echo done',
  ])
  expect(silent).toContain('did nothing for 1 s and was ended: (it printed nothing)')
  expect(telling).toContain('did nothing for 1 s and was ended: No space left on device')
  expect(deaf).toContain('did nothing for 1 s and was ended: (it printed nothing)')
  expect([busy, moving]).toEqual(['done\n', 'done\n'])
})

it('a program that prints without end is ended, and one that takes or gives much is heard whole', () => {
  const [endless, errors, much, taken, closed] = inAgent<string[]>(
    `
from agent.base import process as command
def outcome(shell, stdin=None):
    try:
        return command.run("bash", "-c", shell, timeout=30, stdin=stdin)
    except command.CommandFailed as failed:
        return str(failed)
command.MOST_PRINTED = 2**21
return [outcome("yes"), outcome("yes >&2"), str(len(outcome("head -c 2000000 /dev/zero"))), outcome("wc -c", "x" * 2_000_000), outcome("exec <&-; echo done", "x" * 2_000_000)]`,
  )
  expect([endless, errors]).toEqual(
    Array(2)
      .fill('bash -c yes printed more than 2 MiB and was ended: (it printed nothing)')
      .map((text, at) => (at === 0 ? text : text.replace('yes', 'yes >&2'))),
  )
  expect([much, taken, closed]).toEqual(['2000000', '2000000\n', 'done\n'])
})

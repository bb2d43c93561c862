import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HostProgramError } from '../../../src/host/errors.ts'
import { observe, observeForDoctor, observeUsage } from '../../../src/host/observe.ts'
import type { Session } from '../../../src/host/session.ts'
import { inAgent } from './agent.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pause-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('the pause between two answers to an expensive question', () => {
  const script = `
from pathlib import Path
from agent.base import pause
from agent.base.refusal import Refused
pause.FOLDER = Path(given["folder"])
now = [1000.0]
pause._now = lambda: now[0]
said = []
def ask(question, at, takes=0.0, fails=False):
    now[0] = at
    try:
        with pause.after(question):
            now[0] += takes
            if fails:
                raise ValueError
        said.append("answered")
    except Refused as refused:
        said.append([refused.code, refused.data["seconds"]])
    except ValueError:
        said.append("failed")
for one in given["asked"]:
    ask(*one)
return said`
  const ask = (...asked: unknown[][]) => inAgent(script, { folder, asked })

  it('is counted from the end of the last one, for each question by itself', () => {
    expect(
      ask(['doctor', 1000, 10], ['doctor', 1015], ['report', 1015], ['doctor', 1039.5], ['doctor', 1040]),
    ).toEqual(['answered', ['busy', 25], 'answered', ['busy', 1], 'answered'])
  })

  it('is kept after one that failed', () => {
    expect(ask(['doctor', 1000, 5, true], ['doctor', 1006])).toEqual(['failed', ['busy', 29]])
  })

  it.each(['', 'soon', '99999999', 'nan'])('is nothing that %j could prolong', (text) => {
    writeFileSync(join(folder, 'doctor'), text)
    expect(ask(['doctor', 1000])).toEqual(['answered'])
  })
})

describe('a client with the read-only key', () => {
  const busy = new HostProgramError('busy', 'others', [], { seconds: 0.01 })
  const slow = new HostProgramError('slow', 'too late', [], {})
  const answer = { protocol: 1, observation: { value: { protocol: 1 } }, groups: [] }
  const sessionWith = (refusals: Error[], readOnly = true) => {
    const asked: string[] = []
    const run = async (main: string) => {
      asked.push(main)
      const refused = refusals.shift()
      if (refused !== undefined) throw refused
      return answer
    }
    return { asked, session: { readOnly, run } as unknown as Session }
  }
  const range = { since: '2026-11-01', until: '2026-11-02', zone: 'UTC' }

  it('asks again when others are first, or the question came late', async () => {
    for (const [name, look] of [
      ['observe', (session: Session) => observe(session, {})],
      ['doctor', (session: Session) => observeForDoctor(session, {})],
      ['report', (session: Session) => observeUsage(session, range)],
    ] as const) {
      const { asked, session } = sessionWith([busy, slow, busy])
      expect(await look(session)).toBe(answer)
      expect(asked).toEqual(Array(4).fill(name))
    }
  })

  it('gives up when there is no time left for it, and passes on every other refusal', async () => {
    const late = new HostProgramError('busy', 'others', [], { seconds: 30 })
    await expect(observe(sessionWith([late]).session, {}, { timeoutMs: 5_000 })).rejects.toBe(late)
    const bug = new HostProgramError('bug', 'x', [], {})
    await expect(observe(sessionWith([bug]).session, {})).rejects.toBe(bug)
    // The other key never waits in that row: what is busy there is something else.
    await expect(observe(sessionWith([busy], false).session, {})).rejects.toBe(busy)
  })

  it('says before it asks that a question is too long', async () => {
    const owners = Array.from({ length: 20_000 }, (_, n) => ({
      subject: 'user' as const,
      id: `${n}${'x'.repeat(120)}`,
    }))
    const { asked, session } = sessionWith([])
    await expect(observe(session, { owners })).rejects.toThrow(
      /question of 2\d{6} bytes.*Give the key of sync/,
    )
    expect(asked).toEqual([])
    const some = Array.from({ length: 10_000 }, (_, n) => ({
      subject: 'member' as const,
      team: `team-${'y'.repeat(40)}`,
      id: `${n}${'x'.repeat(40)}`,
    }))
    expect(await observe(session, { owners: some })).toBe(answer)
  })
})

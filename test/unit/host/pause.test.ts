import { describe, expect, it } from 'vitest'
import { HostProgramError } from '../../../src/host/errors.ts'
import { observe, observeForDoctor, observeUsage } from '../../../src/host/observe.ts'
import type { Session } from '../../../src/host/session.ts'

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

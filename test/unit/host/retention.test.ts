import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inAgent } from './agent.ts'

const script = `
import datetime
from agent.backup import restic, retention
def snapshot(number, hours):
    time = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc) + datetime.timedelta(hours=hours)
    return restic.Snapshot(str(number), time, "scheduled", 0, "o" + str(number), ("/x",))
return [retention.expired([snapshot(n, h) for n, h in enumerate(case["hours"])], case["keep"], case["good"]) for case in given]`

interface Case {
  readonly hours: readonly number[]
  readonly keep: number
  readonly good: string | null
}
const expired = (...cases: readonly Case[]) => inAgent<string[][]>(script, cases)
const days = (count: number) => Array.from({ length: count }, (_, day) => day * 24)

describe('retention', () => {
  it('keeps the last of each day, all of the last day, and drops what is older than the days to keep', () => {
    const hours = [...days(10), 9 * 24 + 1, 9 * 24 + 2, 8 * 24 + 5]
    expect(expired({ hours, keep: 3, good: 'o9' })).toEqual([['0', '1', '2', '3', '4', '5', '6', '8']])
  })

  it('keeps everything while nothing was proven, or what was proven is not there', () => {
    const hours = days(100)
    expect(expired({ hours, keep: 1, good: null }, { hours, keep: 1, good: 'gone' })).toEqual([[], []])
  })

  it('keeps the last proven one, however old it is', () => {
    expect(expired({ hours: days(40), keep: 30, good: 'o2' })[0]).toEqual(['0', '1', ...range(3, 10)])
  })

  it('does not empty the repository when the clock jumps by years, or when backups had stopped', () => {
    const hours = [...days(30), 24 * 3650]
    expect(expired({ hours, keep: 30, good: 'o29' })[0]).toEqual(['0'])
  })

  it('never drops the proven one nor the newest, and always leaves as many days as are wanted', () => {
    const some = fc.record({
      hours: fc.array(fc.integer({ min: 0, max: 24 * 90 }), { minLength: 1, maxLength: 60 }),
      keep: fc.integer({ min: 1, max: 40 }),
    })
    const cases = fc.sample(some, 200).map(({ hours, keep }, index) => ({
      hours,
      keep,
      good: `o${index % hours.length}`,
    }))
    for (const [index, gone] of expired(...cases).entries()) {
      const { hours = [], keep = 0, good = '' } = cases[index] ?? {}
      const newest = hours.indexOf(Math.max(...hours))
      const left = hours
        .map((hour, number) => ({ hour, id: String(number) }))
        .filter(({ id }) => !gone.includes(id))
      const daysLeft = new Set(left.map(({ hour }) => Math.floor(hour / 24)))
      const daysThen = new Set(hours.map((hour) => Math.floor(hour / 24)))
      expect(gone).not.toContain(good.slice(1))
      expect(left.some(({ hour }) => hour === hours[newest])).toBe(true)
      expect(daysLeft.size).toBeGreaterThanOrEqual(Math.min(keep, daysThen.size))
      expect(daysLeft.size).toBeLessThanOrEqual(keep + 1)
    }
  })
})

function range(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, index) => String(from + index))
}

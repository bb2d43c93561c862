import { describe, expect, test } from 'vitest'
import { ConfigError } from '../../../src/config/problem.ts'
import { rangeOf } from '../../../src/report/range.ts'

const now = new Date('2026-11-24T23:30:00Z')

test.each([
  ['nothing said', {}, '2026-11-17', '2026-11-24'],
  ['a zone where it is tomorrow already', { zone: 'Europe/Berlin' }, '2026-11-18', '2026-11-25'],
  ['a zone where it is still today', { zone: 'America/New_York' }, '2026-11-17', '2026-11-24'],
  ['both', { since: '2026-10-01', until: '2026-10-31' }, '2026-10-01', '2026-11-01'],
  ['the first day alone', { since: '2026-10-01' }, '2026-10-01', '2026-10-08'],
  ['a first day near to today', { since: '2026-11-23' }, '2026-11-23', '2026-11-25'],
  ['the last day alone', { until: '2026-10-07' }, '2026-10-01', '2026-10-08'],
  ['one day', { since: '2026-10-07', until: '2026-10-07' }, '2026-10-07', '2026-10-08'],
])('%s', (_, inputs, since, until) => {
  expect(rangeOf(inputs, now)).toMatchObject({ since, until })
})

describe('refused is', () => {
  test.each([
    ['a day that is none', { since: '2026-02-30' }, 'since: got "2026-02-30".'],
    ['a time', { until: '2026-11-01T00:00' }, 'until: got "2026-11-01T00:00".'],
    ['a zone that is none', { zone: "Berlin'; --" }, 'time-zone: got "Berlin\'; --".'],
    ['an end before the begin', { since: '2026-11-02', until: '2026-11-01' }, 'has no day in it'],
    ['the future', { since: '2026-12-24' }, 'has no day in it'],
    ['years', { since: '2020-01-01', until: '2026-01-01' }, 'the range has 2193 days.'],
  ])('%s', (_, inputs, message) => {
    let thrown: unknown
    try {
      rangeOf(inputs, now)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(ConfigError)
    expect((thrown as ConfigError).problems[0]?.message).toContain(message)
  })
})

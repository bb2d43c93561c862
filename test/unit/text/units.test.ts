import { describe, expect, test } from 'vitest'
import {
  count,
  counted,
  days,
  duration,
  exactUsd,
  percent,
  percentOf,
  size,
  usd,
} from '../../../src/text/units.ts'

const GIB = 1024 ** 3
const HOUR = 3600

describe('how numbers are written', () => {
  test.each([
    [() => usd(1234.5678), '1,234.57 USD'],
    [() => usd(0), '0.00 USD'],
    [() => usd(0.00123), '0.0012 USD'],
    [() => exactUsd(100), '100.00 USD'],
    [() => exactUsd(1234.5678), '1,234.5678 USD'],
    [() => exactUsd(0.000125), '0.000125 USD'],
    [() => exactUsd(1e-7), '1.00e-7 USD'],
    [() => count(1234567), '1,234,567'],
    [() => counted(1, 'error'), '1 error'],
    [() => counted(1200, 'error'), '1,200 errors'],
    [() => percent(0.07), '7 %'],
    [() => percentOf(1, 8), '12.5 %'],
    [() => percentOf(0, 0), '–'],
    [() => size(3.2 * GIB), '3.2 GiB'],
    [() => size(97 * 1024 ** 2), '97 MiB'],
    [() => size(3 * 1024 ** 2), '3.0 MiB'],
    [() => duration(48), '48 s'],
    [() => duration(300), '5 min'],
    [() => duration(7500), '2 h 5 min'],
    [() => duration(26 * HOUR), '26 h'],
    [() => duration(80 * HOUR), '3 days'],
    [() => days(1.9), '1 day'],
  ])('%s is %s', (write, text) => expect(write()).toBe(text))

  test('and no text of a host is passed off as one', () => {
    const text = '<img src=x>' as unknown as number
    for (const write of [usd, exactUsd, count, percent, size, duration, days])
      expect(write(text)).toMatch(/NaN/)
  })
})

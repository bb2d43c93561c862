import { expect, test } from 'vitest'
import { madeLines } from '../../../src/rotation/made.ts'

const key = {
  id: '0123456789ab',
  by: 'default_user_id',
  at: '2026-11-03T10:00:00',
  user: null,
  team: null,
  expires: null,
}

test('a list of keys and users, a line each', () => {
  const users = [{ id: 'mallory', alias: 'm@example.com', role: 'proxy_admin', at: '2026-11-03T10:01:00' }]
  const keys = [{ ...key, alias: 'ci', user: 'mallory', team: 'data', expires: '2027-01-01T00:00:00' }]
  expect(madeLines({ since: '2026-11-02T03:41:00+00:00', keys, users, more: true })).toEqual([
    'keys since 2026-11-02T03:41:00+00:00:',
    '  2026-11-03T10:00:00  0123456789ab…  ci  by default_user_id  of mallory  team data  until 2027-01-01T00:00:00',
    'users (LiteLLM does not write down who made them) since 2026-11-02T03:41:00+00:00:',
    '  2026-11-03T10:01:00  mallory  m@example.com  proxy_admin',
    'and others: these are the newest of each',
  ])
})

test('nothing, and that it cannot be told', () => {
  expect(madeLines({ since: null, keys: [], users: [], more: false })).toEqual([
    'no keys since the gateway was made',
    'no users (LiteLLM does not write down who made them) since the gateway was made',
  ])
  expect(madeLines('the host\nis gone')).toEqual(['It cannot be listed: the host\uFFFDis gone'])
})

test.each([
  'a\n```\n# Forged',
  'a\r\n::stop-commands::x',
  'a\u0085::add-mask::x',
  'a\u2028b',
  '\u202Eevil',
  '``` <img src=x>',
])('a name stays in its line and within the fence: %j', (alias) => {
  const lines = madeLines({ since: null, keys: [{ ...key, alias }], users: [], more: false })
  expect(lines.length).toBe(3)
  for (const line of lines) expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}`]|::/u)
})

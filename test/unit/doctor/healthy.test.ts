import { describe, expect, test } from 'vitest'
import { errors, gateway, key, place } from './fault.ts'
import { AT, type Broken, DAY, findingsOf, GIB, HOUR } from './healthy.ts'

test('a healthy gateway has no finding', () => {
  expect(findingsOf()).toEqual([])
})

/** The budget that is declared, as the host has it. */
const TEAM_DEV = {
  subject: 'user' as const,
  id: 'team-dev',
  max_budget: 100,
  budget_duration: '1mo',
  managed: ['max_budget', 'budget_duration'],
}

test.each([
  'backups',
  'certificate',
  'clock',
  'counters',
  'disks',
  'memory',
  'ports',
  'providers',
  'secretFiles',
  'system',
  'units',
  'usage',
  'workers',
])('%s that cannot be read are told', (part) => {
  expect(findingsOf({ unreadable: { [part]: 'why' } }).map(({ id }) => id)).toEqual([
    `${part.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)}-unread`,
  ])
})

describe('what is not wrong', () => {
  test.each<[string, Broken]>([
    [
      'a gateway of an hour without a backup',
      {
        parts: {
          backups: { repository: place(null, 0), proven: null, copy: null },
          system: { deployedSince: AT - HOUR },
        },
      },
    ],
    [
      'a container without a clock service',
      { parts: { clock: { service: null, synchronized: false, container: true } } },
    ],
    [
      'TLS in front, no certificate here',
      { declaration: { tls: 'off' }, parts: { certificate: { answers: 'refused' } as never } },
    ],
    [
      'a log that is as long as it may be',
      {
        declaration: { general_settings: { maximum_spend_logs_retention_period: '30d' } },
        parts: {
          usage: {
            growth: { rows: 1e6, bytes: 20 * GIB, recentRows: 900_000, oldest: AT - 30 * DAY, days: 7 },
          },
        },
      },
    ],
    [
      'a certificate of twelve hours in its first half',
      {
        declaration: { tls: 'internal' },
        parts: {
          certificate: {
            notBefore: AT - 4 * HOUR,
            notAfter: AT + 8 * HOUR,
            issuer: 'CN=Caddy Local Authority - ECC Intermediate',
            names: ['llm.example.com'],
          },
        },
      },
    ],
    [
      'swap in use while there is memory',
      { parts: { memory: { swapBytes: 2 * GIB, swapFreeBytes: 0.2 * GIB } } },
    ],
    ['little memory left, but no swap', { parts: { memory: { availableBytes: 0.6 * GIB } } }],
    [
      'less than half of the swap in use',
      { parts: { memory: { availableBytes: 0.6 * GIB, swapBytes: 2 * GIB, swapFreeBytes: 1.1 * GIB } } },
    ],
    [
      'a budget that is reset some minutes late',
      { observed: gateway({ budgets: [{ ...TEAM_DEV, budget_reset_at: '2026-11-23T11:50:00' }] }) },
    ],
    ['a wildcard certificate', { parts: { certificate: { names: ['*.example.com'] } } }],
    ['mistakes of callers', errors({ BadRequestError: 80, BudgetExceededError: 20 })],
    ['a provider that cannot be asked for nothing', key(404)],
    ['a reproducible image without a date', { parts: { system: { imageCreated: 0 } } }],
    [
      'somebody who waits for an address or the time',
      {
        declaration: { firewall: 'off' },
        parts: {
          ports: {
            firewall: false,
            open: [{ protocol: 'udp', address: '0.0.0.0', port: 68, process: 'dhcpcd' }],
          },
        },
      },
    ],
  ])('%s', (_, broken) => {
    expect(findingsOf(broken)).toEqual([])
  })
})

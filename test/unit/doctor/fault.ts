// How one thing is broken, and what has to be found then.

import { expect, test } from 'vitest'
import type { Observation } from '../../../src/contract/programs/observe.ts'
import { type Broken, findingsOf, GIB } from './healthy.ts'

/** A fault, what it is called, how bad it is, and what the cure has to name. */
export type Fault = readonly [
  fault: string,
  broken: Broken,
  id: string,
  severity: 'error' | 'warning',
  cure: RegExp,
]

export const unit = (name: string, active = 'inactive', enabled = 'enabled'): Broken => ({
  observed: differs({ units: [{ name, active, enabled }] }),
})
export const differs =
  (changed: Partial<Observation['differs']>) =>
  (seen: Observation): Observation => ({ ...seen, differs: { ...seen.differs, ...changed } })
export const gateway =
  (changed: Partial<NonNullable<Observation['gateway']>>) =>
  (seen: Observation): Observation => ({
    ...seen,
    gateway: seen.gateway === null ? null : { ...seen.gateway, ...changed },
  })
export const disk = (changed: object): Broken => ({
  parts: {
    disks: [
      {
        path: '/',
        sizeBytes: 20 * GIB,
        freeBytes: 10 * GIB,
        files: 1000,
        freeFiles: 900,
        readOnly: false,
        holds: ['/', '/var/lib/postgresql'],
        ...changed,
      },
    ],
  },
})
export const key = (status: number | null): Broken => ({
  parts: { providers: { keys: [{ name: 'OPENAI_API_KEY', provider: 'openai', status }] } },
})
export const errors = (counts: Record<string, number>): Broken => ({
  parts: {
    usage: { models: [{ model: 'gpt-4', requests: 200, failures: 100, seconds: null, errors: counts }] },
  },
})
export const place = (newest: string | null, count = 30, problem: string | null = null) => ({
  location: '/var/backups/litellm',
  count,
  newest,
  problem,
})
export const timer = (name: string, changed: object): Broken => ({
  parts: {
    units: {
      timers: {
        [name]: { active: true, scheduled: true, lastResult: 'success', running: false, ...changed },
      },
    },
  },
})
export const certificate = (changed: object): Broken => ({ parts: { certificate: changed } })

/** Each fault is the one finding, as severe as it is, and with its cure. */
export function testFaults(faults: readonly Fault[]): void {
  test.each(faults)('%s', (_, broken, id, severity, cure) => {
    const findings = findingsOf(broken)
    expect(findings.map((one) => one.id)).toEqual([id])
    expect(findings[0]?.severity).toBe(severity)
    expect(findings[0]?.remedy.text).toMatch(cure)
    expect(findings[0]?.what).toMatch(/\S/)
    expect(findings[0]?.why).toMatch(/\.$/)
  })
}

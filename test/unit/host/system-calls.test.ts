import { describe, expect, it } from 'vitest'
import { inAgent } from './agent.ts'

interface Rule {
  readonly names: readonly string[]
  readonly action: string
  readonly args?: readonly object[]
  readonly errnoRet?: number
}

const LISTED = {
  defaultAction: 'SCMP_ACT_ERRNO',
  syscalls: [
    { names: ['read', 'clone', 'clone3', 'unshare', 'mount', 'setns'], action: 'SCMP_ACT_ALLOW', args: [] },
    { names: ['setns'], action: 'SCMP_ACT_ALLOW', includes: { caps: ['CAP_SYS_ADMIN'] } },
    { names: ['socket'], action: 'SCMP_ACT_ALLOW', args: [{ index: 2, value: 9, op: 'SCMP_CMP_NE' }] },
  ],
}

describe('the system calls of a container', () => {
  const made = inAgent<{ defaultAction: string; syscalls: Rule[] }>(
    'from agent.litellm import system_calls\nreturn system_calls.without_namespaces(given)',
    LISTED,
  )
  const rulesOf = (name: string) => made.syscalls.filter(({ names }) => names.includes(name))

  it('are those of the list', () => {
    expect(made.defaultAction).toBe('SCMP_ACT_ERRNO')
    expect(rulesOf('read')).toEqual([{ names: ['read'], action: 'SCMP_ACT_ALLOW', args: [] }])
    expect(rulesOf('socket')).toEqual([LISTED.syscalls[2]])
  })

  it('without those that make namespaces and mounts', () => {
    for (const name of ['unshare', 'mount', 'setns', 'clone3'])
      expect(rulesOf(name).map(({ action }) => action)).toEqual(['SCMP_ACT_ERRNO'])
    // Threads and processes are made by it as ever. What the C library does without it takes for absent, not for forbidden.
    expect(rulesOf('clone')).toMatchObject([
      { action: 'SCMP_ACT_ALLOW', args: [{ op: 'SCMP_CMP_MASKED_EQ', value: 0x7e02_0000, valueTwo: 0 }] },
    ])
    expect(rulesOf('clone3')).toMatchObject([{ errnoRet: 38 }])
  })
})

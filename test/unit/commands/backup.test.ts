import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { reportJson } from '../../../src/entries/report-json.ts'
import { runCommand } from '../../../src/entries/run.ts'
import { createKnownSecrets } from '../../../src/log/known-secrets.ts'
import { createRecordingLogger } from '../../../src/log/logger.ts'
import type { CommandContext } from '../../../src/steps/command.ts'
import { base } from '../plan/applied.ts'

const CIPHERTEXT = '-----BEGIN AGE ENCRYPTED FILE-----\nYWdlLWVuY3J5cHRpb24\n'

/** Takes a backup on a host that answers the sealed keys; what was written, and all that is published. */
async function backup(output?: string, write?: NonNullable<CommandContext['write']>) {
  const logger = createRecordingLogger()
  const answer = {
    ...{
      snapshot: 'a'.repeat(64),
      time: '2026-11-23T02:00:00Z',
      kind: 'manual',
      rows: 1,
      bytes: 1,
      tables: 1,
    },
    ...{ copied: false, expired: 0, repositoryBytes: 1, litellm: '1.106.2', escrow: CIPHERTEXT },
  }
  const session = {
    run: async (program: string) => (program === 'backup' ? answer : {}),
    stats: { connections: 1, execs: 3 },
    close: () => {},
  }
  const report = await runCommand('backup', {
    config: 'gateway.yaml',
    files: { read: () => stringify(base), list: () => [] },
    inputs: output === undefined ? {} : { output },
    sshKey: 'a key',
    env: {},
    logger,
    secrets: createKnownSecrets(),
    connect: (async () => session) as never,
    addressesOf: async () => [],
    now: () => new Date(),
    ...(write === undefined ? {} : { write }),
    run: { holder: 'test', url: 'test' },
  })
  return { report, published: [logger.text, report.markdown, JSON.stringify(reportJson(report))].join('\n') }
}

describe('the sealed keys', () => {
  test('are in no summary, output or log', async () => {
    const { report, published } = await backup()
    expect(report.failed, published).toBe(false)
    expect(published).not.toMatch(/AGE ENCRYPTED|YWdl/)
    expect(report.result).toMatchObject({ escrowed: true, rows: 1 })
  })

  test('go into a new file of their owner’s on a terminal that asks for it', async () => {
    const written: unknown[] = []
    const { published } = await backup('keys.age', (...all) => written.push(all))
    expect(written).toEqual([['keys.age', CIPHERTEXT, 'new-private']])
    expect(published).not.toMatch(/AGE ENCRYPTED|YWdl/)
  })

  test('are not written by a job, nor over another file', async () => {
    expect((await backup('keys.age')).published).toContain('output of backup is for a terminal')
    const there = () => {
      throw new Error('EEXIST: file already exists')
    }
    expect((await backup('keys.age', there)).published).toMatch(
      /backup was taken, but .* a file that is not there yet/,
    )
  })
})

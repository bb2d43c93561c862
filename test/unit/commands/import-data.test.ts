import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { reportJson } from '../../../src/entries/report-json.ts'
import { runCommand } from '../../../src/entries/run.ts'
import { createKnownSecrets } from '../../../src/log/known-secrets.ts'
import { createRecordingLogger } from '../../../src/log/logger.ts'
import { base } from '../plan/applied.ts'

const URL = 'postgresql://reader:the-old-password@db.example.com/llmproxy'
const none = { count: 0, names: [] }
const found = {
  confirm: base.domain,
  source: 'db.example.com:5432/llmproxy',
  server: '15.4',
  bytes: 1,
  content: {
    tables: {},
    rows: 0,
    // Somebody called a key after a secret.
    keys: { count: 1, names: ['the-old-salt-of-us'] },
    ...{ teams: none, users: none, budgets: none, models: none, credentials: none, spend: null },
  },
  secrets: { total: 1, unsure: 0, opened: { OLD_SALT_KEY: 1 }, role: 'salted', again: 0, dead: [] },
  ...{ master: 'own', image: 'x@sha256:1', pending: 0, storeModelInDb: false, leftOut: [] },
}

/** Asks a host that answers this; what it was asked, in order, and what is published. */
async function importData(inputs: object, env: Record<string, string> = {}) {
  const asked: [string, Record<string, unknown>][] = []
  const logger = createRecordingLogger()
  const session = {
    run: async (program: string, question: Record<string, unknown>) => {
      asked.push([program, question])
      if (program !== 'adopt') return {}
      const kept = {
        snapshot: 'a'.repeat(64),
        time: '2026-11-23T02:00:00Z',
        copied: false,
        took: {},
        seconds: 9,
      }
      return question.confirm === undefined
        ? { outcome: 'planned', ...found }
        : { outcome: 'adopted', ...found, ...kept }
    },
    stats: { connections: 1, execs: 3 },
    close: () => {},
  }
  const report = await runCommand('import', {
    config: 'gateway.yaml',
    files: { read: () => stringify(base), list: () => [] },
    inputs: { data: 'postgres', ...inputs },
    sshKey: 'a key',
    env: { OLD_DATABASE_URL: URL, OLD_SALT_KEY: 'the-old-salt-of-us', ...env },
    logger,
    secrets: createKnownSecrets(),
    connect: (async () => session) as never,
    addressesOf: async () => [],
    now: () => new Date(),
    write: () => {},
    run: { holder: 'somebody', url: 'a run' },
  })
  return { report, asked, text: `${report.markdown}${logger.text}${JSON.stringify(reportJson(report))}` }
}

describe('import --data', () => {
  test('says what would come while it holds the lock, and keeps nothing', async () => {
    const { report, asked } = await importData({})
    expect(report.failed).toBe(false)
    expect(report.markdown).toContain('### Takeover planned, nothing kept')
    expect(asked.map(([program]) => program)).toEqual(['lease', 'adopt', 'lease'])
    expect(asked[1]?.[1]).toMatchObject({
      source: { kind: 'postgres' },
      url: URL,
      salt: 'the-old-salt-of-us',
    })
    expect(asked[1]?.[1]).not.toHaveProperty('confirm')
  })

  test('keeps it with the domain as confirmation, and says how to go on', async () => {
    const { report, asked } = await importData({ confirm: base.domain })
    expect(asked[1]?.[1].confirm).toBe(base.domain)
    expect(report.markdown).toContain('restore --backup aaaaaaaa --scope all')
    expect(report.result).toMatchObject({ outcome: 'adopted' })
  })

  test('publishes no key and no password, whatever a host answers', async () => {
    const { text } = await importData({ confirm: base.domain })
    for (const secret of [URL, 'the-old-password', 'the-old-salt-of-us']) expect(text).not.toContain(secret)
  })

  test.each([
    ['another domain', { confirm: 'llm.example.net' }, {}, /confirm is "llm.example.net"/],
    ['a configuration at the same time', { from: 'config.yaml' }, {}, /neither --from nor --url/],
    ['no URL', {}, { OLD_DATABASE_URL: '' }, /OLD_DATABASE_URL is not set/],
    ['no such dump', { data: '/nowhere/old.dump' }, {}, /old\.dump cannot be read: there is no such file/],
  ])('is refused with %s before the host is asked', async (_, inputs, env, reason) => {
    const { report, asked, text } = await importData(inputs, env)
    expect(report.failed).toBe(true)
    expect(text).toMatch(reason)
    expect(asked).toEqual([])
  })
})

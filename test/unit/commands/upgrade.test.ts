import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadDesired } from '../../../src/config/desired.ts'
import type { Rehearsal } from '../../../src/contract/programs/rehearsal.ts'
import { runCommand } from '../../../src/entries/run.ts'
import { createKnownSecrets } from '../../../src/log/known-secrets.ts'
import { createRecordingLogger } from '../../../src/log/logger.ts'
import type { CommandContext } from '../../../src/steps/command.ts'
import { applied } from '../plan/applied.ts'
import { FakeRegistry, putImage, refuse } from '../registry/fake-registry.ts'

let registry: FakeRegistry
let tags: string[]
let digests: Record<string, string>

beforeEach(async () => {
  registry = await new FakeRegistry().start()
  tags = []
  digests = {}
  registry.play = (request, response) => {
    if (request.url?.startsWith('/v2/acme/litellm/tags/list') !== true) return undefined
    response.end(JSON.stringify({ name: 'acme/litellm', tags }))
    return true
  }
})
afterEach(() => registry.stop())

/** Puts a release there. */
function released(tag: string, created: string): void {
  const fake = { put: registry.put.bind(registry) } as FakeRegistry
  const put = fake.put
  fake.put = (kind, content, ...rest) =>
    put(kind, kind === 'blobs' && !Buffer.isBuffer(content) ? { ...content, created } : content, ...rest)
  tags.push(tag)
  digests[tag] = putImage(fake, tag, { Labels: { of: tag } }).index
}

const declared = () => `domain: llm.example.com # ours
vm:
  ssh: {host: 192.0.2.10, user: debian, host_key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUTyz1HwHReFVvD5obVsALAgJRNarH4TRpNePnAS"}
litellm:
  image: ${registry.place}/acme/litellm:v1.106.2@sha256:${'b'.repeat(64)} # pinned
users: 10
proxy: external
model_list:
  - {model_name: gpt, litellm_params: {model: openai/gpt-4o, api_key: os.environ/OPENAI_API_KEY}}
`

const good: Rehearsal = {
  ...{ ok: true, reason: null, image: 'x', version: '1.108.14', serves: { image: 'y', version: '1.106.2' } },
  ...{ backup: null, steps: [], seconds: 30, pull: 1, migrations: null, rollback: 'free' },
  ...{ providers: [], prices: [], cleanedUp: true },
}

async function upgrade(
  inputs: object = {},
  answer: Partial<Rehearsal> = {},
  more: Partial<CommandContext> = {},
) {
  const logger = createRecordingLogger()
  const asked: [string, object][] = []
  const written: [string, string][] = []
  const text = declared()
  const files = { read: () => text, list: () => [] }
  const observed = applied(loadDesired('gateway.yaml', files), { budgets: [] })
  const session = {
    run: async (program: string, question: object) => {
      asked.push([program, question])
      return program === 'rehearse' ? { ...good, ...answer } : observed
    },
    stats: { connections: 1, execs: 2 },
    close: () => {},
  }
  const report = await runCommand('upgrade', {
    config: 'gateway.yaml',
    files,
    inputs,
    sshKey: 'a key',
    env: {},
    logger,
    secrets: createKnownSecrets(),
    connect: (async () => session) as never,
    addressesOf: async () => [],
    now: () => new Date('2026-11-30T12:00:00Z'),
    write: (path, content) => written.push([path, content]),
    run: { holder: 'test', url: 'test' },
    ...more,
  })
  const rehearsed = asked.find(([program]) => program === 'rehearse')?.[1]
  return { report, text: logger.text, written, rehearsed, before: text }
}

describe('the newest release that may be taken', () => {
  beforeEach(() => {
    released('v1.110.0', '2026-11-28T00:00:00Z')
    released('v1.111.0-rc.1', '2026-11-01T00:00:00Z')
    released('v1.108.14', '2026-11-20T00:00:00Z')
    released('v1.106.2', '2026-10-01T00:00:00Z')
  })

  test('is rehearsed by its digest, and takes the place of the declared one, of which all else stays', async () => {
    const { report, written, rehearsed, before, text } = await upgrade()
    expect(report.failed, text).toBe(false)
    const image = `${registry.place}/acme/litellm:v1.108.14@${digests['v1.108.14']}`
    expect(rehearsed).toMatchObject({ image: image.replace(':v1.108.14@', '@'), prices: ['openai/gpt-4o'] })
    expect(written).toEqual([['gateway.yaml', before.replace(/image: \S+/, `image: ${image}`)]])
    expect(report.result).toMatchObject({
      outcome: 'proposed',
      image,
      skipped: [{ version: '1.110.0', why: 'it is 2 days old, and 7 are wanted' }],
    })
  })

  test('is a younger one where that is wanted', async () => {
    const { written } = await upgrade({ age: '0' })
    expect(written[0]?.[1]).toContain('litellm:v1.110.0@')
  })

  test('is not proposed when its rehearsal fails: nothing is written, and the run is red', async () => {
    const reason = 'migrations: they did not end'
    const { report, written, text } = await upgrade({}, { ok: false, reason })
    expect(written).toEqual([])
    expect(report).toMatchObject({ failed: true, result: { outcome: 'failed', reason } })
    expect(report.markdown).toContain('### Do not upgrade')
    expect(text).toContain(reason)
  })

  test.each(['-1', '1.5', 'x', '366', '1e9'])('an age of %s is refused', async (age) => {
    expect((await upgrade({ age })).report.markdown).toContain('whole number of days from 0 to 365')
  })
})

test('there is nothing newer', async () => {
  released('v1.106.2', '2026-10-01T00:00:00Z')
  const { report, rehearsed } = await upgrade()
  expect(report).toMatchObject({ failed: false, result: { outcome: 'none' } })
  expect(rehearsed).toBeUndefined()
})

test('a registry that does not answer is one clear error', async () => {
  registry.play = (_, response) => {
    refuse(response, 503, 'UNAVAILABLE')
    return true
  }
  const { report, text } = await upgrade()
  expect(report.failed).toBe(true)
  expect(text).toContain(registry.place)
  expect(text).not.toContain('evil')
})

import { describe, expect, test } from 'vitest'
import type { AddressesOf } from '../../../src/front/probe.ts'
import { seenFromHere } from '../../../src/front/seen-from-here.ts'
import { createRecordingLogger } from '../../../src/log/logger.ts'
import { declared } from '../doctor/healthy.ts'

describe('the domain as seen from here', () => {
  const seen = (addresses: Readonly<Record<string, readonly string[]>>, more: object = {}) =>
    seenFromHere(declared({ public_address: '192.0.2.10', tls: 'internal', ...more }), {
      addressesOf: async (name) => addresses[name] ?? [],
      logger: createRecordingLogger(),
    })

  test('is right when it points to the machine', async () => {
    expect(await seen({ 'llm.example.com': ['192.0.2.10'] })).toEqual({})
  })

  test('is told when it points elsewhere or nowhere, with the record to add', async () => {
    expect((await seen({ 'llm.example.com': ['203.0.113.9'] })).dns).toMatch(
      /points to 203\.0\.113\.9.*"llm\.example\.com\. A 192\.0\.2\.10"/,
    )
    expect((await seen({})).dns).toMatch(/^llm\.example\.com has no address in DNS/)
  })

  test('is not asked about where nobody says that the world sees it, and a resolver that fails accuses nobody', async () => {
    expect(await seen({}, { public_address: undefined })).toEqual({})
    const logger = createRecordingLogger()
    const fails: AddressesOf = async () => {
      throw new Error('EAI_AGAIN')
    }
    expect(await seenFromHere(declared({ tls: 'acme' }), { addressesOf: fails, logger })).toEqual({})
    expect(JSON.stringify(logger)).toContain('EAI_AGAIN')
  })
})

import { describe, expect, test } from 'vitest'
import { addressesOf, dnsFlaw, expectedAddresses, proxySnippet } from '../../../src/front/probe.ts'

describe('the DNS record of the domain', () => {
  test.each([
    [['203.0.113.7'], ['203.0.113.7']],
    [
      ['203.0.113.7', '2001:db8::7'],
      ['2001:db8::7', '203.0.113.7'],
    ],
    // Behind an address that nobody declared: that there is a record is all that can be asked for.
    [['198.51.100.1'], []],
  ])('%j is right when %j is expected', (found, expected) => {
    expect(dnsFlaw('llm.example.com', found, expected)).toBeUndefined()
  })

  test('missing: says which to add', () => {
    expect(dnsFlaw('llm.example.com', [], ['203.0.113.7', '2001:db8::7'])).toContain(
      'Add the record "llm.example.com. A 203.0.113.7" or "llm.example.com. AAAA 2001:db8::7"',
    )
    expect(dnsFlaw('llm.example.com', [], [])).toContain('Add an A record for llm.example.com')
  })

  test('of another machine: says whose it is', () => {
    const flaw = dnsFlaw('llm.example.com', ['203.0.113.7', '198.51.100.1'], ['203.0.113.7'])
    expect(flaw).toMatch(/points to 198\.51\.100\.1, which is not this gateway \(203\.0\.113\.7\)/)
  })

  test('is compared with what is declared, else with the public address of the machine', () => {
    expect(expectedAddresses(['203.0.113.7'], ['10.0.0.7'])).toEqual(['203.0.113.7'])
    expect(expectedAddresses([], ['192.0.2.10', '10.0.0.7', 'fe80::1', '2001:db8::7'])).toEqual([
      '192.0.2.10',
      '2001:db8::7',
    ])
  })

  test('is asked for as this machine does', async () => {
    expect(await addressesOf('localhost')).toContain('127.0.0.1')
    expect(await addressesOf('nobody.invalid')).toEqual([])
  })
})

test.each([
  ['litellm.mgmt.internal', 'reverse_proxy litellm.mgmt.internal:4000'],
  ['2001:db8::7', 'reverse_proxy [2001:db8::7]:4000'],
])('the snippet for a proxy in front of %s', (host, line) => {
  expect(proxySnippet('llm.example.com', host)).toBe(`llm.example.com {\n    ${line}\n}`)
})

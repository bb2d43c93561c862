import { expect, test } from 'vitest'
import { noIpv6 } from '../../../src/text/ipv6.ts'

const HOSTED = ['127.0.0.1', '::1', '10.1.0.4', 'fe80::7eed:8dff:fe2a:1%eth0']

test.each([
  'connect ENETUNREACH 2001:db8::1:22 - Local (:::0)',
  'connect EHOSTUNREACH 2001:db8::1:443',
  'connect EADDRNOTAVAIL 2001:db8::1:22 - Local (:::0)',
  'connect ETIMEDOUT 2001:db8::10:22',
])('from a runner without IPv6, %s is explained', (message) => {
  expect(noIpv6(message, HOSTED)).toMatch(/no IPv6, as all runners hosted by GitHub/)
  expect(noIpv6(message, [...HOSTED, '2001:db8:1::4'])).toBeUndefined()
})

test.each([
  'connect ENETUNREACH 192.0.2.10:22 - Local (0.0.0.0:0)',
  'connect ECONNREFUSED 2001:db8::1:22',
  'read ECONNRESET',
])('%s has another cause', (message) => expect(noIpv6(message, HOSTED)).toBeUndefined())

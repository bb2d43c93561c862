import { isIP } from 'node:net'

/** An IPv6 address in an error of a connection: `connect ENETUNREACH 2001:db8::1:22 - Local (:::0)`. */
const UNREACHED =
  /\bconnect E(?:NETUNREACH|HOSTUNREACH|ADDRNOTAVAIL|TIMEDOUT) ([0-9a-f]*:[0-9a-f:.]*:[0-9a-f:.]*)/i

/**
 * What to do when an IPv6 address was not reached from a machine that has no IPv6; undefined when that is not why. Pure.
 * @param own the machine's own addresses
 */
export function noIpv6(message: string, own: readonly string[]): string | undefined {
  if (!UNREACHED.test(message) || own.some(isGlobalIpv6)) return undefined
  return 'This runner has no IPv6, as all runners hosted by GitHub: give the address an IPv4 one beside it, use a runner of your own, or a proxy_jump that has both.'
}

function isGlobalIpv6(address: string): boolean {
  return isIP(address) === 6 && !/^(?:::1$|fe[89ab])/i.test(address)
}

import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { noIpv6 } from '../text/ipv6.ts'

const PRIVATE = new BlockList()
for (const [network, length] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['127.0.0.0', 8],
] as const)
  PRIVATE.addSubnet(network, length, 'ipv4')
for (const [network, length] of [
  ['fc00::', 7],
  ['fe80::', 10],
  ['::1', 128],
] as const)
  PRIVATE.addSubnet(network, length, 'ipv6')

/** Addresses of a name in DNS. */
export type AddressesOf = (name: string) => Promise<readonly string[]>

/** IPv4 and IPv6 addresses of a name, from this machine's resolver; empty when it has none. */
export async function addressesOf(name: string): Promise<string[]> {
  const found = await lookup(name, { all: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTFOUND' || error.code === 'ENODATA') return []
    throw error
  })
  return found.map(({ address }) => address)
}

/**
 * What is wrong with the domain's DNS records for a certificate to be issued, with the record to add; undefined when nothing is.
 * @param found addresses that the domain resolves to
 * @param expected addresses of the machine as the world sees it; empty when none is declared and the machine's own is private
 */
export function dnsFlaw(
  domain: string,
  found: readonly string[],
  expected: readonly string[],
): string | undefined {
  const records = expected.map((address) => `${domain}. ${isIP(address) === 6 ? 'AAAA' : 'A'} ${address}`)
  const add =
    records.length === 0
      ? `Add an A record for ${domain} with the public address of the machine`
      : `Add the record "${records.join('" or "')}"`
  const otherwise = 'or set tls to internal or off'
  if (found.length === 0)
    return `${domain} has no address in DNS, so no certificate can be issued. ${add}, ${otherwise}.`
  const foreign = expected.length === 0 ? [] : found.filter((address) => !expected.includes(address))
  if (foreign.length === 0) return undefined
  return (
    `${domain} points to ${foreign.join(', ')}, which is not this gateway (${expected.join(', ')}), so its certificate could not be ` +
    `issued. ${add} instead, set public_address when the machine is behind another address, ${otherwise}.`
  )
}

/** Addresses that the domain must point to: those declared, else the machine's own unless only its network can reach it. */
export function expectedAddresses(
  declared: readonly string[],
  machine: readonly string[],
): readonly string[] {
  if (declared.length > 0) return declared
  return machine.filter((address) => !PRIVATE.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4'))
}

/** The lines for a Caddy that runs elsewhere in front of the gateway. */
export function proxySnippet(domain: string, host: string): string {
  return `${domain} {\n    reverse_proxy ${isIP(host) === 6 ? `[${host}]` : host}:4000\n}`
}

/** Why the gateway does not answer under its domain as people call it; undefined when it does. */
export async function pathFlaw(domain: string): Promise<string | undefined> {
  const url = `https://${domain}/health/liveliness`
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000), redirect: 'error' })
    const text = await answer.text()
    if (answer.ok && text.includes('alive')) return undefined
    return `${url} answers ${answer.status}, and not as LiteLLM does`
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    const message = cause instanceof Error ? cause.message : String(cause)
    const own = Object.values(networkInterfaces()).flatMap((one) => one?.map(({ address }) => address) ?? [])
    return `${url} cannot be reached from here: ${[message, noIpv6(message, own)?.replace(/\.$/, '')].filter(Boolean).join('. ')}`
  }
}

/** Whether the admin UI answers under the domain to the machine that runs this. */
export async function answersAdmin(domain: string): Promise<boolean> {
  try {
    const answer = await fetch(`https://${domain}/ui/`, {
      signal: AbortSignal.timeout(10_000),
      redirect: 'manual',
    })
    await answer.body?.cancel()
    return answer.status < 400
  } catch {
    return false
  }
}

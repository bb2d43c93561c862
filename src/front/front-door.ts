import type { Desired } from '../config/desired.ts'
import { ConfigError } from '../config/problem.ts'
import { reachOf } from '../config/vm.ts'
import type { Logger } from '../log/logger.ts'
import { block, prose } from '../text/markdown.ts'
import { type AddressesOf, dnsFlaw, expectedAddresses, pathFlaw, proxySnippet } from './probe.ts'

/** Before a certificate is requested: the domain must point here. @throws ConfigError with the record to add */
export async function requireDns(
  { gateway, locate }: Desired,
  { addressesOf }: { readonly addressesOf: AddressesOf },
): Promise<void> {
  const { domain, proxy, tls, public_address: declared = [], vm } = gateway
  if (proxy === 'external' || tls !== 'acme') return
  const { host, proxy_jump } = reachOf(vm)
  const machine = proxy_jump === undefined ? await addressesOf(host) : []
  const expected = expectedAddresses([declared].flat(), machine)
  const flaw = dnsFlaw(domain, await addressesOf(domain), expected)
  if (flaw === undefined) return
  throw new ConfigError([
    {
      severity: 'error',
      code: 'dns',
      message: flaw,
      fix: 'add the record and run deploy again; nothing was changed.',
      at: locate(['domain']),
    },
  ])
}

/** Reports whether people reach the gateway under its domain, and what a proxy in front of it needs. */
export async function tellFrontDoor(
  { gateway }: Desired,
  { logger }: { readonly logger: Logger },
): Promise<string[]> {
  const { domain, proxy, tls, vm } = gateway
  if (proxy === 'caddy' && tls !== 'acme') return []
  const flaw = await pathFlaw(domain)
  if (flaw === undefined) {
    logger.info(`https://${domain} answers through the whole path`)
    return [prose(`https://${domain} answers through the whole path.`)]
  }
  logger.warning(flaw)
  if (proxy === 'caddy') return [prose(`${flaw}. Caddy keeps retrying; follow it with journalctl -u caddy.`)]
  const snippet = proxySnippet(domain, reachOf(vm).host)
  logger.info(`The Caddy in front needs:\n${snippet}`)
  return [prose(`${flaw}. The proxy in front needs, if it is a Caddy:`), block(snippet, '')]
}

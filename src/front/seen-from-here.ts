import type { Desired } from '../config/desired.ts'
import { reachOf } from '../config/vm.ts'
import type { Logger } from '../log/logger.ts'
import type { Outside } from './findings.ts'
import { type AddressesOf, answersAdmin, dnsFlaw, expectedAddresses, pathFlaw } from './probe.ts'

/** How the domain looks from where this program runs. Asked where the declaration says that the world sees it. */
export async function seenFromHere(
  { gateway }: Desired,
  { addressesOf, logger }: { readonly addressesOf: AddressesOf; readonly logger: Logger },
): Promise<Outside> {
  const { domain, proxy, tls, public_address: declared, vm } = gateway
  if (tls !== 'acme' && declared === undefined) return {}
  const { host, proxy_jump } = reachOf(vm)
  try {
    const machine = proxy_jump === undefined && proxy === 'caddy' ? await addressesOf(host) : []
    const expected = expectedAddresses([declared ?? []].flat(), machine)
    const dns = dnsFlaw(domain, await addressesOf(domain), expected)
    if (dns !== undefined) return { dns }
  } catch (error) {
    logger.warning(
      `DNS could not be queried for ${domain}: ${error instanceof Error ? error.message : error}`,
    )
    return {}
  }
  if (tls !== 'acme') return {}
  const [path, admin] = await Promise.all([pathFlaw(domain), answersAdmin(domain)])
  return { ...(path === undefined ? {} : { path }), admin }
}

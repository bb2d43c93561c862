import type { Desired } from '../config/desired.ts'
import { ConfigError } from '../config/problem.ts'
import { dnsFlaw, expectedAddresses, pathFlaw, proxySnippet } from '../gateway/front-door.ts'
import type { CommandContext } from './command.ts'

/** Before a certificate is asked for: the domain has to point here. @throws ConfigError with the record to add */
export async function requireDns(
  { gateway, locate }: Desired,
  { addressesOf }: CommandContext,
): Promise<void> {
  const { domain, proxy = 'caddy', tls = 'acme', public_address: declared = [], vm } = gateway
  if (proxy === 'external' || tls !== 'acme') return
  const machine = vm.ssh.proxy_jump === undefined ? await addressesOf(vm.ssh.host) : []
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

/** Tells whether people reach the gateway under its domain, and behind somebody else's proxy what that has to say. */
export async function tellFrontDoor({ gateway }: Desired, { logger }: CommandContext): Promise<string[]> {
  const { domain, proxy = 'caddy', tls = 'acme', vm } = gateway
  if (proxy === 'caddy' && tls !== 'acme') return []
  const flaw = await pathFlaw(domain)
  if (flaw === undefined) {
    logger.info(`https://${domain} answers through the whole path`)
    return [`https://${domain} answers through the whole path.`]
  }
  logger.warning(flaw)
  if (proxy === 'caddy')
    return [
      `${flaw}. Caddy goes on asking for the certificate by itself: journalctl -u caddy tells how it goes.`,
    ]
  const snippet = proxySnippet(domain, vm.ssh.host)
  logger.info(`The Caddy in front needs:\n${snippet}`)
  return [`${flaw}. The proxy in front needs, if it is a Caddy:`, `\`\`\`\n${snippet}\n\`\`\``]
}

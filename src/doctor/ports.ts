import type { Gateway } from '../config/complete.ts'
import { reachOf } from '../config/vm.ts'
import { FIREWALL_UNIT } from '../contract/names.ts'
import { GATEWAY_PORT } from '../contract/places.ts'
import type { PortFacts } from '../contract/programs/doctor.ts'
import { terminatesTls } from './certificate.ts'
import { type Finding, onHost } from './finding.ts'

/** Ports that are for this machine alone, by what listens there. */
const INTERNAL: Readonly<Record<number, string>> = {
  2019: "Caddy's administration",
  4001: 'LiteLLM itself',
  4002: "LiteLLM's standby",
  5432: 'PostgreSQL',
  6379: 'Redis',
}
/** DHCP, DNS and NTP clients have a port open for the answer. */
const HARMLESS =
  /^(systemd-network|systemd-resolve|systemd-timesyn|dhclient|dhcpcd|chronyd|ntpd|NetworkManager)/

export function portFindings(
  { open, firewall, others = [] }: PortFacts,
  front: Pick<Gateway, 'proxy' | 'tls' | 'firewall' | 'vm'>,
): Finding[] {
  const found: Finding[] = []
  const declaredOff = front.firewall === undefined
  if (!declaredOff && !firewall)
    found.push({
      id: 'firewall-off',
      severity: 'error',
      what: 'The declared firewall is not loaded.',
      why: 'Every listening port is reachable from outside.',
      remedy: onHost('systemctl restart litellm-firewall; nft list table inet litellm_gitops'),
      fix: { kind: 'start', unit: FIREWALL_UNIT },
    })
  for (const { name, ports, opens } of others)
    found.push({
      id: 'firewall-other',
      severity: 'error',
      what: `${name} on the host drops what comes to port ${ports.join(' and ')}, whatever the declared firewall lets in.`,
      why: 'People cannot reach the gateway, and no certificate can be issued: what one firewall drops no other can let in.',
      remedy: onHost(opens),
    })
  const declared = new Set([
    22,
    reachOf(front.vm).port,
    GATEWAY_PORT,
    ...(terminatesTls(front) ? [80, 443] : []),
  ])
  const ports = new Map(open.map((one) => [`${one.protocol} ${one.port} ${one.process}`, one]))
  for (const { protocol, address, port, process } of ports.values()) {
    const internal = protocol === 'tcp' ? INTERNAL[port] : undefined
    if (internal !== undefined)
      found.push({
        id: 'port-internal',
        severity: firewall ? 'warning' : 'error',
        what: `${internal} (${process}) listens on ${address}:${port}, not only on 127.0.0.1.`,
        why: firewall ? 'Only the firewall protects it.' : 'Other machines can reach it directly.',
        remedy:
          port === 5432 || port === 6379 || port === 2019
            ? onHost(
                'systemctl restart postgresql redis-server caddy # their files say 127.0.0.1; or litellm-gitops deploy',
              )
            : onHost('systemctl restart litellm'),
      })
    else if (!firewall && !declared.has(port) && !HARMLESS.test(process))
      found.push({
        id: 'port-open',
        severity: 'warning',
        what: `${process} listens on ${protocol} ${address}:${port}, which the gateway does not need.`,
        why: 'Anything reachable can be attacked.',
        remedy: onHost(`ss -tulnp sport = :${port}; then stop it, or make it listen on 127.0.0.1`),
      })
  }
  return found
}

import { firewallOf } from '../config/firewall.ts'
import type { GatewayFile } from '../config/schema.ts'
import { reachOf } from '../config/vm.ts'
import type { CertificateFacts, PortFacts } from '../host/doctor-facts.ts'
import { elsewhere, type Finding, inYaml, onHost } from './finding.ts'
import { days, hours } from './wording.ts'

const DAY = 86_400

/** What this program sees from where it runs; undefined where it does not matter. */
export interface Outside {
  /** What is wrong with the domain's records. */
  readonly dns?: string
  /** Why the whole path under the domain does not answer. */
  readonly path?: string
  /** Whether the admin UI answered under the domain. */
  readonly admin?: boolean
}

export function outsideFindings({ dns, path }: Outside, domain: string): Finding[] {
  const found: Finding[] = []
  if (dns !== undefined)
    found.push({
      id: 'dns-mismatch',
      severity: 'error',
      what: dns,
      why: 'People reach another machine or none, and the certificate cannot be renewed.',
      remedy: elsewhere(
        `Add or correct the record of ${domain} at its DNS provider; dig +short ${domain} shows when it has arrived.`,
      ),
    })
  else if (path !== undefined)
    found.push({
      id: 'path-broken',
      severity: 'warning',
      what: `${path}.`,
      why: 'People who use the domain may see the same error.',
      remedy: onHost('journalctl -u caddy -n 50; curl -sv http://127.0.0.1:4000/health/liveliness'),
    })
  return found
}

type Front = Pick<GatewayFile, 'domain' | 'proxy' | 'tls' | 'firewall' | 'front' | 'vm'>

/** The admin API and UI, when open to the whole world without a declaration that says so. */
export function adminFindings(front: Front, { admin }: Outside): Finding[] {
  const { domain, proxy = 'caddy', tls = 'acme' } = front
  const firewall = firewallOf(front.firewall, { proxy, tls })
  const lets = (networks: readonly string[]) => networks.some((network) => network.endsWith('/0'))
  const world = firewall === undefined || lets(firewall.https) || lets(firewall.gateway)
  if (front.front?.admin !== undefined || !world) return []
  const seen = admin === true ? ` https://${domain}/ui answers from here.` : ''
  return [
    {
      id: 'admin-open',
      severity: 'warning',
      what: `The admin API and UI are open to the internet, and gateway.yaml does not ask for that.${seen}`,
      why: 'A stolen administrator key or password works from anywhere, and anyone can probe the UI for vulnerabilities.',
      remedy:
        proxy === 'external'
          ? inYaml('front: {admin: none} # through a tunnel only; or any, if the proxy in front closes them')
          : inYaml(
              'front: {admin: private} # or a list of networks; none: through a tunnel only; any: as it is now',
            ),
    },
  ]
}

/** Whether port 443 presents a certificate of ours. */
export function terminatesTls({ proxy = 'caddy', tls = 'acme' }: Front): boolean {
  return proxy === 'caddy' && tls !== 'off'
}

/** @param now seconds since 1970 by the host's clock */
export function certificateFindings(shown: CertificateFacts, front: Front, now: number): Finding[] {
  const { domain, tls = 'acme' } = front
  const remedy = onHost(
    'systemctl restart caddy; journalctl -u caddy --since -1h --grep "certificate|obtain|renew"',
  )
  if (shown.answers !== null)
    return [
      {
        id: 'certificate-missing',
        severity: 'error',
        what: `Port 443 of the host presents no certificate for ${domain}: ${shown.answers}.`,
        why: 'Nobody can reach the gateway by its domain.',
        remedy,
      },
    ]
  const { notBefore, notAfter, names, issuer } = shown
  const left = notAfter - now
  const life = notAfter - notBefore
  if (left <= 0)
    return [
      {
        id: 'certificate-expired',
        severity: 'error',
        what: `The certificate of ${domain} expired ${left < -2 * DAY ? `${days(-left / DAY)} ago` : hours(-left).concat(' ago')}.`,
        why: 'Every client refuses the connection.',
        remedy,
      },
    ]
  if (!names.some((name) => covers(name, domain)))
    return [
      {
        id: 'certificate-name',
        severity: 'error',
        what: `The certificate on port 443 is for ${names.join(', ') || 'nobody'}, not for ${domain}.`,
        why: 'Every client refuses the connection.',
        remedy,
      },
    ]
  const found: Finding[] = []
  // Caddy renews when a third of the lifetime is left; half of that has passed without success.
  if (left < life / 6)
    found.push({
      id: 'certificate-ending',
      severity: left < life / 12 ? 'error' : 'warning',
      what: `The certificate of ${domain} expires in ${hours(left)} and has not been renewed.`,
      why: 'Caddy renews it when a third of its lifetime is left; that has kept failing.',
      remedy,
    })
  if (tls === 'acme' && /Caddy Local Authority/.test(issuer))
    found.push({
      id: 'certificate-local',
      severity: 'error',
      what: `The certificate of ${domain} is signed by the host itself, not by a public authority.`,
      why: 'Clients refuse the connection.',
      remedy,
    })
  return found
}

function covers(name: string, domain: string): boolean {
  const [wanted, shown] = [domain.toLowerCase(), name.toLowerCase()]
  return (
    shown === wanted || (shown.startsWith('*.') && wanted.split('.').slice(1).join('.') === shown.slice(2))
  )
}

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

export function portFindings({ open, firewall }: PortFacts, front: Front): Finding[] {
  const found: Finding[] = []
  const declaredOff = front.firewall === 'off'
  if (!declaredOff && !firewall)
    found.push({
      id: 'firewall-off',
      severity: 'error',
      what: 'The declared firewall is not loaded.',
      why: 'Every listening port is reachable from outside.',
      remedy: onHost('systemctl restart litellm-firewall; nft list table inet litellm_gitops'),
      fix: { kind: 'start', unit: 'litellm-firewall.service' },
    })
  const declared = new Set([
    22,
    reachOf(front.vm).port ?? 22,
    4000,
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

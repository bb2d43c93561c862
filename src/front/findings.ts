import { firewallOf } from '../config/firewall.ts'
import type { GatewayFile } from '../config/schema.ts'
import { elsewhere, type Finding, inYaml, onHost } from '../doctor/finding.ts'

/** What was seen from where this program runs; undefined where it does not matter. */
export interface Outside {
  /** What is wrong with the domain's records. */
  readonly dns?: string
  /** Why the whole path under the domain does not answer. */
  readonly path?: string
  /** Whether the admin UI answered under the domain. */
  readonly admin?: boolean
}

type Front = Pick<GatewayFile, 'domain' | 'proxy' | 'tls' | 'firewall' | 'front'>

/** What is wrong with the domain as the world sees it. */
export function frontFindings(front: Front, outside: Outside): Finding[] {
  return [...pathFindings(outside, front.domain), ...adminFindings(front, outside)]
}

function pathFindings({ dns, path }: Outside, domain: string): Finding[] {
  const found: Finding[] = []
  if (dns !== undefined)
    found.push({
      id: 'dns-mismatch',
      severity: 'error',
      what: dns,
      why: 'People reach another machine or none, and the certificate cannot be renewed.',
      mend: elsewhere(
        `Add or correct the record of ${domain} at its DNS provider; dig +short ${domain} tells when it is seen.`,
      ),
    })
  else if (path !== undefined)
    found.push({
      id: 'path-broken',
      severity: 'warning',
      what: `${path}.`,
      why: 'People who call the gateway by its domain may see the same.',
      mend: onHost('journalctl -u caddy -n 50; curl -sv http://127.0.0.1:4000/health/liveliness'),
    })
  return found
}

/** Who may reach the admin API and UI, when that is the whole world and nobody has said that it shall be. */
function adminFindings(front: Front, { admin }: Outside): Finding[] {
  const { domain, proxy = 'caddy', tls = 'acme' } = front
  const firewall = firewallOf(front.firewall, { proxy, tls })
  const lets = (networks: readonly string[]) => networks.some((network) => network.endsWith('/0'))
  const world = firewall === undefined || lets(firewall.https) || lets(firewall.gateway)
  if (front.front?.admin !== undefined || !world) return []
  const seen = admin === true ? ` https://${domain}/ui answers where this runs.` : ''
  return [
    {
      id: 'admin-open',
      severity: 'warning',
      what: `The admin API and UI are open to the internet, and nothing says that they shall be.${seen}`,
      why: "Somebody who gets hold of an administrator's key or password can use it from anywhere, and a flaw of the UI is for everybody to try.",
      mend:
        proxy === 'external'
          ? inYaml('front: {admin: none} # by a tunnel only; or any, when the proxy in front closes them')
          : inYaml('front: {admin: private} # or a list of networks; none: by a tunnel only; any: as it is'),
    },
  ]
}

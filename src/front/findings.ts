import type { Gateway } from '../config/complete.ts'
import { elsewhere, type Finding, inYaml, onHost } from '../doctor/finding.ts'

/** What this program sees from where it runs; undefined where it does not matter. */
export interface Outside {
  /** What is wrong with the domain's records. */
  readonly dns?: string
  /** Why the whole path under the domain does not answer. */
  readonly path?: string
  /** Whether the admin UI answered under the domain. */
  readonly admin?: boolean
}

type Front = Pick<Gateway, 'domain' | 'proxy' | 'firewall' | 'front'>

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

/** The admin API and UI, when open to the whole world without a declaration that says so. */
function adminFindings(front: Front, { admin }: Outside): Finding[] {
  const { domain, proxy, firewall } = front
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

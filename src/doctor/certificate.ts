import type { Gateway } from '../config/complete.ts'
import type { CertificateFacts } from '../contract/programs/doctor.ts'
import { duration } from '../text/units.ts'
import { byUs, type Finding, onHost } from './finding.ts'

/** Whether port 443 presents a certificate of ours. */
export function terminatesTls({ proxy, tls }: Pick<Gateway, 'proxy' | 'tls'>): boolean {
  return proxy === 'caddy' && tls !== 'off'
}

/** @param now seconds since 1970 by the host's clock */
export function certificateFindings(
  shown: CertificateFacts,
  front: Pick<Gateway, 'domain' | 'tls'>,
  now: number,
): Finding[] {
  const { domain, tls } = front
  const own = tls === 'own'
  const remedy = own
    ? byUs('litellm-gitops sync # with a new certificate in the variables that front.certificate names')
    : onHost('systemctl restart caddy; journalctl -u caddy --since -1h --grep "certificate|obtain|renew"')
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
        what: `The certificate of ${domain} expired ${duration(-left)} ago.`,
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
      what: `The certificate of ${domain} expires in ${duration(left)} and has not been renewed.`,
      why: own
        ? 'It is yours: nobody renews it but you.'
        : 'Caddy renews it when a third of its lifetime is left; that has kept failing.',
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

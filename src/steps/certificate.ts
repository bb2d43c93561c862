import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import type { Desired } from '../config/desired.ts'
import { certificateOf } from '../config/front.ts'
import { ConfigError, type Problem } from '../config/problem.ts'

/** Refuses a certificate of the user's that clients would refuse: before the host gets it. @throws ConfigError with the place */
export function requireCertificate(
  { gateway, locate }: Desired,
  values: Readonly<Record<string, string>>,
  now: Date,
): void {
  const declared = certificateOf(gateway.front)
  if (declared === undefined) return
  const [cert, key] = [values[declared.certFrom], values[declared.keyFrom]]
  // A step that has neither, such as that of a pull request, leaves the host with the one that it has.
  if (cert === undefined && key === undefined) return
  const problem = (part: 'cert' | 'key', message: string, fix: string): Problem => ({
    severity: 'error',
    code: 'certificate',
    message,
    fix,
    at: locate(['front', 'certificate', part]),
  })
  const found = problemOf({ cert, key, domain: gateway.domain, now, ...declared }, problem)
  if (found !== undefined) throw new ConfigError([found])
}

interface Given {
  readonly cert: string | undefined
  readonly key: string | undefined
  readonly certFrom: string
  readonly keyFrom: string
  readonly domain: string
  readonly now: Date
}

function problemOf(
  { cert, key, certFrom, keyFrom, domain, now }: Given,
  problem: (part: 'cert' | 'key', message: string, fix: string) => Problem,
): Problem | undefined {
  if (cert === undefined || key === undefined) {
    const [part, absent] = cert === undefined ? (['cert', certFrom] as const) : (['key', keyFrom] as const)
    return problem(
      part,
      `${absent} has no value, and the other half has one.`,
      'give both to the step, or neither.',
    )
  }
  const read = certificateIn(cert)
  if (read === undefined)
    return problem(
      'cert',
      `${certFrom} is no certificate in PEM.`,
      'give the text of the file from its first -----BEGIN CERTIFICATE----- on, that of the domain first, those of authorities after it.',
    )
  const secret = keyIn(key)
  if (secret === undefined)
    return problem(
      'key',
      `${keyFrom} is no private key in PEM without a passphrase.`,
      'give the text of the key file.',
    )
  if (read.checkHost(domain) === undefined)
    return read.ca
      ? problem(
          'cert',
          `${certFrom} begins with the certificate of an authority.`,
          'put that of the domain first.',
        )
      : problem(
          'cert',
          `${certFrom} is for ${names(read)}, not for ${domain}.`,
          `have one issued for ${domain}.`,
        )
  if (!read.checkPrivateKey(secret))
    return problem(
      'key',
      `${keyFrom} is not the key of the certificate in ${certFrom}.`,
      'give the key that it was requested with.',
    )
  const until = new Date(read.validTo)
  if (until <= now)
    return problem('cert', `${certFrom} expired on ${until.toISOString().slice(0, 10)}.`, 'renew it.')
  const from = new Date(read.validFrom)
  return from > now
    ? problem(
        'cert',
        `${certFrom} is not valid before ${from.toISOString()}.`,
        'wait until then, or have another one issued.',
      )
    : undefined
}

function certificateIn(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text)
  } catch {
    return undefined
  }
}

function keyIn(text: string): KeyObject | undefined {
  try {
    return createPrivateKey(text)
  } catch {
    return undefined
  }
}

/** Of the certificate, which others made. */
function names({ subjectAltName, subject }: X509Certificate): string {
  return (subjectAltName ?? subject ?? 'nobody').replaceAll(/[^\w.,:*= -]/g, '?').slice(0, 200)
}

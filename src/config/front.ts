import { z } from 'zod'
import { REFERENCE_PREFIX, VARIABLE } from '../contract/forms.ts'
import type { HostCertificate } from '../contract/programs/rollout.ts'
import { whole } from '../contract/whole.ts'
import { fromSchema, network, networks } from './firewall.ts'
import { overlap } from './network.ts'
import type { Flaw } from './problem.ts'

const REFERENCE = whole(`${REFERENCE_PREFIX.replace('.', '\\.')}${VARIABLE}`)
const reference = z.string().regex(REFERENCE, 'want a reference such as os.environ/TLS_KEY')

const proxyNetwork = network.refine(
  (text) => !/\/0+$/.test(text),
  'want the addresses of your own proxies: with all networks anyone could claim any address',
)

export const frontSchema = z
  .strictObject({
    admin: fromSchema
      .optional()
      .describe(
        'Who may reach the admin API and UI through the front door; any when left out. What calls models is open to anyone the firewall lets in.',
      ),
    trusted_proxies: z
      .array(proxyNetwork)
      .min(1)
      .optional()
      .describe(
        'Addresses and networks of the proxies in front, whose X-Forwarded-For and X-Forwarded-Proto are believed; none when left out.',
      ),
    certificate: z
      .strictObject({
        cert: reference.describe(
          'The certificate and those between it and its authority, in PEM; a reference.',
        ),
        key: reference.describe('Its private key in PEM, without a passphrase; a reference.'),
      })
      .optional()
      .describe('A certificate of your own for the domain, in place of one that Caddy gets.'),
  })
  .describe('What the front door shows to whom.')

type Front = z.infer<typeof frontSchema>

/** The networks that reach the admin API and UI; undefined when that is everybody. */
export function adminNetworks(front: Front | undefined): readonly string[] | undefined {
  const from = front?.admin ?? 'any'
  return from === 'any' ? undefined : networks(from)
}

/** Who that is, for people. */
export function adminText(front: Front | undefined): string {
  const from = front?.admin ?? 'any'
  if (from === 'any') return 'open to everybody who reaches the gateway'
  if (from === 'private') return 'open to private networks'
  return from === 'none' ? 'closed to all networks' : `open to ${from.join(', ')}`
}

/** What the host gets about its certificate; the values come separately. Undefined when none is declared. */
export function certificateOf(front: Front | undefined): HostCertificate | undefined {
  const { cert, key } = front?.certificate ?? {}
  if (cert === undefined || key === undefined) return undefined
  return { certFrom: cert.slice(REFERENCE_PREFIX.length), keyFrom: key.slice(REFERENCE_PREFIX.length) }
}

interface Declared {
  readonly front?: Front | undefined
  readonly proxy?: 'caddy' | 'external' | undefined
  readonly tls?: 'acme' | 'internal' | 'off' | undefined
}

export function frontFlaws(declared: Declared): Flaw[] {
  return [...adminFlaws(declared), ...certificateFlaws(declared)]
}

function certificateFlaws({ front, proxy, tls }: Declared): Flaw[] {
  if (front?.certificate === undefined || (proxy !== 'external' && tls === undefined)) return []
  const other = proxy === 'external' ? 'proxy is external, which has the certificate' : `tls is ${tls}`
  return [
    {
      code: 'front-certificate',
      path: ['front', 'certificate'],
      message: `front.certificate is given, and ${other}.`,
      fix: 'keep one of the two.',
    },
  ]
}

/** Who reaches the admin API is decided by the address of the connection: behind a proxy all requests have that of the proxy. */
function adminFlaws({ front, proxy }: Declared): Flaw[] {
  const at = { code: 'front-admin', path: ['front', 'admin'] }
  const fix =
    'close the paths in that proxy; or write none, or networks from which port 4000 is reached without it.'
  if (proxy === 'external' && front?.admin === 'private')
    return [
      {
        ...at,
        message:
          'front.admin is private, but behind an external proxy every request comes from the address of that proxy.',
        fix,
      },
    ]
  const admin = adminNetworks(front) ?? []
  const shared = (front?.trusted_proxies ?? []).find((one) => admin.some((other) => overlap(one, other)))
  if (shared === undefined) return []
  const message = `front.admin is ${adminText(front)}, which includes the proxy ${shared} of front.trusted_proxies: all that comes through it would reach the admin API.`
  return [{ ...at, message, fix }]
}

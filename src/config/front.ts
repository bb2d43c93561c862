import { z } from 'zod'
import { fromSchema, network, networks } from './firewall.ts'
import { overlap } from './network.ts'
import type { Flaw } from './problem.ts'

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

/** Who reaches the admin API is decided by the address of the connection: behind a proxy all requests have that of the proxy. */
export function frontFlaws({
  front,
  proxy,
}: {
  readonly front?: Front | undefined
  readonly proxy?: 'caddy' | 'external' | undefined
}): Flaw[] {
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

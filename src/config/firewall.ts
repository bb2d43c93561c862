import { isIP } from 'node:net'
import { z } from 'zod'

/** Addresses of networks that are reached from inside only: RFC 1918, shared and link-local ones, and their IPv6 kin. */
const PRIVATE = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  'fc00::/7',
  'fe80::/10',
] as const
const ANY = ['0.0.0.0/0', '::/0'] as const

/** An address or a network. */
export const network = z
  .string()
  .refine(isNetwork, 'want an address or a network such as 10.0.0.0/8 or 2001:db8::/32')
export const fromSchema = z.union([z.enum(['any', 'private', 'none']), z.array(network).min(1)], {
  error: 'want any, private, none, or a list of addresses and networks such as [10.0.0.0/8, 2001:db8::/32]',
})

export const firewallSchema = z
  .union([
    z.literal('off'),
    z.strictObject({
      ssh: fromSchema.optional().describe('Who may reach sshd; any when left out.'),
      https: fromSchema
        .optional()
        .describe('Who may reach ports 80 and 443; any when left out and Caddy terminates TLS.'),
      port_4000: fromSchema
        .optional()
        .describe(
          'Who may reach plain HTTP on port 4000; private networks when left out, any behind an external proxy.',
        ),
    }),
  ])
  .describe('Who may connect to the machine; all else is dropped. off: the site has its own.')

type From = z.infer<typeof fromSchema>

/** Networks that are let in, by what they reach. */
export interface Firewall {
  readonly ssh: readonly string[]
  readonly https: readonly string[]
  readonly gateway: readonly string[]
}

/** The declared firewall with its defaults; undefined when it is off. */
export function firewallOf(
  declared: z.infer<typeof firewallSchema> | undefined,
  front: { readonly proxy: 'caddy' | 'external'; readonly tls: 'acme' | 'internal' | 'off' | 'own' },
): Firewall | undefined {
  if (declared === 'off') return undefined
  const terminates = front.proxy === 'caddy' && front.tls !== 'off'
  return {
    ssh: networks(declared?.ssh ?? 'any'),
    https: networks(declared?.https ?? (terminates ? 'any' : 'none')),
    gateway: networks(declared?.port_4000 ?? (front.proxy === 'external' ? 'any' : 'private')),
  }
}

export function networks(from: From): readonly string[] {
  if (from === 'any') return ANY
  if (from === 'private') return PRIVATE
  return from === 'none' ? [] : from
}

function isNetwork(text: string): boolean {
  const [address = '', length, ...rest] = text.split('/')
  const bits = { 4: 32, 6: 128 }[isIP(address)]
  if (bits === undefined || rest.length > 0) return false
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= bits)
}

import { z } from 'zod'
import { fromSchema, networks } from './firewall.ts'

export const frontSchema = z
  .strictObject({
    admin: fromSchema
      .optional()
      .describe(
        'Who may reach the admin API and UI through the front door; any when left out. What calls models is open to anyone the firewall lets in.',
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

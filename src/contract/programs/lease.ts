import { z } from 'zod'
import { count, named, type Read, text } from '../schema.ts'
import { applied, lease } from './observe.ts'

const holder = text.describe('who asks, for the message to others, such as "octocat, sync of main"')
const run = text.describe('URL or name of the run; any caller with the same one is the same holder')

export const leaseQuestion = named(
  'LeaseQuestion',
  z.union([
    z.object({ action: z.enum(['acquire', 'renew']), holder, run, ttlSeconds: count }),
    z.object({ action: z.literal('release'), holder, run }),
    // Asked by the holder, when all that the commit declares is on the gateway.
    z.object({ action: z.literal('applied'), holder, run, ...applied.shape }),
  ]),
)
export const leaseAnswer = named(
  'LeaseAnswer',
  z.object({
    lease: lease.nullable().describe('null after a release'),
    takenOver: lease.nullable().describe('the expired lease of another run that this one took the place of'),
  }),
)
export type LeaseResult = Read<typeof leaseAnswer>

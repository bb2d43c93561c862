import { z } from 'zod'
import { KEY_STATES } from '../names.ts'
import { count, named, type Read, text, time } from '../schema.ts'

const receiver = named(
  'KeyReceiver',
  z.object({
    name: text.describe('as GitHub secrets are called everywhere: owner/name (environment) NAME'),
    updatedAt: time
      .nullable()
      .describe(
        "by GitHub's clock: when it was written with this key; of one that is being delivered, when it was last written before; null: never",
      ),
  }),
)
/** A secret that holds a key, or will. */
export type KeyReceiver = Read<typeof receiver>

const keyState = named('KeyState', z.enum(KEY_STATES))

export const keyDelivery = named(
  'KeyDelivery',
  z.object({
    of: text.describe('the alias that it is declared under'),
    state: keyState,
    since: time.describe('of that state'),
    receivers: z.array(receiver),
    graceSeconds: count.describe('how long it works on at least once it is replaced'),
  }),
)

/** What is told of a key that is delivered; nobody can find the key by it. */
export type KeyDelivery = Read<typeof keyDelivery>

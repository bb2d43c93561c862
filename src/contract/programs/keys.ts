import { z } from 'zod'
import { named, type Read, text, texts, time } from '../schema.ts'
import { keyDelivery } from './delivery.ts'
import { run } from './rollout.ts'

const record = named(
  'KeyRecord',
  keyDelivery.extend({
    id: text.describe('8 hex digits'),
    alias: text.describe('which it has until it replaces the one of before'),
    token: text.nullable().describe('the hash that LiteLLM knows it by; null while it is made'),
  }),
)
/** What the host remembers of a key that it does not have: never its value. */
export type KeyRecord = Read<typeof record>

export const keyRecordsQuestion = named(
  'KeyRecordsQuestion',
  z.union([
    z.object({ action: z.literal('read') }),
    z.object({
      action: z.literal('change'),
      run,
      put: z.array(record).describe('new ones, and those that replace the one of the same id'),
      drop: texts.describe('ids'),
    }),
  ]),
)
export const keyRecordsAnswer = named(
  'KeyRecordsAnswer',
  z.object({ records: z.array(record), time: time.describe("the host's clock") }),
)
export type KeyRecords = Read<typeof keyRecordsAnswer>

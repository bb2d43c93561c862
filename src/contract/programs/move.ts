import { z } from 'zod'
import { amount, count, named, type Read, text, texts, time } from '../schema.ts'
import { run } from './rollout.ts'

/**
 * What was begun last: `preparing` while the old gateway still serves, `holding` until it has ended, `restoring` from the moment
 * that its last copy is kept, `opening` from the moment that requests may be answered here.
 */
export const MOVE_PHASES = [
  'preparing',
  'holding',
  'copying',
  'restoring',
  'opening',
  'moved',
  'returning',
  'returned',
] as const
export type MovePhase = (typeof MOVE_PHASES)[number]

export const moveRecord = named(
  'MoveRecord',
  z.object({
    phase: named('MovePhase', z.enum(MOVE_PHASES)),
    place: text.describe('of the old gateway: `ssh://user@host/folder`'),
    containers: z
      .array(
        z.object({ name: text, restart: text.describe('when its engine started it again, before the move') }),
      )
      .describe('those of LiteLLM on the old machine'),
    target: text.describe('where requests of the old address are sent'),
    python: text
      .exactOptional()
      .describe('of the image, by which a container there holds and forwards requests; without it none does'),
    held: time.describe('when the old gateway was stopped'),
    snapshot: text.exactOptional().describe('the last copy'),
    gap: amount.exactOptional().describe('seconds in which no request was answered'),
  }),
)
export type MoveRecord = Read<typeof moveRecord>

export const moveQuestion = named(
  'MoveQuestion',
  z.object({ run, record: moveRecord.exactOptional().describe('takes the place of the one that is there') }),
)

const copied = named(
  'CopyTaken',
  z.object({ snapshot: text, time, place: text, seconds: amount.describe('from the look to the backup') }),
)

const live = named(
  'LiveContent',
  z.object({
    keys: count.describe('virtual keys'),
    spend: amount.describe('USD, of all keys'),
    requests: count.describe('in the log since the old gateway was stopped'),
    spent: amount.describe('USD, by these'),
    fresh: texts.describe('the first aliases of keys that were made since'),
  }),
)

export const moveAnswer = named(
  'MoveAnswer',
  z.object({
    record: moveRecord.nullable(),
    copy: copied.nullable().describe('the last one that import --data kept'),
    live: live.nullable().describe('null without a database that serves, and where a record was given'),
  }),
)
export type MoveAnswer = Read<typeof moveAnswer>

import { z } from 'zod'
import { SCOPES } from '../names.ts'
import { amount, count, named, type Read, text, time } from '../schema.ts'
import { backupSettings, loss } from './backup.ts'
import { run } from './rollout.ts'

const scope = named('RestoreScope', z.enum(SCOPES))
export type RestoreScope = Read<typeof scope>

export const restoreQuestion = named(
  'RestoreQuestion',
  z.object({
    run,
    backup: text.exactOptional().describe('latest, an id or a time; the latest when left out'),
    scope: scope.exactOptional().describe('database when left out'),
    confirm: text.exactOptional().describe("the gateway's domain; without it nothing is done"),
    undo: z.boolean().exactOptional().describe('put back what the last restore replaced'),
    saved: z
      .boolean()
      .exactOptional()
      .describe('nothing was written since the last backup: no other one is taken before'),
    password: text
      .exactOptional()
      .describe("SECRET. The repository's, from its escrow, for a host that has another one or none"),
    settings: backupSettings.nullish().describe('what deploy places as backup.json, for a host that lost it'),
  }),
)
export type RestoreInput = Read<typeof restoreQuestion>

/** What becomes of the tables; partitions count among the table that they are of. */
const fates = {
  tables: z
    .record(text, z.tuple([count, count]))
    .describe('that are replaced and are other ones in the backup: rows before, rows in the backup'),
  kept: z.record(text, count).describe('that stay as they are, and their rows'),
  unknown: z.array(text).describe('of the kept, those that are not of a LiteLLM that this version knows'),
  newer: loss.nullable(),
}

const loses = {
  source: text,
  litellm: text.nullable(),
  rows: count,
  ...fates,
}

const plan = named(
  'RestorePlan',
  z.object({
    outcome: z.literal('planned'),
    snapshot: text,
    time,
    scope,
    ...loses,
    confirm: text.describe("the gateway's domain"),
    interrupted: text.nullable().describe('the step in which an earlier restore was cut short'),
  }),
)
export type RestorePlan = Read<typeof plan>

const undoPlan = named(
  'UndoPlan',
  z.object({
    outcome: z.literal('planned'),
    undo: text,
    scope,
    ...fates,
    confirm: text.describe("the gateway's domain"),
  }),
)
export type UndoPlan = Read<typeof undoPlan>
export type TableFates = Pick<UndoPlan, keyof typeof fates>

const done = named(
  'RestoreDone',
  z.object({
    outcome: z.enum(['restored', 'resumed', 'undone']),
    snapshot: text,
    time,
    scope,
    release: text,
    undo: text.describe('the database that was live before, which undo brings back'),
    seconds: amount.exactOptional().describe('this and the rest: of "restored" only'),
    ...z.object(loses).partial().shape,
  }),
)
export type RestoreDone = Read<typeof done>

export const restoreAnswer = named('RestoreAnswer', z.union([plan, undoPlan, done]))

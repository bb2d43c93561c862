import { z } from 'zod'
import { ROLLBACKS } from '../names.ts'
import { amount, bytes, count, named, type Read, text, texts, time } from '../schema.ts'
import { modelPrice } from './observe.ts'
import { run } from './rollout.ts'

export const rehearsalQuestion = named(
  'RehearsalQuestion',
  z.object({
    run,
    image: text.describe('by digest; pulled when the host does not have it'),
    prices: texts.describe('models, as litellm_params.model has them, whose prices are compared'),
    seconds: count.exactOptional().describe('the longest that its migrations may take; 1800 when left out'),
  }),
)

const step = named(
  'RehearsedStep',
  z.object({ name: text, ok: z.boolean(), seconds: amount, detail: text.nullable() }),
)

const locked = named(
  'LockedTable',
  z.object({
    table: text,
    seconds: amount.describe('measured on the copy, where nobody else is at work'),
    blocks: z.enum(['all', 'writes']).describe('which requests wait meanwhile'),
  }),
)

const migrations = named(
  'RehearsedMigrations',
  z.object({
    pending: texts.describe('names, in order'),
    seconds: amount,
    bytesBefore: bytes,
    bytesAfter: bytes,
    bytesMost: bytes.describe('of the database, while they ran'),
    locks: z.array(locked).describe('tables that were there before, the longest first'),
    takes: texts.describe('tables and columns that they drop, rename or empty, as their statements say'),
    lost: texts.describe('columns that were gone afterwards'),
  }),
)

const tried = named(
  'TriedProvider',
  z.object({
    provider: text,
    model: text.describe('as it is declared'),
    ok: z.boolean().nullable().describe('null: there is no stand-in for it'),
    detail: text,
  }),
)

const price = named(
  'ChangedPrice',
  z.object({ model: text, before: modelPrice.nullable(), after: modelPrice.nullable() }),
)

export const rehearsalAnswer = named(
  'RehearsalAnswer',
  z.object({
    ok: z.boolean(),
    reason: text.nullable().describe('what failed first; null when it would go well'),
    image: text,
    version: text.nullable(),
    serves: named('ServedImage', z.object({ image: text, version: text.nullable() })),
    backup: named('RehearsedBackup', z.object({ snapshot: text, time, rows: count, bytes })).nullable(),
    steps: z.array(step),
    seconds: amount.describe('without the pull'),
    pull: amount.nullable().describe('seconds; null when the host had the image'),
    migrations: migrations.nullable().describe('null when it did not get that far'),
    rollback: z
      .enum(ROLLBACKS)
      .nullable()
      .describe(
        'to what serves now: "free"; "forced", because the schema is newer and has all that it needs; "restore", because something it needs is gone. null when it is not known',
      ),
    providers: z.array(tried),
    prices: z.array(price).nullable().describe('those that differ; null when a list could not be read'),
    cleanedUp: z.boolean(),
  }),
)
/** What an image would do to this gateway, tried beside it. */
export type Rehearsal = Read<typeof rehearsalAnswer>

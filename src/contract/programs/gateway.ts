// Small programs about the gateway: its master key, what has to be known before budgets are written, and doctor's autofixes.
import { z } from 'zod'
import { count, named, type Read, text, texts } from '../schema.ts'
import { run } from './rollout.ts'

export const masterKeyQuestion = named('MasterKeyQuestion', z.object({}))
export const masterKeyAnswer = named('MasterKeyAnswer', z.object({ masterKey: text.describe('SECRET') }))

export const budgetMetadataQuestion = named(
  'BudgetMetadataQuestion',
  z.object({
    user: texts.exactOptional(),
    team: texts.exactOptional(),
    organization: texts.exactOptional(),
    key: texts.exactOptional(),
    tag: texts.exactOptional(),
  }),
)
const metadata = z.record(text, z.unknown()).catch({})
export const budgetMetadataAnswer = named(
  'BudgetMetadataAnswer',
  z.object({
    user: z.record(text, metadata).exactOptional().describe("LiteLLM's metadata by id, as it is stored"),
    team: z.record(text, metadata).exactOptional(),
    organization: z.record(text, metadata).exactOptional(),
    key: z.record(text, metadata).exactOptional(),
    tag: z
      .record(text, z.object({ row: text.nullable(), owners: count }))
      .exactOptional()
      .describe('the row of the budget table that a tag points to, and how many objects point to it'),
  }),
)

export const autofixQuestion = named(
  'AutofixQuestion',
  z.object({
    run,
    close: texts.describe('paths of files that others than their owner can read'),
    start: texts.describe('units that should run'),
  }),
)
export const autofixAnswer = named(
  'AutofixAnswer',
  z.object({ done: texts, failed: z.array(z.object({ what: text, why: text })) }),
)
/** What became of the fixes, in words. */
export type Autofixed = Read<typeof autofixAnswer>

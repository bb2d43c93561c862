import { z } from 'zod'
import { OLD_KEY_ROLES } from '../names.ts'
import { amount, bytes, count, named, type Read, text, texts, time } from '../schema.ts'
import { run } from './rollout.ts'

const source = named(
  'OldSource',
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('postgres') }),
    z.object({
      kind: z.literal('files'),
      files: z
        .array(z.object({ name: text, bytes }))
        .describe('of a dump, in the order in which they follow the question on standard input'),
    }),
    z.object({
      kind: z.literal('stream'),
      place: text.describe('where it is dumped, for people'),
      bytes: bytes.describe(
        'of the database; its dump follows the question in blocks, each after its length',
      ),
    }),
  ]),
)

export const adoptQuestion = named(
  'AdoptQuestion',
  z.object({
    run,
    source,
    confirm: text.exactOptional().describe("the new gateway's domain; without it nothing is kept"),
    urgent: z
      .boolean()
      .exactOptional()
      .describe('the gateway of this host need not go first, as people wait for the copy'),
    url: text.exactOptional().describe('SECRET. Of the old database, with its password'),
    authority: text.exactOptional().describe("certificates that sign the old server's, PEM"),
    salt: text.exactOptional().describe("SECRET. The old gateway's LITELLM_SALT_KEY"),
    master: text.exactOptional().describe('SECRET. Its master key'),
    before: text.exactOptional().describe('SECRET. The master key that it had before'),
  }),
)
export type AdoptInput = Read<typeof adoptQuestion>

const names = named('OldNames', z.object({ count, names: texts.describe('the first of them') }))
export type OldNames = Read<typeof names>

const secrets = named(
  'OldSecrets',
  z.object({
    total: count.describe('stored values that are encrypted'),
    unsure: count.describe('texts that look so and open with no key'),
    opened: z.record(text, count).describe('by the variable of a key that was given: how many it opens'),
    role: named('OldKeyRole', z.enum(OLD_KEY_ROLES)).describe('of the key that opens most of them'),
    again: count.describe('how many another key opens; the copy has them sealed with the key of the rest'),
    dead: z.array(z.object({ table: text, count })).describe('those that no key opens'),
  }),
)

const content = named(
  'OldContent',
  z.object({
    tables: z.record(text, count).describe('their rows; of a large table about how many'),
    rows: count,
    keys: names.describe('by alias'),
    teams: names,
    users: names,
    budgets: names,
    models: names,
    credentials: names,
    spend: amount.nullable().describe('USD, of the log of requests; null where that is too long for a plan'),
  }),
)

const planned = z.object({
  confirm: text.describe("the new gateway's domain"),
  source: text.describe('host, port and name of the old database, where it was dumped, or dump'),
  server: text.nullable().describe('the version of its PostgreSQL, where it is known'),
  bytes,
  content,
  secrets,
  master: named('OldMaster', z.enum(['own', 'taken', 'unusable'])).describe(
    'own: this host keeps its master key; unusable: so too, as the new LiteLLM refuses the old one',
  ),
  image: text,
  pending: count.describe('migrations of the image that the old database has not had'),
  storeModelInDb: z.boolean().describe('models in the database are served'),
  leftOut: z.array(named('LeftOut', z.object({ name: text, why: text }))),
})

const plan = named('AdoptPlan', z.object({ outcome: z.literal('planned'), ...planned.shape }))
export type AdoptPlan = Read<typeof plan>

const done = named(
  'AdoptDone',
  z.object({
    outcome: z.literal('adopted'),
    ...planned.shape,
    snapshot: text,
    time,
    copied: z.boolean().describe('it is in the off-site copy too'),
    took: z.record(text, amount).describe('seconds by step'),
    seconds: amount,
  }),
)
export type AdoptDone = Read<typeof done>

export const adoptAnswer = named('AdoptAnswer', z.union([plan, done]))

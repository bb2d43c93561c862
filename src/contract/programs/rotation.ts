import { z } from 'zod'
import { DISTRIBUTE, PHASES } from '../names.ts'
import { count, named, type Read, text, time } from '../schema.ts'
import { run } from './rollout.ts'

const target = named('NotedTarget', z.object({ name: text, updatedAt: time.describe("by GitHub's clock") }))
/** A secret of GitHub that got the new key, and when GitHub says that it was written. */
export type NotedTarget = Read<typeof target>

const distribute = named('Distribute', z.enum(DISTRIBUTE))
/** What the targets get: the master key itself, or a key for programs that cannot administer anything. */
export type Distribute = Read<typeof distribute>

const hash = text.describe('the first twelve hex digits of SHA-256')
const state = named(
  'RotationState',
  z.object({
    id: text,
    phase: z.enum(PHASES),
    run: text.exactOptional(),
    since: time,
    graceSeconds: count,
    graceUntil: time.exactOptional(),
    distribute,
    old: hash,
    oldSince: time.nullish().describe('when the old key became the master; not there when nobody noted it'),
    new: hash,
    virtual: hash.exactOptional().describe('of the virtual key, when that is what the targets get'),
    before: text.nullish().describe('alias of the virtual key that the targets have until now'),
    targets: z.array(target),
  }),
)
/** How far a rotation has come. */
export type RotationState = Read<typeof state>

const distributed = named(
  'Distributed',
  z.object({
    id: text,
    time: time.exactOptional().describe('when the key became the master; an earlier version did not note it'),
    distribute,
    key: hash,
    alias: text.nullish().describe('of the virtual key'),
    targets: z.array(target),
  }),
)
/** Who was given what by the last rotation that made a new master key. */
export type Distributed = Read<typeof distributed>

export const rotationStatusQuestion = named('RotationStatusQuestion', z.object({}))
export const rotationStatusAnswer = named(
  'RotationStatusAnswer',
  z.object({
    rotation: state.nullable().describe('the one that is under way'),
    distributed: distributed.nullable(),
  }),
)
export type RotationAnswer = Read<typeof rotationStatusAnswer>

const limits = z.record(text, z.unknown())
/** Limits of the virtual key, as LiteLLM's /key/generate takes them. */
export type KeyLimits = Read<typeof limits>

const targets = z.array(target)
export const rotationQuestion = named(
  'RotationQuestion',
  z.union([
    z.object({ action: z.literal('begin'), run, graceSeconds: count, distribute, limits }),
    z.object({ action: z.literal('noted'), run, targets }),
    z.object({ action: z.literal('swap'), run, targets }),
    z.object({ action: z.literal('finish'), run, now: z.boolean().exactOptional() }),
  ]),
)
export const rotationAnswer = named(
  'RotationActionAnswer',
  rotationStatusAnswer.extend({
    key: text.exactOptional().describe('SECRET. What the targets shall get; to "begin" only'),
  }),
)

export const rotationMadeQuestion = named(
  'RotationMadeQuestion',
  z.object({ since: time.nullable().describe('null: ever') }),
)
export const rotationMadeAnswer = named(
  'MadeWithKey',
  z.object({
    since: time.nullable(),
    keys: z.array(
      z.object({
        id: text.describe('the first digits of its hash'),
        alias: text.nullable(),
        by: text,
        at: text.nullable(),
        user: text.nullable(),
        team: text.nullable(),
        expires: text.nullable(),
      }),
    ),
    users: z
      .array(z.object({ id: text, alias: text.nullable(), role: text.nullable(), at: text.nullable() }))
      .describe('all that were made in that time: LiteLLM does not write down by whom'),
    more: z.boolean().describe('there are others; only the newest are told'),
  }),
)
/** What LiteLLM knows to be made with the master key; texts are whatever somebody gave as a name. Times are UTC. */
export type MadeWithKey = Read<typeof rotationMadeAnswer>

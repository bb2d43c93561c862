import { z } from 'zod'
import {
  ENTITIES,
  ENTITY_NAMES,
  type Entity,
  type EntityField,
  entityKind,
  PERMISSIONS,
} from '../../contract/entities.ts'
import { LIMITS, limitsPossible, period, type Subject, usd } from '../limits.ts'
import { DELIVERY } from './deliver-schema.ts'

/** One object as it is declared: LiteLLM's names, and values of the forms that the table of kinds gives them. */
export type EntityEntry = Readonly<Record<string, unknown>>

const text = z.string().min(1)
const count = z.int().nonnegative()
const window = z.strictObject({
  max_budget: usd.describe('USD in each period.'),
  budget_duration: period.describe('When the spend resets.'),
})

/** Limits, which are budgets of the one that the entry declares. */
const LIMIT_SHAPES: Readonly<Record<string, z.ZodType>> = {
  max_budget: usd.describe('USD in each period; no limit when left out.'),
  budget_duration: period.describe(
    'When the spend resets: daily, weekly, monthly, yearly, 14d. Never, when left out.',
  ),
  soft_budget: usd.describe('USD from which on LiteLLM alerts; nothing is refused.'),
  tpm_limit: count.describe('Tokens a minute.'),
  rpm_limit: count.describe('Requests a minute.'),
  models: z.array(text).min(1).describe('The models that may be used; all, when left out.'),
  model_max_budget: z.record(text, window).describe('Budgets by name of the model.'),
  budget_limits: z.array(window).min(1).describe('Further budgets that hold at the same time.'),
}

/** Whose budget the limits of an entry are. */
export const SUBJECT_OF: Readonly<Partial<Record<Entity, Exclude<Subject, 'provider'>>>> = {
  team: 'team',
  user: 'user',
  key: 'key',
  tag: 'tag',
  customer: 'customer',
}

/** Names of a member's limits, and what they are called everywhere else. */
export const MEMBER_LIMITS = {
  max_budget_in_team: 'max_budget',
  budget_duration: 'budget_duration',
  tpm_limit: 'tpm_limit',
  rpm_limit: 'rpm_limit',
  allowed_models: 'models',
} as const

function limitShapes(entity: Entity): Record<string, z.ZodType> {
  const subject = SUBJECT_OF[entity]
  const names = subject === undefined ? [] : limitsPossible(subject).map((name) => LIMITS[name])
  return Object.fromEntries(
    names.flatMap((name) => {
      const shape = LIMIT_SHAPES[name]
      return shape === undefined ? [] : [[name, optional(shape)]]
    }),
  )
}

function shapeOf({ form, values }: EntityField): z.ZodType {
  switch (form) {
    case 'text':
      return values === undefined ? text : z.enum([...values])
    case 'truth':
      return z.boolean()
    case 'count':
      return count
    case 'usd':
      return usd
    case 'period':
      return period
    case 'names':
      return z.array(text)
    case 'mapping':
      return z.record(text, z.unknown())
  }
}

function optional(shape: z.ZodType): z.ZodType {
  const what = shape.description
  return what === undefined ? shape.optional() : shape.optional().describe(what)
}

function member(entity: Entity): z.ZodType {
  const roles = entityKind(entity).members?.roles ?? []
  const limits = Object.entries(entity === 'team' ? MEMBER_LIMITS : {}).flatMap(([name, limit]) => {
    const shape = LIMIT_SHAPES[limit]
    return shape === undefined ? [] : [[name, optional(shape)]]
  })
  return z.strictObject({
    user_id: text.describe('The user: an id, or an e-mail address.'),
    role: z
      .enum([...roles])
      .optional()
      .describe(`${roles[0]} when left out.`),
    ...Object.fromEntries(limits),
  })
}

const permission = z
  .strictObject(
    Object.fromEntries(
      PERMISSIONS.map((name) => [name, z.array(text).optional().describe(`LiteLLM's list of that name.`)]),
    ),
  )
  .optional()
  .describe('What may be reached besides models.')

function entry(entity: Entity): z.ZodType<EntityEntry> {
  const kind = entityKind(entity)
  const fields = Object.entries(kind.fields).map(([name, field]) => [
    name,
    shapeOf(field)
      .optional()
      .describe(`${field.what}${field.licence === true ? ' Needs a licence of LiteLLM.' : ''}`),
  ])
  return z.strictObject({
    [kind.id]: text.describe(ID_WHAT[entity]),
    ...(kind.ownId === undefined
      ? {}
      : { [kind.ownId]: text.optional().describe('LiteLLM’s own id; with it, another name is a rename.') }),
    ...Object.fromEntries(fields),
    ...limitShapes(entity),
    ...(kind.members === undefined
      ? {}
      : { members: z.array(member(entity)).optional().describe('Who is in it.') }),
    ...(kind.hasPermission === true ? { object_permission: permission } : {}),
    ...(kind.mark === 'metadata'
      ? {
          metadata: z
            .record(text, z.unknown())
            .optional()
            .describe('Keys and values of your own; those that are not here are left alone.'),
        }
      : {}),
    ...(entity === 'key' ? DELIVERY : {}),
  }) as z.ZodType<EntityEntry>
}

const ID_WHAT: Readonly<Record<Entity, string>> = {
  organization: 'Its id, which never changes.',
  team: 'Its id, which never changes.',
  user: 'Their id, or the e-mail address by which LiteLLM knows them.',
  key: 'Its alias: of a key that exists, or of one that sync makes and delivers.',
  access_group: 'Its name.',
  tag: 'The tag.',
  customer: 'The id that requests give.',
}

const list = (entity: Entity) => z.array(entry(entity)).nullish().describe(ENTITIES[entity].what)

/** The sections of gateway.yaml, each a list. `users` may also be a number, which sizes the VM. */
export const entitySections = {
  organizations: list('organization'),
  teams: list('team'),
  users: z
    .union([z.int().positive(), z.array(entry('user'))])
    .nullish()
    .describe(
      'How many people use it, which sizes the VM; or the users themselves, who size it by their number.',
    ),
  keys: list('key'),
  access_groups: list('access_group'),
  tags: list('tag'),
  customers: list('customer'),
}

export const ENTITY_SECTIONS: readonly string[] = ENTITY_NAMES.map((entity) => ENTITIES[entity].section)

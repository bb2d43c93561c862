import { z } from 'zod'
import { LIMIT_NAMES, POSSIBLE, type Subject } from '../config/budgets.ts'
import { ENTITY_NAMES } from '../contract/entities.ts'

const position = z.object({ file: z.string(), line: z.int(), column: z.int() })
const at = position.optional()
const action = z.enum(['create', 'update', 'delete'])
const severity = z.enum(['info', 'warning', 'error'])
/** An absent one means "not set". */
const field = z.object({ path: z.string(), before: z.unknown().optional(), after: z.unknown().optional() })
const fields = z.array(field).readonly()

const subject = z.enum(Object.keys(POSSIBLE) as Subject[])
const limitName = z.enum(LIMIT_NAMES)
const amount = z.number().nullable()
const window = z.object({ maxBudget: z.number(), duration: z.string() })
const budgetState = z.object({
  maxBudget: amount.describe('USD in each period; null: no limit'),
  duration: z.string().nullable().describe("LiteLLM's duration; null: never reset"),
  softBudget: amount,
  tpmLimit: amount,
  rpmLimit: amount,
  models: z.array(z.string()).readonly().nullable(),
  modelBudgets: z.record(z.string(), window).readonly().nullable(),
  windows: z.array(window).readonly().nullable(),
  managed: z.array(limitName).readonly().optional().describe('the limits that are kept from here'),
  spend: z.number().describe('USD in the running period'),
  resetsAt: z.string().nullable().describe('ISO 8601'),
})
const budget = z.object({
  kind: z.literal('budget'),
  action,
  subject,
  id: z.string(),
  team: z.string().optional(),
  before: budgetState.optional(),
  after: budgetState,
  at,
})

const managedFields = z.array(z.string()).readonly().optional()
const entity = z.object({
  kind: z.literal('entity'),
  action,
  entity: z.enum(ENTITY_NAMES),
  id: z.string(),
  ownId: z.string().optional().describe("LiteLLM's own id, where nobody can choose it"),
  fields,
  managed: z
    .object({ before: managedFields, after: managedFields })
    .describe('paths of the fields that are kept from here'),
  delivery: z
    .object({
      why: z.enum(['new', 'unknown', 'targets', 'unfinished']),
      to: z.array(z.string()).readonly(),
      grace: z.string(),
    })
    .optional()
    .describe('of a key of which a new one is made, and delivered to these secrets'),
  loses: z.array(z.string()).readonly().describe('what goes or stops with it, in words'),
  at,
})

const change = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('model'), action, id: z.string(), name: z.string(), fields, at }),
  z.object({ kind: z.literal('setting'), action, section: z.string(), fields, at }),
  z.object({
    kind: z.literal('file'),
    action,
    path: z.string().describe('beside config.yaml'),
    before: z.string().optional().describe('SHA-256'),
    after: z.string().optional().describe('SHA-256'),
    at,
  }),
  z.object({ kind: z.literal('secret'), action, name: z.string(), at }),
  z.object({
    kind: z.literal('override'),
    action,
    section: z.string(),
    name: z.string(),
    value: z.union([z.number(), z.boolean()]).nullable().describe('null for a text, which may be a secret'),
    at,
  }),
  budget,
  entity,
  z.object({ kind: z.literal('host'), action, part: z.string(), name: z.string(), detail: z.string() }),
])

const price = z.object({ input: z.number(), output: z.number() }).describe('USD for a million tokens')
const cost = z.object({
  name: z.string(),
  before: price.optional(),
  after: price.optional(),
  month: z
    .object({ requests: z.number(), before: z.number(), after: z.number() })
    .optional()
    .describe('the last 30 days, USD'),
})
const live = z.object({ version: z.string().nullable(), workers: z.int(), healthy: z.boolean() })
const result = z.object({
  kind: z.string(),
  action,
  id: z.string(),
  outcome: z.enum(['done', 'failed']),
  message: z.string().optional(),
})
const imported = z.object({
  path: z.string(),
  outcome: z.enum(['kept', 'reference', 'moved', 'left-out', 'fill-in', 'decide']),
  detail: z.string(),
})
const problem = z.object({
  severity,
  code: z.string(),
  message: z.string(),
  fix: z.string(),
  at: position,
})

/**
 * The document of `--json` and of the output `plan-json`, published as `dist/report.schema.json`. Fields are added without notice;
 * `schema` grows when one changes its meaning or goes.
 */
export const reportSchema = z.object({
  schema: z.literal(1),
  command: z.string(),
  failed: z.boolean(),
  changes: z.array(change).readonly().nullable().describe('null: the gateway was not observed'),
  adoptions: z
    .array(z.union([budget, entity]))
    .readonly()
    .nullable()
    .describe('are as declared, and are marked by sync'),
  needsDeploy: z.boolean().nullable(),
  costs: z.array(cost).readonly().nullable(),
  unmanaged: z
    .array(z.object({ kind: z.string(), id: z.string(), detail: z.string() }))
    .readonly()
    .nullable(),
  notes: z
    .array(
      z.object({
        severity,
        about: z
          .literal('destination')
          .optional()
          .describe('something will be sent to whom it was not sent before'),
        sent: z.object({ what: z.string(), to: z.string() }).optional(),
        text: z.string(),
        at,
      }),
    )
    .readonly()
    .nullable(),
  live: live.nullable(),
  applied: z.array(result).readonly().nullable().describe('null for a command that only looks'),
  result: z.unknown().describe('what the command itself answers; null for most'),
  problems: z.array(problem).readonly(),
  imported: z.array(imported).readonly().optional(),
  connection: z.object({ connections: z.int(), execs: z.int() }).nullable(),
})

export type ReportDocument = z.infer<typeof reportSchema>

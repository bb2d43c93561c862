// Who and what LiteLLM keeps in its database alone: one table of kinds that schema, plan, sync, import, the host's reader and the docs are made of.
// Names of fields are LiteLLM's. What limits somebody's spend and traffic is not here: it is a budget, wherever it is declared (`names.ts`).

/** How a value is written, and when two of them are the same. */
type Form =
  | 'text'
  | 'truth'
  | 'count'
  | 'usd'
  | 'period'
  /** A list whose order means nothing. */
  | 'names'
  /** Keys and values, compared as a whole. */
  | 'mapping'

/**
 * Where LiteLLM keeps a field: in a column of the row, in its `metadata` under the same name, in the row of the budget table or of the table of
 * aliases that it points to, in the team's budget for each member, or worked out of other rows.
 */
type Place = 'column' | 'metadata' | 'budget' | 'aliases' | 'member-budget' | 'worked-out'

export interface EntityField {
  readonly form: Form
  readonly place: Place
  readonly what: string
  /** LiteLLM takes it with a licence only. */
  readonly licence?: true
  /** What LiteLLM takes for "not set any more"; without it a value can be replaced and never cleared. */
  readonly cleared?: unknown
  /** The only values. */
  readonly values?: readonly string[]
}

/**
 * Where it is written down that an object is kept from here: in its metadata, with the fields that are; or, for what has no metadata, as a row
 * of the budget table that limits nothing and nobody points to.
 */
type Mark = 'metadata' | 'row'

export interface EntityKind {
  /** Of gateway.yaml. */
  readonly section: string
  readonly table: string
  /** The field that identifies it in gateway.yaml, and the column. */
  readonly id: string
  readonly column: string
  /** LiteLLM's own identifier, where nobody can choose it. */
  readonly ownId?: string
  readonly mark: Mark
  readonly hasPermission?: true
  /** Roles of its members, the ordinary one first, and those that need a licence. */
  readonly members?: { readonly roles: readonly string[]; readonly licensed: readonly string[] }
  /** The whole kind needs a licence. */
  readonly licence?: true
  readonly what: string
  readonly fields: Readonly<Record<string, EntityField>>
}

const byModel = (what: string): EntityField => ({ form: 'mapping', place: 'metadata', what, cleared: {} })
const licensedNames = (what: string): EntityField => ({
  form: 'names',
  place: 'metadata',
  what,
  licence: true,
  cleared: [],
})
const PARALLEL = 'Requests at the same time.'
const TOKENS_BY_MODEL = byModel('Tokens a minute, by name of the model.')
const REQUESTS_BY_MODEL = byModel('Requests a minute, by name of the model.')
const TAGS = licensedNames('Tags that all of its requests carry.')
const GUARDRAILS = licensedNames('Guardrails that all of its requests pass.')
const MEMBER_NUMBER = { place: 'member-budget', cleared: null } as const

/** In the order in which they are made; they are removed in the reverse one. */
export const ENTITIES = {
  organization: {
    section: 'organizations',
    table: 'LiteLLM_OrganizationTable',
    id: 'organization_id',
    column: 'organization_id',
    mark: 'metadata',
    hasPermission: true,
    members: { roles: ['internal_user', 'internal_user_viewer', 'org_admin'], licensed: [] },
    licence: true,
    what: 'Organizations, which own teams. Each needs a licence of LiteLLM.',
    fields: {
      organization_alias: { form: 'text', place: 'column', what: 'The name that people see.' },
      models: {
        form: 'names',
        place: 'column',
        what: 'The models that its teams may use; all, when left out.',
        cleared: [],
      },
      max_budget: {
        form: 'usd',
        place: 'budget',
        what: 'USD in each period, of all of its teams together.',
        cleared: null,
      },
      budget_duration: { form: 'period', place: 'budget', what: 'When the spend resets.', cleared: null },
      tpm_limit: { form: 'count', place: 'budget', what: 'Tokens a minute.', cleared: null },
      rpm_limit: { form: 'count', place: 'budget', what: 'Requests a minute.', cleared: null },
      model_tpm_limit: TOKENS_BY_MODEL,
      model_rpm_limit: REQUESTS_BY_MODEL,
    },
  },
  team: {
    section: 'teams',
    table: 'LiteLLM_TeamTable',
    id: 'team_id',
    column: 'team_id',
    mark: 'metadata',
    hasPermission: true,
    members: { roles: ['user', 'admin'], licensed: ['admin'] },
    what: 'Teams, with who is in them.',
    fields: {
      team_alias: {
        form: 'text',
        place: 'column',
        what: 'The name that people see; another one is a rename.',
      },
      organization_id: {
        form: 'text',
        place: 'column',
        what: 'The organization that owns it.',
        licence: true,
        cleared: '',
      },
      blocked: {
        form: 'truth',
        place: 'column',
        what: 'Whether all of its keys are refused.',
        cleared: false,
      },
      default_team_member_models: {
        form: 'names',
        place: 'column',
        what: 'The models of each new member; all of the team, when left out.',
        cleared: [],
      },
      team_member_permissions: {
        form: 'names',
        place: 'column',
        what: 'What members may do with keys of the team, as paths of the API such as /key/generate.',
      },
      model_aliases: {
        form: 'mapping',
        place: 'aliases',
        what: 'Other names for models, within the team.',
        cleared: {},
      },
      team_member_budget: {
        form: 'usd',
        what: 'USD in each period, for each member without a budget of their own.',
        ...MEMBER_NUMBER,
      },
      team_member_budget_duration: { form: 'period', what: 'When that spend resets.', ...MEMBER_NUMBER },
      team_member_tpm_limit: {
        form: 'count',
        what: 'Tokens a minute, for each such member.',
        ...MEMBER_NUMBER,
      },
      team_member_rpm_limit: {
        form: 'count',
        what: 'Requests a minute, for each such member.',
        ...MEMBER_NUMBER,
      },
      model_tpm_limit: TOKENS_BY_MODEL,
      model_rpm_limit: REQUESTS_BY_MODEL,
      tags: TAGS,
      guardrails: GUARDRAILS,
      prompts: licensedNames('The prompts that it may use.'),
    },
  },
  user: {
    section: 'users',
    table: 'LiteLLM_UserTable',
    id: 'user_id',
    column: 'user_id',
    mark: 'metadata',
    hasPermission: true,
    what: 'People and services who log in or have keys.',
    fields: {
      user_email: { form: 'text', place: 'column', what: 'The address by which SSO finds them.' },
      user_alias: { form: 'text', place: 'column', what: 'The name that people see.' },
      user_role: {
        form: 'text',
        place: 'column',
        what: 'What they may do in the UI and by the API.',
        values: ['proxy_admin', 'proxy_admin_viewer', 'internal_user', 'internal_user_viewer'],
      },
      max_parallel_requests: { form: 'count', place: 'column', what: PARALLEL },
    },
  },
  key: {
    section: 'keys',
    table: 'LiteLLM_VerificationToken',
    id: 'key_alias',
    column: 'key_alias',
    mark: 'metadata',
    hasPermission: true,
    what: 'Virtual keys, by their alias. No value of a key is here.',
    fields: {
      team_id: { form: 'text', place: 'column', what: 'The team that it belongs to.', cleared: null },
      user_id: { form: 'text', place: 'column', what: 'The user that it belongs to.', cleared: null },
      blocked: { form: 'truth', place: 'column', what: 'Whether it is refused.', cleared: false },
      max_parallel_requests: { form: 'count', place: 'column', what: PARALLEL, cleared: null },
      allowed_routes: {
        form: 'names',
        place: 'column',
        what: 'The paths of the API that it may call; all for models, when left out.',
        cleared: [],
      },
      aliases: {
        form: 'mapping',
        place: 'column',
        what: 'Other names for models, for this key.',
        cleared: {},
      },
      model_tpm_limit: TOKENS_BY_MODEL,
      model_rpm_limit: REQUESTS_BY_MODEL,
      tags: TAGS,
      guardrails: GUARDRAILS,
    },
  },
  access_group: {
    section: 'access_groups',
    table: 'LiteLLM_AccessGroupTable',
    id: 'access_group_name',
    column: 'access_group_name',
    ownId: 'access_group_id',
    mark: 'row',
    what: 'Sets of models, MCP servers and agents that teams and keys are given at once.',
    fields: {
      description: { form: 'text', place: 'column', what: 'What it is for.', cleared: null },
      access_model_names: { form: 'names', place: 'column', what: 'Its models.', cleared: [] },
      access_mcp_server_ids: { form: 'names', place: 'column', what: 'Its MCP servers.', cleared: [] },
      access_agent_ids: { form: 'names', place: 'column', what: 'Its agents.', cleared: [] },
      assigned_team_ids: { form: 'names', place: 'worked-out', what: 'The teams that have it.', cleared: [] },
    },
  },
  tag: {
    section: 'tags',
    table: 'LiteLLM_TagTable',
    id: 'name',
    column: 'tag_name',
    mark: 'row',
    what: 'Tags that requests carry.',
    fields: {
      description: { form: 'text', place: 'column', what: 'What it is for.', cleared: null },
    },
  },
  customer: {
    section: 'customers',
    table: 'LiteLLM_EndUserTable',
    id: 'user_id',
    column: 'user_id',
    mark: 'row',
    hasPermission: true,
    what: 'End users: what requests give as `user`.',
    fields: {
      alias: { form: 'text', place: 'column', what: 'The name that people see.' },
      blocked: {
        form: 'truth',
        place: 'column',
        what: 'Whether their requests are refused.',
        cleared: false,
      },
      allowed_model_region: {
        form: 'text',
        place: 'column',
        what: 'Where their requests may be answered.',
        values: ['eu', 'us'],
      },
      default_model: { form: 'text', place: 'column', what: 'The model where no other is in that region.' },
    },
  },
} as const satisfies Readonly<Record<string, EntityKind>>

export type Entity = keyof typeof ENTITIES
export const ENTITY_NAMES = Object.keys(ENTITIES) as [Entity, ...Entity[]]

/** What may be reached besides models: lists of names in a row of their own. */
export const PERMISSIONS = [
  'mcp_servers',
  'mcp_access_groups',
  'mcp_toolsets',
  'vector_stores',
  'agents',
  'agent_access_groups',
  'search_tools',
] as const

export function entityKind(entity: Entity): EntityKind {
  return ENTITIES[entity]
}

/** The same table for the host's reader, as `kind.name`. */
const fieldsAt = (place: Place): readonly string[] =>
  ENTITY_NAMES.flatMap((entity) =>
    Object.entries(entityKind(entity).fields).flatMap(([name, field]) =>
      field.place === place ? [`${entity}.${name}`] : [],
    ),
  )
export const READER_TABLES = {
  ENTITY_NAMES,
  PERMISSIONS,
  ENTITY_TABLES: ENTITY_NAMES.map((entity) => `${entity}.${entityKind(entity).table}`),
  ENTITY_IDS: ENTITY_NAMES.map((entity) => `${entity}.${entityKind(entity).column}`),
  ENTITY_COLUMNS: fieldsAt('column'),
  ENTITY_METADATA: fieldsAt('metadata'),
  ENTITY_BUDGET: fieldsAt('budget'),
  ENTITY_MEMBER_BUDGET: fieldsAt('member-budget'),
} as const

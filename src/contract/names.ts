// What both programs know by name, each written once. The Python side has the same as constants of agent/contract.py.

/** The variables that the host sets for LiteLLM itself, and whether their values are secrets. Nobody else may set them. */
export const HOST_VARIABLES = {
  DATABASE_URL: 'secret',
  REDIS_HOST: 'setting',
  REDIS_PORT: 'setting',
  REDIS_PASSWORD: 'secret',
  LITELLM_MASTER_KEY: 'secret',
  LITELLM_SALT_KEY: 'secret',
  LITELLM_MODE: 'setting',
  STORE_MODEL_IN_DB: 'setting',
  DISABLE_SCHEMA_UPDATE: 'setting',
  LITELLM_LOCAL_MODEL_COST_MAP: 'setting',
  LITELLM_TELEMETRY: 'setting',
  GRACEFUL_SHUTDOWN_TIMEOUT: 'setting',
} as const
const variables = Object.entries(HOST_VARIABLES)
export const HOST_OWNED: readonly string[] = variables.map(([name]) => name)
/** Those whose values may be seen in a log. @public for src/agent/contract.py */
export const HOST_SETTINGS: readonly string[] = variables.flatMap(([name, kind]) =>
  kind === 'setting' ? [name] : [],
)

/** LiteLLM's names of what limits a budget. */
export const NUMBER_LIMITS = [
  'max_budget',
  'budget_duration',
  'soft_budget',
  'tpm_limit',
  'rpm_limit',
] as const
/** Limits of which an empty one is LiteLLM's way of saying "no limit". */
export const COLLECTION_LIMITS = ['models', 'model_max_budget', 'budget_limits'] as const
export const LIMIT_NAMES = [...NUMBER_LIMITS, ...COLLECTION_LIMITS] as const
export type LitellmLimit = (typeof LIMIT_NAMES)[number]
/** Who can have a budget in LiteLLM's database. `member`: a user within one team; `customer`: LiteLLM's end user. */
export const SUBJECTS = ['user', 'team', 'member', 'customer', 'key', 'tag'] as const

/** The mark in LiteLLM's metadata that says that an object, or some of its limits, are ours. */
export const MANAGER = 'litellm-gitops'
export const MARK_MANAGER = 'managed_by'
export const MARK_LIMITS = 'managed_limits'
/** In the metadata of a team, for its members. */
export const MARK_MEMBERS = 'managed_members'
/** In the metadata of what is declared itself: the paths of its fields that are kept from here. */
export const MARK_FIELDS = 'managed_fields'
/** The same for what has no metadata: a row of the budget table, `litellm-gitops:made:customer:acme`. */
export const MARK_ROW = 'litellm-gitops:made'

/** Sections of config.yaml that LiteLLM's database may hold too, as rows of LiteLLM_Config. */
export const OVERLAID_SECTIONS = [
  'general_settings',
  'router_settings',
  'litellm_settings',
  'environment_variables',
] as const
/** And what LiteLLM keeps in tables of their own. */
export const STORED_SECTIONS = [...OVERLAID_SECTIONS, 'model_list', 'credential_list', 'cache'] as const

/** What a restore brings back. */
export const SCOPES = ['database', 'configuration', 'all'] as const
/** Why a backup was taken; `adopted`: of another gateway's database, by `import --data`. */
export const BACKUP_KINDS = ['manual', 'scheduled', 'safety', 'upgrade', 'adopted'] as const
/** In which role the key was that the old gateway sealed what it stores with. */
export const OLD_KEY_ROLES = ['salted', 'unsalted', 'before', 'none'] as const
/** How far a rotation has come. After the last one there is none. */
export const PHASES = ['created', 'expanded', 'swapping', 'swapped'] as const
/**
 * How far a key that is delivered has come. `making`: nobody has it yet; `delivering`: a secret may hold it; `delivered`: every secret holds it;
 * `retired`: another one has replaced it, and it works until it is ended.
 */
export const KEY_STATES = ['making', 'delivering', 'delivered', 'retired'] as const
/** What the targets of a rotation get. */
export const DISTRIBUTE = ['master-key', 'virtual-key'] as const

/** How what serves now can be served again after an upgrade. */
export const ROLLBACKS = ['free', 'forced', 'restore'] as const

/** Units that run on a host that is as declared; quadlet makes the first from litellm.container. */
export const UNITS = [
  'litellm.service',
  'caddy.service',
  'postgresql.service',
  'redis-server.service',
  'litellm-firewall.service',
  'litellm-backup.timer',
  'litellm-verify.timer',
] as const
export const MAIN_UNIT = UNITS[0]
/** @public for src/agent/contract.py */
export const STANDBY_UNIT = 'litellm-standby.service'
export const FIREWALL_UNIT = 'litellm-firewall.service'
export const BACKUP_TIMER = 'litellm-backup.timer'
export const VERIFY_TIMER = 'litellm-verify.timer'
/** @public for src/agent/contract.py */
export const TIMERS = [BACKUP_TIMER, VERIFY_TIMER] as const

/** The account that a read-only key logs in as. */
export const PLAN_USER = 'litellm-plan'

/** The programs that the read-only key may ask. */
export const READ_ONLY = ['observe', 'doctor', 'report'] as const

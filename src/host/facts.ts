import type { Subject } from '../config/budgets.ts'

/** How a file on the host should be: `mode` like "0644", `owner` like "root:root". */
export interface ManagedFile {
  readonly content: string
  readonly mode: string
  readonly owner: string
}

/** A managed file as `observe` compares it. */
export interface FileHash {
  readonly sha256: string
  readonly mode: string
  readonly owner: string
}

/** The part of the host that follows from the settings alone; `*` in a path is PostgreSQL's major version. */
export interface HostManifest {
  readonly files: Readonly<Record<string, ManagedFile>>
  readonly packages: readonly string[]
  readonly units: readonly string[]
}

/** A value that is not shown: 16 hex digits that only this host can compute. */
export interface Fingerprint {
  readonly fingerprint: string
}

export interface HostFacts {
  readonly os: { readonly id: string; readonly version: string; readonly name: string }
  readonly python: string
  readonly arch: string
  readonly vcpu: number
  readonly memoryBytes: number
  readonly disk: { readonly sizeBytes: number; readonly freeBytes: number }
  /** The host's clock, ISO 8601 in UTC. */
  readonly time: string
  readonly hostname: string
}

/** Where the host is not as declared; all of it empty, null or 'ready' when it is. */
export interface HostDifferences {
  readonly packages: readonly string[]
  readonly files: readonly string[]
  readonly units: readonly { readonly name: string; readonly active: string; readonly enabled: string }[]
  /** null when the wanted image runs, or none was requested. */
  readonly image: { readonly running: string | null; readonly wanted: string | null } | null
  readonly database: 'missing' | 'outdated' | 'ready'
  /** Paths of key files that are missing. */
  readonly keys: readonly string[]
  /** Accounts of the system that are missing. */
  readonly accounts: readonly string[]
}

/** LiteLLM's names and forms; what is not there is not limited. */
export interface ObservedBudget {
  readonly subject: Exclude<Subject, 'provider'>
  readonly id: string
  /** Of a member. */
  readonly team?: string
  readonly alias?: string
  readonly max_budget?: number
  readonly budget_duration?: string
  readonly soft_budget?: number
  readonly tpm_limit?: number
  readonly rpm_limit?: number
  readonly models?: readonly string[]
  readonly model_max_budget?: Readonly<Record<string, unknown>>
  readonly budget_limits?: readonly { readonly max_budget: number; readonly budget_duration: string }[]
  readonly spend?: number
  /** UTC, without a zone's name. */
  readonly budget_reset_at?: string
  /** LiteLLM's names of the limits that we made; not there when the object does not carry our mark. */
  readonly managed?: readonly string[]
  /** The limits are those that the team gives to all of its members. */
  readonly shared?: true
}

/** USD for one token, by LiteLLM's list. */
export interface ListedPrice {
  readonly input_cost_per_token?: number
  readonly output_cost_per_token?: number
  readonly mode?: string
  readonly deprecation_date?: string
}

/** What was asked of a model within the last 30 days. */
export interface Traffic {
  readonly requests: number
  readonly prompt_tokens: number
  readonly completion_tokens: number
  /** USD */
  readonly spend: number
}

/** A model in LiteLLM's database; those of the file are in `config`. */
export interface ObservedModel {
  readonly id: string
  readonly model_name: string
  /** The program of an earlier version, which a read-only key may still be forced to, answers the others too. */
  readonly source: 'file' | 'database'
}

/** Of LiteLLM's sections those that its database may hold too, and what else it keeps there of its configuration. */
export type StoredSection =
  | 'general_settings'
  | 'router_settings'
  | 'litellm_settings'
  | 'environment_variables'
  | 'model_list'
  | 'credential_list'
  | 'cache'

/** A setting in LiteLLM's database, written in the UI or by the API; of a model the name is its id. */
export interface StoredSetting {
  readonly section: StoredSection
  readonly name: string
  /** Only numbers and booleans: a text may be a secret. */
  readonly value: number | boolean | null
}

/** The running gateway. The lists are null when it did not answer them; `problem` then says why. */
export interface ObservedGateway {
  readonly release: string
  readonly image: string | null
  readonly settings: ReleaseSettings | null
  readonly version: string | null
  readonly healthy: boolean
  /** Worker processes that listen. */
  readonly workers: number
  /** The parsed config.yaml of the serving release, every literal secret in it a {@link Fingerprint}. */
  readonly config: unknown
  /** By name of the variable: fingerprints of the value the release has and of the one given to `observe`. */
  readonly env: Readonly<Record<string, { readonly live: string | null; readonly given: string | null }>>
  readonly budgets: readonly ObservedBudget[] | null
  /** Spend of the providers that have a budget, by name. */
  readonly providers: Readonly<
    Record<string, { readonly spend: number | null; readonly budget_reset_at: string | null }>
  >
  readonly models: readonly ObservedModel[] | null
  /** Settings in LiteLLM's database; the program of an earlier version does not answer them. */
  readonly stored?: readonly StoredSetting[] | null
  /** Of the requested models; null for one that is not in LiteLLM's list, null for all when it cannot be read. */
  readonly prices: Readonly<Record<string, ListedPrice | null>> | null
  readonly traffic: Readonly<Record<string, Traffic>>
  readonly problem: string | null
}

export interface Lease {
  readonly holder: string
  readonly run: string
  /** ISO 8601 in UTC, by the host's clock. */
  readonly expires: string
}

/** Of the answer's shape, the same as in `agent/observe.py`; the program that the read-only key gets may be of another version. */
export const PROTOCOL = 1

/** The commit whose declaration was last applied as a whole by a run in GitHub. */
export interface Applied {
  readonly commit: string
  /** `owner/name` */
  readonly repository: string
}

/** Everything a plan needs to know about the host. It has no secrets. */
export interface Observation {
  readonly protocol: number
  readonly host: HostFacts
  /** null when none is known; undefined from the program of an earlier version, which answers the read-only key until the next deploy. */
  readonly applied?: Applied | null
  readonly differs: HostDifferences
  readonly gateway: ObservedGateway | null
  readonly lease: Lease | null
  /** What a crash left half done; the next deploy or rollout finishes or undoes it. */
  readonly interrupted: {
    readonly kind: 'rollout' | 'deploy' | 'restore'
    readonly step: string
    readonly since: string
  } | null
}

/** Settings that reach LiteLLM by its environment; the same for deploy and every later rollout until they are set again. */
export interface ReleaseSettings {
  readonly storeModelInDb: boolean
}

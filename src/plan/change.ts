import type { LimitName, Limits, Owner, Subject } from '../config/budgets.ts'
import type { Position } from '../config/problem.ts'
import type { Entity } from '../contract/entities.ts'
import type { StoredSection } from '../contract/programs/observe.ts'

/** One field that differs: `path` inside the object, such as `litellm_params.rpm`; undefined means "not there". */
export interface FieldChange {
  readonly path: string
  readonly before: unknown
  readonly after: unknown
}

export type Action = 'create' | 'update' | 'delete'

/** A deployment in `model_list`, known by its `model_info.id`. */
export interface ModelChange {
  readonly kind: 'model'
  readonly action: Action
  readonly id: string
  readonly name: string
  readonly fields: readonly FieldChange[]
  readonly at?: Position
}

/** A value in one of LiteLLM's other sections. */
export interface SettingChange {
  readonly kind: 'setting'
  readonly action: Action
  readonly section: string
  readonly fields: readonly FieldChange[]
  readonly at?: Position
}

/** A file beside LiteLLM's configuration, such as a Python hook. Its content is never shown; SHA-256 distinguishes one from another. */
export interface FileChange {
  readonly kind: 'file'
  readonly action: Action
  /** From the folder of config.yaml. */
  readonly path: string
  readonly before: string | undefined
  readonly after: string | undefined
  readonly at?: Position
}

/** The value of a variable, known only by its fingerprint. */
export interface SecretChange {
  readonly kind: 'secret'
  readonly action: Action
  readonly name: string
  readonly at?: Position
}

/** A setting in LiteLLM's database that is served in the place of the declared one. It goes, and the declared one is served again. */
export interface OverrideChange {
  readonly kind: 'override'
  readonly action: 'delete'
  readonly section: StoredSection
  readonly name: string
  /** null for a text, which may be a secret. */
  readonly value: number | boolean | null
  readonly at?: Position
}

/** What an owner may spend and use. `delete` lifts the limits; the owner stays. */
export interface BudgetChange extends Owner {
  readonly kind: 'budget'
  readonly action: Action
  readonly before: BudgetState | undefined
  readonly after: BudgetState
  readonly at?: Position
}

export interface BudgetState extends Limits {
  /** The limits that we set; undefined without our mark. */
  readonly managed: readonly LimitName[] | undefined
  /** USD spent in the running period. */
  readonly spend: number
  /** When the spend resets, ISO 8601; null when never, or unknown until it is written. */
  readonly resetsAt: string | null
}

/**
 * Why a key is made. `new`: there is none; `unknown`: there is one, whose value nobody here knows; `targets`: a secret does not have it yet;
 * `unfinished`: a run died while it replaced it.
 */
export interface PlannedDelivery {
  readonly why: 'new' | 'unknown' | 'targets' | 'unfinished'
  /** The secrets that get it. */
  readonly to: readonly string[]
  /** How long the one of before works on. */
  readonly grace: string
}

/** Something that LiteLLM keeps in its database alone, apart from its limits. `delete` takes it away. */
export interface EntityChange {
  readonly kind: 'entity'
  readonly action: Action
  readonly entity: Entity
  readonly id: string
  /** LiteLLM's own id, where nobody can choose it and it exists. */
  readonly ownId?: string
  readonly fields: readonly FieldChange[]
  /** Paths of the fields that are kept from here; undefined when it was not kept, or is not any more. */
  readonly managed: {
    readonly before: readonly string[] | undefined
    readonly after: readonly string[] | undefined
  }
  /** Of a key whose value is delivered: that a new one is made for these secrets. */
  readonly delivery?: PlannedDelivery
  /** What goes or stops with it, in words. */
  readonly loses: readonly string[]
  readonly at?: Position
}

/** Something of the machine that only `deploy` changes. */
export interface HostChange {
  readonly kind: 'host'
  readonly action: 'create' | 'update'
  readonly part: 'vm' | 'gateway' | 'package' | 'file' | 'unit' | 'image' | 'database' | 'key' | 'account'
  readonly name: string
  readonly detail: string
}

export type Change =
  | ModelChange
  | SettingChange
  | FileChange
  | SecretChange
  | OverrideChange
  | BudgetChange
  | EntityChange
  | HostChange

/** The outcome of a planned change. */
export interface ChangeResult {
  readonly change: Change
  readonly outcome: 'done' | 'failed'
  readonly message?: string
}

/** Something on the gateway that the repository does not declare. It is left alone. */
export interface Unmanaged {
  readonly kind: 'model' | 'setting' | Subject | Entity
  readonly id: string
  readonly detail: string
}

/** What a reviewer should know besides the changes. */
export interface Note {
  readonly severity: 'info' | 'warning'
  /** Something will be sent to a new destination: shown before everything else. */
  readonly about?: 'destination'
  /** What is sent to whom, where `sync` may bring it. */
  readonly sent?: { readonly what: string; readonly to: string }
  readonly text: string
  readonly at?: Position
}

/** USD for a million tokens. */
export interface Price {
  readonly input: number
  readonly output: number
}

/** What a changed model costs, and what the last 30 days would have cost with it. */
export interface ModelCost {
  readonly name: string
  /** undefined: not served before, no longer served, or unknown. */
  readonly before: Price | undefined
  readonly after: Price | undefined
  /** Only where one deployment alone takes all requests of this name: how others share them is not known. */
  readonly month: { readonly requests: number; readonly before: number; readonly after: number } | undefined
}

/** The difference between the declaration and the gateway. */
export interface Plan {
  readonly changes: readonly Change[]
  /** What is as declared, but does not have our mark yet. Nothing else changes; `sync` sets the mark. */
  readonly adoptions: readonly (BudgetChange | EntityChange)[]
  /** What changed models cost. */
  readonly costs: readonly ModelCost[]
  readonly unmanaged: readonly Unmanaged[]
  readonly notes: readonly Note[]
  /** What serves now; undefined when nothing was deployed yet, or the gateway was not asked. */
  readonly live:
    | { readonly version: string | null; readonly workers: number; readonly healthy: boolean }
    | undefined
}

/** `router_settings.num_retries`, `value of OPENAI_API_KEY` */
export function storedName({ section, name }: Pick<OverrideChange, 'section' | 'name'>): string {
  switch (section) {
    case 'environment_variables':
      return `value of ${name}`
    case 'model_list':
      return `model ${name}`
    case 'credential_list':
      return `credential ${name}`
    case 'cache':
      return 'settings of the cache'
    default:
      return `${section}.${name}`
  }
}

import { z } from 'zod'
import { ENTITY_NAMES } from '../entities.ts'
import { STORED_SECTIONS, SUBJECTS } from '../names.ts'
import { bytes, count, named, type Read, storedOrNull, text, texts, time, tolerant } from '../schema.ts'
import { keyDelivery } from './delivery.ts'

/**
 * Of the answer's shape. Raised when an answer of the program before cannot be read any more: the read-only key is forced to the one
 * of the last deploy, which pull requests ask before a newer one is deployed.
 */
export const PROTOCOL = 1

const fileHash = named(
  'FileHash',
  z.object({
    sha256: text,
    mode: text.describe('such as "0644"'),
    owner: text.describe('such as "root:root"'),
  }),
)
/** A managed file as `observe` compares it. */
export type FileHash = Read<typeof fileHash>

const owner = z.union([text, z.tuple([text, text])]).describe('an id; of a member [team, id]')

const entityName = named('EntityName', z.enum(ENTITY_NAMES))

export const observeQuestion = named(
  'ObserveQuestion',
  z.object({
    files: z
      .record(text, fileHash)
      .describe('by path, in which * stands for the major version of PostgreSQL'),
    packages: texts.describe('of "a | b" one is enough'),
    units: texts,
    image: text.nullable().describe('by digest; null: whatever runs is right'),
    secrets: z.record(text, text).describe('values to compare, by variable; empty with the read-only key'),
    budgets: z.record(text, z.array(owner)).describe('by subject: who is answered also without any limit'),
    prices: texts.describe('models as litellm_params.model names them'),
    gateway: z.boolean().describe('whether to read the gateway itself, which takes most of the time'),
    entities: z
      .array(entityName)
      .exactOptional()
      .describe('kinds of which all objects are answered, and not those alone that are kept from here'),
  }),
)

/** Exactly these a caller with the read-only key has to give; others it may. */
export const QUESTION_FIELDS = Object.entries(observeQuestion.shape).flatMap(([name, field]) =>
  field instanceof z.ZodExactOptional ? [] : [name],
)

const host = named(
  'HostFacts',
  z.object({
    os: z.object({ id: text, version: text, name: text }),
    python: text,
    arch: text,
    vcpu: count,
    memoryBytes: bytes,
    disk: z.object({ sizeBytes: bytes, freeBytes: bytes }),
    time: time.describe("the host's clock"),
    hostname: text,
  }),
)
export type HostFacts = Read<typeof host>

const imageSchema = named(
  'ImageSchema',
  z.object({
    pending: texts.describe('migrations that the image brings and the database has not had'),
    unknown: texts.describe(
      'those that the database has had and the image does not know: the image is refused',
    ),
    leaving: texts.describe(
      "columns of LiteLLM's tables that the image does not know, and what its pending migrations drop, rename or empty",
    ),
    backup: text.nullable().describe('the one that was taken before the unknown ones'),
  }),
)
/** How the database relates to an image that was on the host before. */
export type ImageSchema = Read<typeof imageSchema>

const differences = named(
  'HostDifferences',
  z.object({
    packages: texts,
    files: texts,
    units: z.array(z.object({ name: text, active: text, enabled: text })),
    image: z
      .object({
        running: text.nullable(),
        wanted: text.nullable(),
        version: text
          .nullable()
          .exactOptional()
          .describe('of LiteLLM in the wanted image; null when the host never had it'),
        schema: imageSchema
          .nullable()
          .exactOptional()
          .describe('null: the host never had this image, so its migrations are read when it is pulled'),
      })
      .nullable()
      .describe('null: the wanted image runs, or none was asked for'),
    database: named('DatabaseState', z.enum(['missing', 'outdated', 'ready'])),
    keys: texts.describe('paths of key files that are missing'),
    accounts: texts.describe('accounts of the system that are missing'),
  }),
)
/** Where the host is not as declared; all of it empty, null or 'ready' when it is. */
export type HostDifferences = Read<typeof differences>

/** As PostgreSQL writes a time without a zone, of years that JavaScript knows. */
const LOCAL_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?$/
const subject = z.enum(SUBJECTS)
export const observedBudget = named(
  'ObservedBudget',
  tolerant(
    z.object({
      subject,
      id: text,
      team: text.exactOptional().describe('of a member'),
      alias: text.exactOptional(),
      max_budget: z.number().exactOptional(),
      budget_duration: text.exactOptional(),
      soft_budget: z.number().exactOptional(),
      tpm_limit: z.number().exactOptional(),
      rpm_limit: z.number().exactOptional(),
      models: texts.exactOptional(),
      model_max_budget: z.record(text, z.unknown()).exactOptional(),
      budget_limits: z.array(z.object({ max_budget: z.number(), budget_duration: text })).exactOptional(),
      spend: z.number().exactOptional().describe('USD in the running period'),
      budget_reset_at: z.string().regex(LOCAL_TIME).exactOptional().describe("UTC, without a zone's name"),
      managed: texts
        .exactOptional()
        .describe(
          "LiteLLM's names of the limits that we made; not there when the object does not carry our mark",
        ),
      same_alias: texts
        .exactOptional()
        .describe('of a key whose alias others have too: what LiteLLM shows of each, at most six'),
      team_keys: count.exactOptional().describe('of a user: how many of their keys belong to a team'),
      shared: z
        .literal(true)
        .exactOptional()
        .describe('the limits are those that the team gives to all of its members'),
    }),
  ),
)
/** LiteLLM's names and forms; what is not there is not limited. */
export type ObservedBudget = Read<typeof observedBudget>

const observedEntity = named(
  'ObservedEntity',
  tolerant(
    z.object({
      kind: entityName,
      id: text.describe('what names it in gateway.yaml; of keys, several may have one alias'),
      own_id: text.exactOptional().describe("LiteLLM's own, where nobody can choose it"),
      managed: texts
        .exactOptional()
        .describe('paths of the fields that are kept from here; not there when the object is not'),
      fields: z.record(text, z.unknown()),
      metadata: z
        .record(text, z.unknown())
        .exactOptional()
        .describe('without marks; secrets as fingerprints'),
      members: z.record(text, text).exactOptional().describe('roles by user_id'),
      permission: z.record(text, texts).exactOptional(),
      holds: z
        .record(text, count)
        .exactOptional()
        .describe('how many keys and teams would go or be left with it'),
      shown: text.exactOptional().describe('of a key: what LiteLLM shows of it'),
      used: text.exactOptional().describe('of a key: when it was last used'),
      made: text.exactOptional().describe('of a key: when it was made'),
      delivery: keyDelivery.exactOptional().describe('of a key that is delivered from here'),
    }),
  ),
)
/** Something that LiteLLM keeps in its database alone, with its limits left out: those are budgets. */
export type ObservedEntity = Read<typeof observedEntity>

export const modelPrice = named(
  'ListedPrice',
  tolerant(
    z.object({
      input_cost_per_token: z.number().exactOptional(),
      output_cost_per_token: z.number().exactOptional(),
      mode: text.exactOptional(),
      deprecation_date: text.exactOptional(),
    }),
  ),
)
/** USD for one token, by LiteLLM's list. */
export type ListedPrice = Read<typeof modelPrice>

const traffic = named(
  'Traffic',
  z.object({
    requests: z.number().catch(0),
    prompt_tokens: z.number().catch(0),
    completion_tokens: z.number().catch(0),
    spend: z.number().catch(0).describe('USD'),
  }),
)
/** What was asked of a model within the last 30 days. */
export type Traffic = Read<typeof traffic>

const observedModel = named(
  'ObservedModel',
  z.object({
    id: text,
    model_name: text,
    source: z
      .enum(['file', 'database'])
      .describe(
        'the program of an earlier version, which a read-only key may be forced to, answers those of the file too',
      ),
  }),
)
/** A model that is in LiteLLM's database; those of the file are in `config`. */
export type ObservedModel = Read<typeof observedModel>

const section = named('StoredSection', z.enum(STORED_SECTIONS))
/** Of LiteLLM's sections those that its database may hold too, and what else it keeps there of its configuration. */
export type StoredSection = Read<typeof section>

export const settingName = named('SettingName', z.object({ section, name: text }))
/** A setting in LiteLLM's database; of a model the name is its id. */
export type SettingName = Read<typeof settingName>

const storedSetting = named(
  'StoredSetting',
  z.object({
    section,
    name: text,
    value: z
      .union([z.number(), z.boolean()])
      .nullable()
      .describe('null for a text, which may be a secret: only numbers and truth values are told'),
  }),
)
/** A setting in LiteLLM's database, written in the UI or by the API; of a model the name is its id. */
export type StoredSetting = Read<typeof storedSetting>

export const releaseSettings = named('ReleaseSettings', z.object({ storeModelInDb: z.boolean() }))
/** Settings that reach LiteLLM by its environment; the same for deploy and every later rollout until they are given again. */
export type ReleaseSettings = Read<typeof releaseSettings>

const person = named(
  'Person',
  z.object({ email: text.describe('as it was asked for'), id: text.describe("LiteLLM's user_id") }),
)
/** A user whose e-mail address a budget names. */
export type Person = Read<typeof person>

const fingerprint = text.nullable().describe('16 hex digits that only this host can compute')
const gateway = named(
  'ObservedGateway',
  z.object({
    release: text,
    identity: text.nullish().describe('a keyed hash of all that the release is'),
    image: text.nullable(),
    settings: releaseSettings.nullable(),
    version: text
      .nullable()
      .describe('as LiteLLM answers it, or as its image has it; null when neither is known'),
    healthy: z.boolean(),
    workers: count.describe('worker processes that listen'),
    config: z
      .unknown()
      .describe(
        'the parsed config.yaml of the serving release, every literal secret in it {"fingerprint": …}',
      ),
    env: z
      .record(text, z.object({ live: fingerprint, given: fingerprint }))
      .describe(
        'by variable: fingerprints of the value that the release has, and of the one that was asked about',
      ),
    beside: z
      .record(text, text)
      .nullish()
      .describe(
        'SHA-256 of each file beside config.yaml as it is on the host now; the program of an earlier version does not answer it',
      ),
    budgets: z.array(observedBudget).nullable(),
    entities: z
      .array(observedEntity)
      .nullish()
      .describe('null when the database does not answer; an earlier program does not answer them'),
    deliveries: z
      .literal(true)
      .exactOptional()
      .describe('entities say of keys how they are delivered; an earlier program does not know it'),
    people: z
      .array(person)
      .nullish()
      .describe('users who were asked for by an e-mail address; an earlier program does not answer them'),
    providers: z
      .record(text, z.object({ spend: storedOrNull(z.number()), budget_reset_at: storedOrNull(text) }))
      .describe('those that have a budget, by name'),
    models: z.array(observedModel).nullable(),
    stored: z
      .array(storedSetting)
      .nullish()
      .describe("settings in LiteLLM's database; the program of an earlier version does not answer them"),
    prices: z
      .record(text, modelPrice.nullable())
      .nullable()
      .describe(
        "of the models that were asked for; null for one that is not in LiteLLM's list, null for all when it cannot be read",
      ),
    traffic: z.record(text, traffic),
    problem: text.nullable().describe('why a list is null'),
  }),
)
/** The running gateway. The lists are null when it did not answer them; `problem` then says why. */
export type ObservedGateway = Read<typeof gateway>

export const lease = named(
  'Lease',
  z.object({ holder: text, run: text, expires: time.describe("by the host's clock") }),
)
export type Lease = Read<typeof lease>

export const applied = named(
  'Applied',
  z.object({ commit: text.describe('40 or 64 digits'), repository: text.describe('owner/name') }),
)
/** The commit whose declaration was last applied as a whole by a run in GitHub. */
export type Applied = Read<typeof applied>

export const observation = named(
  'Observation',
  z.object({
    protocol: count,
    host,
    differs: differences,
    gateway: gateway.nullable(),
    lease: lease.nullable(),
    applied: applied
      .nullish()
      .describe('null when none is known; the program of an earlier version does not answer it'),
    interrupted: z
      .object({ kind: z.enum(['rollout', 'deploy', 'restore']), step: text, since: time })
      .nullable()
      .describe('what a crash left half done; the next deploy or rollout finishes or undoes it'),
  }),
)
/** Everything a plan needs to know of the host. No secret is in it. */
export type Observation = Read<typeof observation>

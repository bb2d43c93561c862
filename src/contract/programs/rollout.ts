import { z } from 'zod'
import { count, named, type Read, text, texts } from '../schema.ts'
import { releaseSettings, settingName } from './observe.ts'

const content = named(
  'ReleaseContent',
  z.object({
    config: text.describe(
      "the text of LiteLLM's config.yaml; every model states model_info.id, secrets are os.environ/NAME",
    ),
    env: z
      .record(text, text)
      .describe(
        'values of the variables that the configuration refers to, as far as the step has them. One that is referred to and not given keeps the value of the serving release; one that is neither given nor referred to is dropped',
      ),
    beside: z
      .record(text, text)
      .exactOptional()
      .describe(
        'the texts of all files beside config.yaml, by their path from there; no secret is in any. None when left out',
      ),
  }),
)
/** What LiteLLM is to serve. */
export type ReleaseContent = Read<typeof content>

export const probe = z
  .object({ models: texts })
  .exactOptional()
  .describe(
    'models that must answer a request on each new process before it gets traffic; no provider is called for it',
  )
export const undo = z
  .array(settingName)
  .exactOptional()
  .describe(
    "taken out of LiteLLM's database before the new processes start, so that the release's own are served",
  )
export const run = text.describe(
  "URL or name of this run, for the journal and the audit log; the same as the lease's",
)

export const rolloutQuestion = named(
  'RolloutQuestion',
  z.object({
    release: content,
    probe,
    undo,
    run,
    workers: count.exactOptional().describe('this and the next two stay as they serve now when left out'),
    image: text.exactOptional(),
    settings: releaseSettings.exactOptional(),
  }),
)
export type RolloutInput = Read<typeof rolloutQuestion>

const rolledOut = {
  release: text,
  previous: text.nullish(),
  cut: count.exactOptional().describe('requests that were still open after the longest drain and were cut'),
  resumed: z
    .literal(true)
    .exactOptional()
    .describe('the rollout was killed after its first step, and went on from where it was'),
}

export const rolloutAnswer = named(
  'RolloutAnswer',
  z.object({ outcome: z.enum(['rolled-out', 'unchanged']), ...rolledOut }),
)
export type RolloutResult = Read<typeof rolloutAnswer>

export const recoverQuestion = named('RecoverQuestion', z.object({ run }))
export const recoverAnswer = named(
  'RecoverAnswer',
  z.object({ outcome: z.enum(['none', 'finished', 'undone']), ...rolledOut, release: text.nullish() }),
)
export type RecoverResult = Read<typeof recoverAnswer>

export const rollbackQuestion = named(
  'RollbackQuestion',
  z.object({
    to: text
      .exactOptional()
      .describe('the release to go back to; the one before the serving one when left out'),
    force: z.boolean().exactOptional().describe("although the database is ahead of the release's image"),
    run,
  }),
)
export type RollbackInput = Read<typeof rollbackQuestion>
export const rollbackAnswer = named('RollbackAnswer', rolloutAnswer.extend({ to: text }))
export type RollbackResult = Read<typeof rollbackAnswer>

const managedFile = named(
  'ManagedFile',
  z.object({
    content: text,
    mode: text.describe('such as "0644"'),
    owner: text.describe('such as "root:root"'),
  }),
)
/** What a file on the host has to be. */
export type ManagedFile = Read<typeof managedFile>

/** The part of the host that follows from the settings alone; `*` in a path is PostgreSQL's major version. */
export interface HostManifest {
  readonly files: Readonly<Record<string, ManagedFile>>
  readonly packages: readonly string[]
  readonly units: readonly string[]
}

/** What deploy says of the login at the image's registry, in /etc/litellm/registry.json. No value is in it. */
export interface HostRegistry {
  readonly registry: string
  readonly username?: string
  /** The names under which the host was given user name and password. */
  readonly usernameFrom?: string
  readonly passwordFrom: string
}

/** What deploy says of a certificate of the user's, in /etc/litellm/certificate.json: the names under which its values are given. */
export interface HostCertificate {
  readonly certFrom: string
  readonly keyFrom: string
}

export const deployQuestion = named(
  'DeployQuestion',
  content.extend({
    files: z
      .record(text, managedFile)
      .describe('by path, in which * stands for the major version of PostgreSQL'),
    packages: texts,
    image: text.describe(
      'by digest; pulled when the host does not have it, and its migrations are run before anything serves it',
    ),
    workers: count,
    settings: releaseSettings,
    probe,
    undo,
    run,
  }),
)
export const deployAnswer = named(
  'DeployAnswer',
  z.object({
    outcome: z
      .enum(['rolled-out', 'converged', 'unchanged'])
      .describe('converged: something of the host was changed, and the gateway went on without a rollout'),
    ...rolledOut,
    changed: texts.describe('what was changed, for people; empty when the host was as declared'),
    migrated: texts
      .exactOptional()
      .describe(
        'of that, what people read about migrations: the backup before them, and columns that are gone',
      ),
  }),
)
export type DeployResult = Read<typeof deployAnswer>

import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** What run of what workflow this is. */
export interface RunContext {
  readonly owner: string
  readonly repo: string
  readonly eventName: string
  /** The commit checked out by default; for a pull request that is the merge of its head into the base. */
  readonly sha: string
  /** `refs/heads/main`, `refs/pull/7/merge`, `refs/tags/v1`. */
  readonly ref: string
  /** What the branch had before, for a push to one that was there already. */
  readonly before?: string
  readonly actor: string
  readonly runId: number
  readonly runAttempt: number
  /** Page of this attempt of the run. */
  readonly runUrl: string
  readonly apiUrl: string
  /** The folder that paths in annotations start from. */
  readonly workspace: string
  readonly pullRequest?: PullRequestContext
  /** Of a merge queue: what it is about to merge. */
  readonly mergeGroup?: { readonly baseSha: string; readonly headSha: string }
}

export interface PullRequestContext {
  readonly number: number
  readonly headSha: string
  readonly headRef: string
  readonly baseSha: string
  readonly baseRef: string
  /** Who made the changes and what they may see: only a `trusted` run has the repository's secrets and may comment. */
  readonly origin: 'trusted' | 'fork' | 'dependabot'
}

const DEPENDABOT = 'dependabot[bot]'

const environmentSchema = z.object({
  GITHUB_REPOSITORY: z.string().regex(/^[^/]+\/[^/]+$/),
  GITHUB_EVENT_NAME: z.string().min(1),
  GITHUB_EVENT_PATH: z.string().optional(),
  GITHUB_SHA: z.string(),
  GITHUB_REF: z.string(),
  GITHUB_ACTOR: z.string(),
  GITHUB_RUN_ID: z.coerce.number().int(),
  GITHUB_RUN_ATTEMPT: z.coerce.number().int().default(1),
  GITHUB_SERVER_URL: z.string().default('https://github.com'),
  GITHUB_API_URL: z.string().default('https://api.github.com'),
  GITHUB_WORKSPACE: z.string(),
})

const branchSchema = z.object({
  sha: z.string(),
  ref: z.string(),
  /** Null when the fork was deleted since. */
  repo: z.object({ full_name: z.string() }).nullish(),
})

const NO_COMMIT = /^0+$/

const eventSchema = z.object({
  before: z.string().nullish(),
  merge_group: z.object({ base_sha: z.string(), head_sha: z.string() }).nullish(),
  pull_request: z
    .object({
      number: z.number().int(),
      head: branchSchema,
      base: branchSchema,
    })
    .nullish(),
})

export interface ContextSource {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly readEvent?: (path: string) => string
}

/**
 * Reads what the runner says about this run, from the environment and the event file. Undefined outside of GitHub Actions.
 * Throws an Error that names the variable when the runner's own description is broken.
 */
export function readRunContext({
  env,
  readEvent = (path) => readFileSync(path, 'utf8'),
}: ContextSource): RunContext | undefined {
  if (env.GITHUB_ACTIONS !== 'true') return undefined
  const runner = parsed(environmentSchema, env, 'the environment of the run')
  const [owner = '', repo = ''] = runner.GITHUB_REPOSITORY.split('/')
  const event = runner.GITHUB_EVENT_PATH
    ? parsed(eventSchema, JSON.parse(readEvent(runner.GITHUB_EVENT_PATH)), 'the event file')
    : undefined
  const before = runner.GITHUB_EVENT_NAME === 'push' ? event?.before : undefined
  const run = `${runner.GITHUB_SERVER_URL}/${owner}/${repo}/actions/runs/${runner.GITHUB_RUN_ID}`
  return {
    owner,
    repo,
    eventName: runner.GITHUB_EVENT_NAME,
    sha: runner.GITHUB_SHA,
    ref: runner.GITHUB_REF,
    ...(before && !NO_COMMIT.test(before) ? { before } : {}),
    actor: runner.GITHUB_ACTOR,
    runId: runner.GITHUB_RUN_ID,
    runAttempt: runner.GITHUB_RUN_ATTEMPT,
    runUrl: `${run}/attempts/${runner.GITHUB_RUN_ATTEMPT}`,
    apiUrl: runner.GITHUB_API_URL,
    workspace: runner.GITHUB_WORKSPACE,
    ...(event?.merge_group
      ? { mergeGroup: { baseSha: event.merge_group.base_sha, headSha: event.merge_group.head_sha } }
      : {}),
    ...(event?.pull_request ? { pullRequest: pullRequestFrom(event.pull_request, runner) } : {}),
  }
}

function pullRequestFrom(
  { number, head, base }: NonNullable<z.infer<typeof eventSchema>['pull_request']>,
  runner: z.infer<typeof environmentSchema>,
): PullRequestContext {
  const sameRepository = head.repo?.full_name.toLowerCase() === runner.GITHUB_REPOSITORY.toLowerCase()
  // GitHub withholds secrets when Dependabot is the actor; after a push by a person to its branch the run has them.
  const dependabot = runner.GITHUB_ACTOR === DEPENDABOT
  return {
    number,
    headSha: head.sha,
    headRef: head.ref,
    baseSha: base.sha,
    baseRef: base.ref,
    origin: !sameRepository ? 'fork' : dependabot ? 'dependabot' : 'trusted',
  }
}

function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown, source: string): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new Error(`${source} is not as GitHub describes it: ${z.prettifyError(result.error)}`)
}

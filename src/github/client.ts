import { setTimeout as sleep } from 'node:timers/promises'
import { getOctokit } from '@actions/github'
import { shortened } from '../text/controls.ts'

/** GitHub's REST and GraphQL API as one run sees it. */
export type Octokit = ReturnType<typeof getOctokit>

export interface ClientOptions {
  readonly token: string
  /** `https://api.github.com`, or the API of a GitHub Enterprise Server; the input `github-api-url`. */
  readonly apiUrl: string
  /** Waits between tries; a test passes its own. */
  readonly wait?: (milliseconds: number) => Promise<unknown>
  /** How long one try may take; 20 seconds when left out. */
  readonly timeoutMs?: number
}

const TRIES = 4
/** A rate limit that frees up later than this is reported instead of waited for: runner minutes cost money. */
const LONGEST_WAIT_SECONDS = 60

/**
 * Makes a client that gets over GitHub's passing faults: no connection, 500, 502, 503, 504 and rate limits that free up within
 * a minute, at most four tries. What creates something (POST) is tried again only when GitHub says that it did nothing (a
 * rate limit): a lost answer to "create" must not create twice. Each try ends after `timeoutMs`.
 */
export function createClient({ token, apiUrl, wait = sleep, timeoutMs = 20_000 }: ClientOptions): Octokit {
  const octokit = getOctokit(token, { baseUrl: apiUrl.replace(/\/+$/, ''), userAgent: 'litellm-gitops' })
  octokit.hook.wrap('request', async (request, options) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        // In place: the hooks further in (octokit's authentication) were bound to this very object and see no other.
        options.request = { ...options.request, signal: AbortSignal.timeout(timeoutMs) }
        return await request(options)
      } catch (error) {
        const seconds = attempt < TRIES ? secondsBeforeRetry(error, options, attempt) : undefined
        if (seconds === undefined) throw described(error, options)
        await wait(seconds * 1000)
      }
    }
  })
  return octokit
}

const LONGEST_MESSAGE = 500

/** The same error with something to read in it: an answer of GitHub may be empty, or the page of some proxy. */
function described(error: unknown, { method, url }: { method: string; url: string }): unknown {
  if (!(error instanceof Error)) return error
  const said = error.message.trim()
  error.message =
    said === ''
      ? `GitHub answered ${statusOf(error) ?? 'nothing'} to ${method} ${url} and did not say why.`
      : shortened(said, LONGEST_MESSAGE)
  return error
}

/** Pages that are read of one list, of 100 entries each. */
const MOST_PAGES = 100

/**
 * All entries of a list, page by page: `everyPage(octokit.paginate.iterator(…), 'comments of …')`. A server that always names a next
 * page would otherwise be asked forever.
 * @throws Error that names the list, after 100 pages or when the answer is not a list
 */
export async function everyPage<Entry>(
  pages: AsyncIterable<{ readonly data: readonly Entry[] | object }>,
  what: string,
): Promise<Entry[]> {
  const entries: Entry[] = []
  let read = 0
  for await (const { data } of pages) {
    if (read === MOST_PAGES)
      throw new Error(`GitHub has more than ${MOST_PAGES} pages of ${what}, and not all of them were read.`)
    if (!Array.isArray(data)) throw new Error(`GitHub's answer about ${what} is not a list.`)
    read += 1
    for (const entry of data) entries.push(entry)
  }
  return entries
}

/** The status of a failed request; undefined when no answer came, or when the error is not from a request. */
export function statusOf(error: unknown): number | undefined {
  const status = field(error, 'status')
  // Octokit reports a connection that broke, and its own timeout, as a RequestError with status 500 and no response.
  return typeof status === 'number' && field(error, 'response') !== undefined ? status : undefined
}

function secondsBeforeRetry(
  error: unknown,
  { method, url }: { method: string; url: string },
  attempt: number,
): number | undefined {
  const status = statusOf(error)
  const backOff = 2 ** (attempt - 1)
  if (status === 403 || status === 429) {
    const seconds = limitedFor(error)
    return seconds !== undefined && seconds <= LONGEST_WAIT_SECONDS ? seconds : undefined
  }
  // GraphQL is POST for questions too, and questions are all that we use it for.
  if (method === 'POST' && !url.endsWith('/graphql')) return undefined
  if (status === undefined) return field(error, 'name') === 'HttpError' ? backOff : undefined
  return [500, 502, 503, 504].includes(status) ? backOff : undefined
}

/** Seconds until a rate limit ends; undefined when the refusal is about permissions. */
function limitedFor(error: unknown): number | undefined {
  const headers = field(field(error, 'response'), 'headers')
  const after = Number(field(headers, 'retry-after'))
  if (Number.isFinite(after) && after > 0) return after
  if (field(headers, 'x-ratelimit-remaining') !== '0') return undefined
  const seconds = Number(field(headers, 'x-ratelimit-reset')) - Date.now() / 1000
  return Number.isFinite(seconds) ? Math.max(1, Math.ceil(seconds)) : undefined
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

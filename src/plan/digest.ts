import { createHash } from 'node:crypto'
import type { Change, Plan } from './change.ts'
import { isCompared, title } from './kinds.ts'

/** Beyond it the comment would have no room for its text; a plan that large is known as a whole. */
const MOST_CHANGES = 400
/**
 * A digest is a full SHA-256: with a shorter one, the author could construct two changes with the same digest in seconds. One of an
 * earlier version proves nothing and is not read.
 */
const MARK = /^<!-- planned for ([0-9a-f]{40,64}):((?: [\w-]{43})*) -->$/

/** What a reviewer saw: the commit that was planned, and a digest of each change. */
export interface ReviewedMark {
  readonly sha: string
  readonly digests: ReadonlySet<string>
}

/**
 * A hidden line for the comment: the planned commit and a digest of each change, with what stood before and what comes after.
 * Values of secrets are left out, because a pull request is planned without them; so is the machine, which only `deploy` changes.
 */
export function reviewedMark({ changes }: Pick<Plan, 'changes'>, sha: string): string {
  const digests = digestsOf(changes.filter(isCompared))
  return `<!-- planned for ${sha}:${digests.map((digest) => ` ${digest}`).join('')} -->`
}

/** Reads {@link reviewedMark} out of a comment; undefined when there is none: an offline plan, or one of an earlier version. */
export function readReviewedMark(comment: string): ReviewedMark | undefined {
  // After the line that names the comment, and nowhere else: further down is foreign text.
  const [, line = ''] = comment.split(/\r?\n/)
  const [, sha, digests] = MARK.exec(line) ?? []
  if (sha === undefined || digests === undefined) return undefined
  return { sha, digests: new Set(digests.split(' ').filter((digest) => digest !== '')) }
}

/** The changes that the reviewed plan did not show: the gateway has changed since. */
export function unreviewed({ changes }: Pick<Plan, 'changes'>, { digests }: ReviewedMark): string[] {
  const compared = changes.filter(isCompared)
  if (compared.length > MOST_CHANGES)
    return digestsOf(compared).every((digest) => digests.has(digest))
      ? []
      : [`${compared.length} changes, other ones than planned`]
  return compared.filter((change) => !digests.has(digestOf(change))).map(title)
}

/** Whether there is anything in it that a reviewed plan would have shown. */
export function hasReviewable({ changes }: Pick<Plan, 'changes'>): boolean {
  return changes.some(isCompared)
}

function digestsOf(changes: readonly Change[]): string[] {
  const digests = changes.map(digestOf).sort()
  return digests.length <= MOST_CHANGES ? digests : [hash(digests.join())]
}

function digestOf(change: Change): string {
  return hash(JSON.stringify(change, (key, value) => (isVolatile(key) ? undefined : sorted(value))))
}

/** Changes between two observations, or only says where the declaration is. */
function isVolatile(key: string): boolean {
  return key === 'at' || key === 'spend' || key === 'resetsAt'
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

import { createHash } from 'node:crypto'
import type { Change, Plan } from './change.ts'
import { isCompared, title } from './kinds.ts'

/** Beyond it the comment would have no room for its text; a plan that large is known as a whole. */
const MOST_DIGESTS = 400
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

type Reviewable = Pick<Plan, 'changes' | 'notes'>

/** What the comment shows of an object, by the kind that it is reported as. */
interface Shown {
  readonly name: string
  readonly digests: readonly string[]
  /** Of the change as a whole, as earlier versions had it. */
  readonly whole?: string
}

/**
 * A hidden line for the comment: the planned commit and a digest of each change, with what stood before and what comes after, and of
 * each destination. Values of secrets are left out, because a pull request is planned without them; so is the machine, which only
 * `deploy` changes.
 */
export function reviewedMark(plan: Reviewable, sha: string): string {
  const digests = allOf(shownBy(plan))
  const marked = digests.length <= MOST_DIGESTS ? digests : [hash(digests.join())]
  return `<!-- planned for ${sha}:${marked.map((digest) => ` ${digest}`).join('')} -->`
}

/** Reads {@link reviewedMark} out of a comment; undefined when there is none: an offline plan, or one of an earlier version. */
export function readReviewedMark(comment: string): ReviewedMark | undefined {
  // After the line that names the comment, and nowhere else: further down is foreign text.
  const [, line = ''] = comment.split(/\r?\n/)
  const [, sha, digests] = MARK.exec(line) ?? []
  if (sha === undefined || digests === undefined) return undefined
  return { sha, digests: new Set(digests.split(' ').filter((digest) => digest !== '')) }
}

/**
 * The changes that the reviewed plans did not show like this: the gateway has changed since. Several plans together show what each of
 * them shows, one value at a time, but for whom a key is sent to: that has to be seen as it will be.
 */
export function unreviewed(plan: Reviewable, { digests }: Pick<ReviewedMark, 'digests'>): string[] {
  const shown = shownBy(plan)
  const left = shown.filter(
    (one) =>
      !(one.whole !== undefined && digests.has(one.whole)) && !one.digests.every((one) => digests.has(one)),
  )
  if (left.length === 0) return []
  const all = allOf(shown)
  if (all.length <= MOST_DIGESTS) return left.map(({ name }) => name)
  return digests.has(hash(all.join())) ? [] : [`${shown.length} changes, other ones than planned`]
}

/** Whether there is anything in it that a reviewed plan would have shown. */
export function hasReviewable({ changes }: Pick<Plan, 'changes'>): boolean {
  return changes.some(isCompared)
}

function shownBy({ changes, notes }: Reviewable): Shown[] {
  return [
    ...changes.filter(isCompared).map((change) => ({
      name: title(change),
      digests: partsOf(change).map(digestOf),
      whole: digestOf(change),
    })),
    ...notes.flatMap(({ sent, text }) =>
      sent === undefined ? [] : [{ name: text, digests: [digestOf(sent)] }],
    ),
  ]
}

/**
 * One part for each value of what stays. Two pull requests may change two values of one section, and what is applied together is what
 * each has shown. What comes or goes whole is seen whole.
 */
function partsOf(change: Change): object[] {
  if (change.kind === 'setting')
    return change.fields.map((field) => ({ kind: change.kind, section: change.section, fields: [field] }))
  if (change.kind === 'model' && change.action === 'update')
    return change.fields.map((field) => ({ ...change, fields: [field] }))
  return [change]
}

function allOf(shown: readonly Shown[]): string[] {
  return shown.flatMap(({ digests }) => digests).sort()
}

function digestOf(shown: object): string {
  return hash(JSON.stringify(shown, (key, value) => (isVolatile(key) ? undefined : sorted(value))))
}

/** Changes between two observations, or only says where the declaration is. */
function isVolatile(key: string): boolean {
  return key === 'at' || key === 'spend' || key === 'resetsAt' || key === 'loses'
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

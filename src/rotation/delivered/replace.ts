import { randomBytes } from 'node:crypto'
import type { KeyReceiver } from '../../contract/programs/delivery.ts'
import type { KeyRecord, KeyRecords } from '../../contract/programs/keys.ts'
import { targetName } from '../../contract/secret-target.ts'
import type { AdminApi } from '../../gateway/admin-api.ts'
import {
  copyOf,
  deleteKey,
  keyRow,
  type MadeKey,
  makeKey,
  renameKey,
  tokenOf,
} from '../../gateway/virtual-keys.ts'
import type { Octokit } from '../../github/client.ts'
import { checkReceivers, type WrittenTimes, writeSecret, writtenAt } from '../../github/secrets.ts'
import {
  change,
  currentOf,
  type Delivering,
  messageOf,
  recordsOf,
  retiredAlias,
  type Wanted,
} from './room.ts'

/** Keys that are made side by side: what is remembered of them is written once for all. */
const AT_ONCE = 8

/** Told of each key when its secrets hold it, or why they do not. */
export type OnKey = (of: string, failure: string | undefined) => void

/** One on its way. */
interface Step {
  readonly wanted: Wanted
  readonly record: KeyRecord
  /** The one that has the alias now. */
  readonly before: KeyRecord | undefined
  readonly body: Readonly<Record<string, unknown>>
}
interface Made extends Step {
  readonly key: MadeKey
}

/**
 * Makes a new key for each alias, delivers it, and gives it the alias; the one of before works on under another one. Its value is in the memory
 * of this process and in GitHub's secrets, nowhere else: one whose delivery did not succeed is not continued but replaced.
 * Holds at each step: whoever has a key of before is served; and the host knows of each new key before it exists, and before a secret may hold it.
 * @param records settled
 */
export async function replaceKeys(
  room: Delivering,
  wanted: readonly Wanted[],
  records: KeyRecords,
  onKey: OnKey,
): Promise<KeyRecords> {
  const { octokit } = room
  if (octokit === undefined) {
    for (const { of } of wanted) onKey(of, 'no token was given that may write its secrets')
    return records
  }
  let now = records
  for (let from = 0; from < wanted.length; from += AT_ONCE)
    now = await replaceSome({ ...room, octokit }, wanted.slice(from, from + AT_ONCE), now, onKey)
  return now
}

type WithGitHub = Delivering & { readonly octokit: Octokit }

async function replaceSome(
  room: WithGitHub,
  wanted: readonly Wanted[],
  { records, time }: KeyRecords,
  onKey: OnKey,
): Promise<KeyRecords> {
  const check = await checkReceivers(
    room.octokit,
    wanted.flatMap(({ targets }) => targets),
  )
  const flawed = new Map(check.flaws.map(({ target, problem }) => [target, problem]))
  const able = wanted.filter(({ of, targets }) => {
    const wrong = targets.map(targetName).filter((name) => flawed.has(name))
    if (wrong.length > 0) onKey(of, wrong.map((name) => `${name}: ${flawed.get(name)}`).join(' '))
    return wrong.length === 0
  })
  if (able.length === 0) return { records, time }
  const steps = await begun(room, able, { records, time }, check.updatedAt, onKey)
  const since = (await change(room, { put: steps.map(({ record }) => record) })).time
  const made = await eachOf(steps, onKey, async (step): Promise<Made> => {
    const key = await makeKey(room.api, step.record.alias, step.body)
    room.secrets.add(key.value)
    const record = { ...step.record, state: 'delivering' as const, since, token: key.token }
    return { ...step, record, key }
  })
  await change(room, { put: made.map(({ record }) => record) })
  const delivered = await eachOf(made, onKey, async (step) => await deliver(room, step))
  const retired = delivered.map((step) => retiredBy(step, records, since))
  const put = [...retired.flat(), ...delivered.map(({ record }) => record)]
  // From this write on the new ones are what their aliases stand for, and all others of the same are retired.
  const known = await change(room, { put })
  await eachOf(delivered, onKey, async ({ wanted: { of }, key }) => {
    for (const old of retired.flat())
      if (old.of === of && old.token !== null) await renameKey(room.api, old.token, retiredAlias(old))
    await renameKey(room.api, key.token, of)
    onKey(of, undefined)
  })
  return known
}

/** What each takes over, and what the host is told before it is made. */
async function begun(
  { api, metadataOf }: WithGitHub,
  wanted: readonly Wanted[],
  { records, time: since }: KeyRecords,
  updatedAt: WrittenTimes,
  onKey: OnKey,
): Promise<Step[]> {
  const metadata = await metadataOf(wanted.map(({ of }) => of))
  return await eachOf(
    wanted.map((one) => ({ wanted: one })),
    onKey,
    async ({ wanted: one }): Promise<Step> => {
      const { record: known, token, row } = await standing(api, records, one.of)
      const body = row === undefined ? one.body : copyOf(row, metadata[one.of] ?? {})
      if (body === undefined) throw new Error('there is no key to replace; sync makes it')
      const fresh = (): KeyRecord => {
        const id = randomBytes(4).toString('hex')
        return { ...shared, id, alias: `${one.of}.new-${id}`, token: null, state: 'making', since }
      }
      const receivers = one.targets.map((target): KeyReceiver => {
        const name = targetName(target)
        return { name, updatedAt: updatedAt.get(name) ?? null }
      })
      const shared = { of: one.of, receivers, graceSeconds: one.graceSeconds }
      // One that was made elsewhere is remembered too, once it is replaced.
      const before =
        row === undefined || token === undefined ? undefined : (known ?? { ...fresh(), receivers: [], token })
      return { wanted: one, record: fresh(), before, body }
    },
  )
}

/** The key that a new one takes over from: the one that is delivered, or has the alias; after a restore it may be one that was replaced. */
async function standing(api: AdminApi, records: readonly KeyRecord[], of: string) {
  const own = recordsOf(records, of).filter(({ state }) => state !== 'making')
  const current = currentOf(records, of)
  const named = current === undefined ? await tokenOf(api, of) : null
  const known = own.filter((record) => record !== current).toReversed()
  const tokens = [current?.token, named, ...known.map(({ token }) => token)]
  for (const token of tokens) {
    const row = token == null ? undefined : await keyRow(api, token)
    if (token != null && row !== undefined)
      return { record: own.find((record) => record.token === token), token, row }
  }
  return { record: undefined, token: undefined, row: undefined }
}

/** Writes all of its secrets, and reads back when GitHub says that they were written. @throws Error with each that was not */
async function deliver(room: WithGitHub, step: Made): Promise<Made> {
  const { octokit, logger } = room
  const receivers: KeyReceiver[] = []
  const flaws: string[] = []
  for (const target of step.wanted.targets) {
    const outcome = await writeSecret(octokit, target, step.key.value, true)
    if ('problem' in outcome) flaws.push(`${outcome.target}: ${outcome.problem}`)
    else {
      receivers.push({ name: targetName(target), updatedAt: outcome.updatedAt })
      logger.info(`  ✓ ${targetName(target)} holds the new key ${step.wanted.of} (${outcome.updatedAt})`)
    }
  }
  if (flaws.length === 0)
    return { ...step, record: { ...step.record, state: 'delivered' as const, receivers } }
  const said = flaws.join(' ')
  if (receivers.length > 0 || !(await isUnwritten(octokit, step)))
    throw new Error(`${said} The key of before works on; the next run makes another one.`)
  await deleteKey(room.api, step.key.token)
  await change(room, { drop: [step.record.id] })
  throw new Error(`${said} Nothing was changed: the new key was deleted again.`)
}

/** Whether GitHub says of every secret that it was not written since. */
async function isUnwritten(octokit: Octokit, { wanted, record }: Made): Promise<boolean> {
  const before = new Map(record.receivers.map(({ name, updatedAt }) => [name, updatedAt]))
  const looks = wanted.targets.map(async (target) => {
    return (await writtenAt(octokit, target)) === before.get(targetName(target))
  })
  return await Promise.all(looks).then(
    (all) => all.every(Boolean),
    () => false,
  )
}

/** All that its alias stood for before, and what a dead run left of it. */
function retiredBy({ wanted, before }: Made, records: readonly KeyRecord[], since: string): KeyRecord[] {
  const known = recordsOf(records, wanted.of).filter(({ state }) => state !== 'retired')
  const all = before === undefined || known.some(({ id }) => id === before.id) ? known : [...known, before]
  return all.map((one) => ({ ...one, state: 'retired', since, graceSeconds: wanted.graceSeconds }))
}

/** Does the work for each, side by side; one that fails is told of, and does not hold up the others. */
async function eachOf<From extends { readonly wanted: Wanted }, To>(
  steps: readonly From[],
  onKey: OnKey,
  work: (step: From) => Promise<To>,
): Promise<To[]> {
  const results = await Promise.allSettled(steps.map(work))
  return results.flatMap((result, index) => {
    if (result.status === 'fulfilled') return [result.value]
    onKey(steps[index]?.wanted.of ?? '', messageOf(result.reason))
    return []
  })
}

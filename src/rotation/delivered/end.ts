import type { KeyRecord, KeyRecords } from '../../contract/programs/keys.ts'
import { deleteKey, keyRow } from '../../gateway/virtual-keys.ts'
import { endOf, lastUse, retiredText } from '../../plan/entities/delivery.ts'
import { change, type Delivering, messageOf } from './room.ts'

/** What became of replaced keys, a line each. */
export interface Ended {
  readonly ended: readonly string[]
  /** Those that work on. */
  readonly waiting: readonly string[]
  readonly failures: readonly string[]
}

/**
 * Ends replaced keys whose time is over: not used for their grace, or used long after. Last uses are LiteLLM's.
 * @param of the aliases; undefined: all
 * @param force ends each of them now
 */
export async function endKeys(
  room: Delivering,
  { records, time }: KeyRecords,
  of: ReadonlySet<string> | undefined,
  force: boolean,
): Promise<Ended> {
  const found = { ended: [] as string[], waiting: [] as string[], failures: [] as string[] }
  const drop: string[] = []
  for (const record of records.filter((one) => one.state === 'retired' && (of?.has(one.of) ?? true))) {
    try {
      const outcome = await endOne(room, record, new Date(time), force)
      if (outcome.gone) drop.push(record.id)
      found[outcome.gone ? 'ended' : 'waiting'].push(`key ${record.of}: ${outcome.text}`)
    } catch (error) {
      found.failures.push(`key ${record.of}: a replaced one could not be ended: ${messageOf(error)}`)
    }
  }
  if (drop.length > 0) await change(room, { drop })
  return found
}

async function endOne(
  { api }: Delivering,
  record: KeyRecord,
  now: Date,
  force: boolean,
): Promise<{ readonly gone: boolean; readonly text: string }> {
  const row = record.token === null ? undefined : await keyRow(api, record.token)
  if (row === undefined || record.token === null)
    return { gone: true, text: 'the one that was replaced is gone already' }
  const used = typeof row.last_active === 'string' ? row.last_active : undefined
  const { end } = endOf(record, used, now)
  if (end === 'not-yet' && !force) return { gone: false, text: retiredText(record, used, now) }
  await deleteKey(api, record.token)
  const why =
    end === 'unused' ? 'it was not used for its grace' : end === 'overdue' ? 'it was overdue' : 'by force'
  return { gone: true, text: `the one that was replaced is ended (${why}); ${lastUse(used)}` }
}

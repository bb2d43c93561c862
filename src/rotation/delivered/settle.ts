import type { KeyRecord, KeyRecords } from '../../contract/programs/keys.ts'
import { targetName } from '../../contract/secret-target.ts'
import { deleteKey, keyRow, renameKey, tokenOf } from '../../gateway/virtual-keys.ts'
import { writtenAt } from '../../github/secrets.ts'
import { change, type Delivering, recordsOf, retiredAlias, type Wanted } from './room.ts'

/**
 * Brings the keys of these aliases to where no run is in the middle of anything, whatever step an earlier one died at. Nobody loses a key that a
 * secret may hold:
 *   making       nobody has its value: it is deleted
 *   delivering   deleted when no secret was written since; otherwise it stays until another one has been delivered
 *   delivered    it has the alias
 *   retired      it has an alias of its own
 * What LiteLLM does not have any more is forgotten.
 */
export async function settle(
  room: Delivering,
  wanted: readonly Wanted[],
  { records, time }: KeyRecords,
): Promise<KeyRecords> {
  const drop: string[] = []
  for (const one of wanted) drop.push(...(await settleOne(room, one, recordsOf(records, one.of))))
  return drop.length === 0 ? { records, time } : await change(room, { drop })
}

/** Answers the ids that are to be forgotten. */
async function settleOne(room: Delivering, wanted: Wanted, own: readonly KeyRecord[]): Promise<string[]> {
  const gone: string[] = []
  const standing: { record: KeyRecord; alias: unknown; token: string }[] = []
  for (const record of own) {
    const token = record.token ?? (await tokenOf(room.api, record.alias))
    const row = token === undefined ? undefined : await keyRow(room.api, token)
    if (token === undefined || row === undefined) gone.push(record.id)
    else if (await isNobodys(room, wanted, record)) {
      await deleteKey(room.api, token)
      room.logger.info(`key ${record.of}: one that a run did not deliver was deleted`)
      gone.push(record.id)
    } else standing.push({ record, token, alias: row.key_alias })
  }
  await giveAliases(room, standing)
  return gone
}

/** The one that has the alias wrongly first: two cannot have it. */
async function giveAliases(
  { api }: Delivering,
  standing: readonly { readonly record: KeyRecord; readonly token: string; readonly alias: unknown }[],
): Promise<void> {
  for (const { record, token, alias } of standing)
    if (record.state === 'retired' && alias !== retiredAlias(record))
      await renameKey(api, token, retiredAlias(record))
  for (const { record, token, alias } of standing)
    if (record.state === 'delivered' && alias !== record.of) await renameKey(api, token, record.of)
}

/** Whether no secret can hold it. What GitHub does not say counts as held. */
async function isNobodys({ octokit }: Delivering, { targets }: Wanted, record: KeyRecord): Promise<boolean> {
  if (record.state === 'making') return true
  if (record.state !== 'delivering' || octokit === undefined) return false
  const byName = new Map(targets.map((target) => [targetName(target), target]))
  const looks = await Promise.all(
    record.receivers.map(async ({ name, updatedAt }) => {
      const target = byName.get(name)
      if (target === undefined) return false
      return await writtenAt(octokit, target).then(
        (now) => now === updatedAt,
        () => false,
      )
    }),
  )
  return looks.every(Boolean)
}

import type { KeyRecords } from '../../contract/programs/keys.ts'
import { targetName } from '../../contract/secret-target.ts'
import { deleteKey } from '../../gateway/virtual-keys.ts'
import { endKeys } from './end.ts'
import { readKeyRecords } from './records.ts'
import { replaceKeys } from './replace.ts'
import { change, currentOf, type Delivering, messageOf, recordsOf, type Wanted } from './room.ts'
import { settle } from './settle.ts'

/**
 *   due      ends what can be ended, and replaces what is due
 *   begin    replaces, and ends nothing
 *   finish   ends, and replaces nothing: no token is needed
 *   revoke   keys have leaked: new ones, and none of before works on
 */
export type KeyPurpose = 'due' | 'begin' | 'finish' | 'revoke'

export interface KeyRotation {
  /** Declared keys that the run is about. */
  readonly wanted: readonly Wanted[]
  /** Whether they are replaced whenever they were delivered. */
  readonly all: boolean
  readonly isDue: (of: string, since: string, now: Date) => boolean
  readonly purpose: KeyPurpose
  /** Ends replaced keys now. With `revoke`: also when the new key could not be delivered. */
  readonly force: boolean
}

export interface KeysRotated {
  readonly replaced: readonly string[]
  readonly ended: readonly string[]
  readonly waiting: readonly string[]
  readonly failures: readonly string[]
}

/** Takes keys as far as they can go now. Holds at each step: whoever reads a key from its secret is served. */
export async function rotateKeys(room: Delivering, rotation: KeyRotation): Promise<KeysRotated> {
  const { wanted, purpose, force } = rotation
  const names = new Set(wanted.map(({ of }) => of))
  let records = await readKeyRecords(room.session)
  const ends = purpose === 'due' || purpose === 'finish'
  const ended = ends ? await endKeys(room, records, names, force) : NOTHING
  if (purpose === 'finish' || (force && purpose === 'due')) return { replaced: [], ...ended }
  records = await settle(room, wanted, await readKeyRecords(room.session))
  const chosen = wanted.filter((one) => isChosen(rotation, one, records))
  const failed = new Map<string, string>()
  const replaced: string[] = []
  await replaceKeys(room, chosen, records, (of, failure) => {
    if (failure === undefined) replaced.push(of)
    else failed.set(of, failure)
  })
  const failures = [...failed].map(([of, failure]) => `key ${of}: ${failure}`)
  if (purpose !== 'revoke') return { replaced, ...ended, failures: [...ended.failures, ...failures] }
  const revoked = await revoke(room, force ? chosen.map(({ of }) => of) : replaced, new Set(replaced))
  return { replaced, ...revoked, failures: [...failures, ...revoked.failures] }
}

const NOTHING = { ended: [], waiting: [], failures: [] }

function isChosen(
  { all, isDue }: KeyRotation,
  { of, targets }: Wanted,
  { records, time }: KeyRecords,
): boolean {
  const current = currentOf(records, of)
  const own = recordsOf(records, of)
  if (all) return true
  // What no run has delivered yet is made by sync, which shows it in a plan first; what a dead one left is finished here too.
  if (own.some(({ state }) => state === 'delivering')) return true
  if (current === undefined) return false
  const holding = new Set(current.receivers.map(({ name }) => name))
  return (
    isDue(of, current.since, new Date(time)) || !targets.every((target) => holding.has(targetName(target)))
  )
}

/** Every key of before is ended now; where no new one was delivered, the one that the secrets hold, too. */
async function revoke(room: Delivering, of: readonly string[], replaced: ReadonlySet<string>) {
  const { records } = await readKeyRecords(room.session)
  const gone: string[] = []
  const ended: string[] = []
  const failures: string[] = []
  for (const name of of)
    try {
      const leaked = recordsOf(records, name).filter(
        ({ state }) => !(state === 'delivered' && replaced.has(name)),
      )
      for (const { id, token } of leaked) {
        if (token !== null) await deleteKey(room.api, token)
        gone.push(id)
      }
      ended.push(`key ${name}: every one of before is ended`)
    } catch (error) {
      failures.push(`key ${name}: one of before could not be ended: ${messageOf(error)}`)
    }
  if (gone.length > 0) await change(room, { drop: gone })
  return { ended, waiting: [], failures }
}

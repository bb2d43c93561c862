import type { KeyRecord, KeyRecords } from '../../contract/programs/keys.ts'
import type { Session } from '../../host/session.ts'

/** What the host remembers of keys that are delivered; changes nothing. */
export async function readKeyRecords(session: Session): Promise<KeyRecords> {
  return await session.run('key_records', { action: 'read' })
}

/** Changes all of it at once, or nothing; answers what there is then. @throws HostProgramError `lease` when the lock was lost */
export async function changeKeyRecords(
  session: Session,
  change: {
    readonly run: string
    readonly put?: readonly KeyRecord[]
    readonly drop?: readonly string[]
  },
): Promise<KeyRecords> {
  const { run, put = [], drop = [] } = change
  return await session.run('key_records', { action: 'change', run, put: [...put], drop: [...drop] })
}

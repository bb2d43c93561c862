import type { Session } from './session.ts'

/** Reads the master key on the host. The caller adds it to the known secrets before anything else. @throws HostProgramError `key-missing` */
export async function readMasterKey(session: Session): Promise<string> {
  const { masterKey } = await session.run('master_key', {})
  return masterKey
}

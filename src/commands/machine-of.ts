import type { Reach } from '../config/vm.ts'
import type { Machine } from '../host/session.ts'

/** A declared machine, whose key is known, as a connection wants it. */
export function machineOf({
  host,
  port,
  user,
  host_key,
}: Omit<Reach, 'host_key'> & { host_key: string }): Machine {
  return { host, user, hostKey: host_key, ...(port === undefined ? {} : { port }) }
}

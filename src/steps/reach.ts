import type { Reach } from '../config/vm.ts'
import { PLAN_USER } from '../contract/names.ts'
import { isHalfOf } from '../host/host-key.ts'
import type { Machine, SessionOptions } from '../host/session.ts'
import type { Logger } from '../log/logger.ts'

/** A way to a machine whose host key is known. */
type Known = Reach & { readonly host_key: string }

/** A declared machine, whose key is known, as a connection wants it. */
export function machineOf({ host, port, user, host_key }: Omit<Known, 'plan_key' | 'proxy_jump'>): Machine {
  return { host, port, user, hostKey: host_key }
}

/** Whether the private key is the one that may only look, which is known by its public half in `plan_key`. */
export function mayOnlyLook(privateKey: string, { plan_key }: Pick<Reach, 'plan_key'>): boolean {
  return plan_key !== undefined && isHalfOf(privateKey, plan_key)
}

/** A declared machine as a connection with this key needs it; the read-only key has its own account. */
export function sessionTo(reach: Known, privateKey: string, logger: Logger): SessionOptions {
  const readOnly = mayOnlyLook(privateKey, reach)
  return {
    ...machineOf(reach),
    ...(reach.proxy_jump === undefined ? {} : { jump: machineOf(reach.proxy_jump) }),
    ...(readOnly ? { user: PLAN_USER } : {}),
    readOnly,
    privateKey,
    logger,
  }
}

import type { Desired } from '../config/desired.ts'
import { ConfigError } from '../config/problem.ts'
import { reachOf, vmSection } from '../config/vm.ts'
import type { Session } from '../host/session.ts'
import type { StepContext } from './command.ts'
import { hostKeyOf } from './machine.ts'
import { mayOnlyLook, sessionTo } from './reach.ts'
import { valuesFor } from './secret-values.ts'

/**
 * Connects to the machine that the declaration names, with its pinned key.
 * @throws ConfigError without an SSH key, or when one that may only look is given for what changes something; HostError
 */
export async function connectTo(
  desired: Desired,
  context: StepContext,
  purpose: 'read' | 'write',
): Promise<Session> {
  const { gateway, locate } = desired
  const { connect, sshKey, logger } = context
  // From here on the host's output is printed without them, also by a command that sends it none.
  valuesFor(desired, context)
  const ssh = reachOf(gateway.vm)
  if (sshKey === undefined || sshKey.trim() === '') {
    throw new ConfigError([
      {
        severity: 'error',
        code: 'ssh-key',
        message: `no SSH key was given, so ${ssh.user}@${ssh.host} cannot be reached.`,
        fix: 'set the input ssh-key from a secret (action), SSH_KEY or --ssh-key-file (CLI), or validate only with offline.',
        at: locate(['vm']),
      },
    ])
  }
  if (purpose === 'write' && mayOnlyLook(sshKey, ssh)) {
    throw new ConfigError([
      {
        severity: 'error',
        code: 'read-only-key',
        message: 'the SSH key given is the one of plan_key, which may look and change nothing.',
        fix: `give the key of ${ssh.user}@${ssh.host} instead, from a GitHub environment that only the protected branch can use.`,
        at: locate(['vm', vmSection(gateway.vm), 'plan_key']),
      },
    ])
  }
  const host_key = ssh.host_key ?? (await hostKeyOf(desired, context))
  const options = sessionTo({ ...ssh, host_key }, sshKey, logger)
  return await connect(options)
}

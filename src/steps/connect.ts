import { backupOf } from '../config/backup.ts'
import type { Desired } from '../config/desired.ts'
import { firewallOf } from '../config/firewall.ts'
import { adminNetworks } from '../config/front.ts'
import { ConfigError } from '../config/problem.ts'
import { reachOf, vmSection } from '../config/vm.ts'
import type { HostManifest } from '../host/facts.ts'
import { passThroughPaths } from '../host/public-api.ts'
import { renderHost } from '../host/render.ts'
import type { Session } from '../host/session.ts'
import type { CommandContext } from './command.ts'
import { hostKeyOf } from './machine.ts'
import { mayOnlyLook, sessionTo } from './reach.ts'
import { valuesFor } from './secret-values.ts'

const GIB = 1024 ** 3

/**
 * Connects to the machine that the declaration names, with its pinned key.
 * @throws ConfigError without an SSH key, or when one that may only look is given for what changes something; HostError
 */
export async function connectTo(
  desired: Desired,
  context: CommandContext,
  purpose: 'look' | 'change',
): Promise<Session> {
  const { gateway, locate } = desired
  const { ahead, connect, sshKey, logger } = context
  // Whatever the host says from here on is told without them, also by a command that sends it none.
  valuesFor(desired, context)
  const ssh = reachOf(gateway.vm)
  if (sshKey === undefined || sshKey.trim() === '') {
    throw new ConfigError([
      {
        severity: 'error',
        code: 'ssh-key',
        message: `${ssh.user}@${ssh.host} is to be reached, but no SSH key was given.`,
        fix: 'set the input ssh-key from a secret (action), SSH_KEY or --ssh-key-file (CLI), or validate only with offline.',
        at: locate(['vm']),
      },
    ])
  }
  if (purpose === 'change' && mayOnlyLook(sshKey, ssh)) {
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
  return await (ahead?.take(options) ?? connect(options))
}

/** What the machine has to be, as declared. */
export function manifestOf({ gateway, size }: Desired): HostManifest {
  const { domain, litellm, proxy = 'caddy', tls = 'acme' } = gateway
  const memory = size === undefined ? {} : { memoryBytes: size.memoryGiB * GIB }
  const { port, plan_key: planKey } = reachOf(gateway.vm)
  return renderHost({
    domain,
    tls,
    proxy,
    image: litellm.image,
    workers: workersOf(gateway),
    firewall: firewallOf(gateway.firewall, { proxy, tls }),
    admin: adminNetworks(gateway.front),
    passThrough: passThroughPaths(gateway.general_settings?.pass_through_endpoints),
    backup: backupOf(gateway),
    ...(port === undefined ? {} : { sshPort: port }),
    ...memory,
    ...(planKey === undefined ? {} : { planKey }),
  })
}

export function workersOf({ litellm }: Desired['gateway']): number {
  return litellm.workers ?? 4
}

/** Settings that reach LiteLLM by its environment. */
export function settingsOf({ gateway }: Desired): { storeModelInDb: boolean } {
  return { storeModelInDb: gateway.general_settings?.store_model_in_db === true }
}

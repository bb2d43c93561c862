import type { Desired } from '../config/desired.ts'
import { firewallOf } from '../config/firewall.ts'
import { ConfigError } from '../config/problem.ts'
import type { HostManifest } from '../host/facts.ts'
import { renderHost } from '../host/render.ts'
import type { Machine, Session } from '../host/session.ts'
import type { CommandContext } from './command.ts'

const GIB = 1024 ** 3

type Ssh = Desired['gateway']['vm']['ssh']

/** Connects to the machine that the declaration names, with its pinned key. @throws ConfigError without an SSH key, HostError */
export async function connectTo(
  { gateway, locate }: Desired,
  { connect, sshKey, logger }: CommandContext,
): Promise<Session> {
  const { ssh } = gateway.vm
  if (sshKey === undefined || sshKey.trim() === '') {
    throw new ConfigError([
      {
        severity: 'error',
        code: 'ssh-key',
        message: `${ssh.user}@${ssh.host} is to be reached, but no SSH key was given.`,
        fix: 'set the input ssh-key from a secret (action), SSH_KEY or --ssh-key-file (CLI), or validate only with offline.',
        at: locate(['vm', 'ssh']),
      },
    ])
  }
  const jump = ssh.proxy_jump === undefined ? {} : { jump: machineOf(ssh.proxy_jump) }
  return await connect({ ...machineOf(ssh), ...jump, privateKey: sshKey, logger })
}

function machineOf({ host, port, user, host_key }: Omit<Ssh, 'proxy_jump'>): Machine {
  return { host, user, hostKey: host_key, ...(port === undefined ? {} : { port }) }
}

/** What the machine has to be, as declared. */
export function manifestOf({ gateway, size }: Desired): HostManifest {
  const { domain, litellm, proxy = 'caddy', tls = 'acme' } = gateway
  const memory = size === undefined ? {} : { memoryBytes: size.memoryGiB * GIB }
  const { port } = gateway.vm.ssh
  return renderHost({
    domain,
    tls,
    proxy,
    image: litellm.image,
    workers: workersOf(gateway),
    firewall: firewallOf(gateway.firewall, { proxy, tls }),
    ...(port === undefined ? {} : { sshPort: port }),
    ...memory,
  })
}

export function workersOf({ litellm }: Desired['gateway']): number {
  return litellm.workers ?? 4
}

/** Settings that reach LiteLLM by its environment. */
export function settingsOf({ gateway }: Desired): { storeModelInDb: boolean } {
  return { storeModelInDb: gateway.general_settings?.store_model_in_db === true }
}

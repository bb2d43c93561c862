import { setTimeout as sleep } from 'node:timers/promises'
import type { Desired } from '../config/desired.ts'
import { ConfigError } from '../config/problem.ts'
import type { Size } from '../config/sizing.ts'
import { type Proxmox, reachOf } from '../config/vm.ts'
import { HostError, HostUnreachableError } from '../host/errors.ts'
import { publicHalf } from '../host/host-key.ts'
import type { Session } from '../host/session.ts'
import type { HostChange } from '../plan/change.ts'
import type { ChangeResult } from '../plan/markdown.ts'
import { vmChanges } from '../plan/vm.ts'
import type { ProxmoxVm } from '../vm/proxmox.ts'
import type { VmProvider } from '../vm/vm.ts'
import type { CommandContext } from './command.ts'

const FIRST_BOOT_MS = 10 * 60_000
const LOOK_AGAIN_MS = 5_000

/** Who makes the declared machine; undefined when it stands already and only SSH is declared. @throws ConfigError without the token */
export async function providerOf(
  { gateway, locate }: Desired,
  { env, secrets }: CommandContext,
): Promise<VmProvider | undefined> {
  const { proxmox } = gateway.vm
  if (proxmox === undefined) return undefined
  const token = env.PROXMOX_TOKEN?.trim()
  if (token === undefined || token === '') {
    throw new ConfigError([
      {
        severity: 'error',
        code: 'proxmox-token',
        message: `the API of ${proxmox.api} is to be asked, but no token was given.`,
        fix: 'set PROXMOX_TOKEN in the environment of the step, from a secret, in the form user@realm!name=secret.',
        at: locate(['vm', 'proxmox']),
      },
    ])
  }
  secrets.add(token)
  // Loaded when a hypervisor is declared: most runs have none.
  const [{ ProxmoxApi }, { proxmoxProvider }] = await Promise.all([
    import('../vm/proxmox-api.ts'),
    import('../vm/proxmox.ts'),
  ])
  const { api, fingerprint } = proxmox
  const client = new ProxmoxApi({ api, token, ...(fingerprint === undefined ? {} : { fingerprint }) })
  return proxmoxProvider(client, vmOf(proxmox, gateway.domain))
}

function vmOf(proxmox: Proxmox, domain: string): ProxmoxVm {
  const { node, storage, bridge, vlan, address, gateway, nameservers = [gateway], name = domain } = proxmox
  const { url, sha256, sha512 } = proxmox.image
  const sum =
    sha512 === undefined
      ? ({ checksum: sha256 ?? '', algorithm: 'sha256' } as const)
      : ({ checksum: sha512, algorithm: 'sha512' } as const)
  return {
    name,
    node,
    storage,
    imageStorage: proxmox.image_storage ?? 'local',
    bridge,
    ...(vlan === undefined ? {} : { vlan }),
    address,
    gateway,
    nameservers,
    image: { url, ...sum },
  }
}

/** The host key of a machine that a hypervisor made. @throws HostError before it was made */
export async function hostKeyOf(desired: Desired, context: CommandContext): Promise<string> {
  const found = await (await providerOf(desired, context))?.observe()
  if (found?.hostKey) return found.hostKey
  throw new HostError(
    `The machine ${desired.gateway.domain} is not made yet. Run the command deploy: it makes it.`,
  )
}

/** What deploy would do at the hypervisor; `missing` while there is no machine to ask. */
export async function machineChanges(
  desired: Desired,
  context: CommandContext,
): Promise<{ readonly missing: boolean; readonly changes: readonly HostChange[] }> {
  const { proxmox } = desired.gateway.vm
  if (proxmox?.host_key !== undefined && !context.env.PROXMOX_TOKEN) {
    context.logger.notice('No PROXMOX_TOKEN: the hypervisor was not asked for the size of the machine.')
    return { missing: false, changes: [] }
  }
  const state = await (await providerOf(desired, context))?.observe()
  if (state === undefined || proxmox === undefined) return { missing: false, changes: [] }
  const changes = vmChanges(state, { name: nameOf(desired), size: requireSize(desired) })
  if (state.id !== null && !state.running)
    throw new HostError(
      `The machine ${nameOf(desired)} is stopped, so nobody can be asked. Deploy starts it.`,
    )
  return { missing: state.id === null, changes }
}

export interface ConvergedMachine {
  readonly changes: readonly HostChange[]
  readonly applied: readonly ChangeResult[]
}

/**
 * Makes the machine where a hypervisor is declared, or brings it to its declared size, and reads back what stands then; undefined
 * where there is no hypervisor to ask.
 */
export async function convergeMachine(
  desired: Desired,
  context: CommandContext,
): Promise<ConvergedMachine | undefined> {
  const provider = await providerOf(desired, context)
  if (provider === undefined) return undefined
  const wanted = { name: nameOf(desired), size: requireSize(desired) }
  const { user } = reachOf(desired.gateway.vm)
  const authorizedKeys = [publicHalf(context.sshKey ?? '')]
  const changes = vmChanges(await provider.observe(), wanted)
  const state = await provider.converge({ ...wanted, user, authorizedKeys }, (text) =>
    context.logger.info(`  ${text}`),
  )
  if (state.pendingRestart.length > 0)
    context.logger.warning(
      `${state.pendingRestart.join(' and ')} of ${wanted.name} change with its next restart.`,
    )
  const left = vmChanges(state, wanted).map(({ detail }) => detail)
  const applied = changes.map(
    (change): ChangeResult =>
      left.length === 0
        ? { change, outcome: 'done' }
        : { change, outcome: 'failed', message: `read back: ${left.join('; ')}` },
  )
  return { changes, applied }
}

/** What the machine is called at its hypervisor. */
export function nameOf({ gateway }: Desired): string {
  return gateway.vm.proxmox?.name ?? gateway.domain
}

function requireSize({ size, locate }: Desired): Size {
  if (size !== undefined) return size
  throw new ConfigError([
    {
      severity: 'error',
      code: 'size',
      message: 'the machine is to be made, but nothing says how large.',
      fix: 'say users: 100, or size: {vcpu: 4, memory: 4GiB, disk: 20GiB}.',
      at: locate(['vm']),
    },
  ])
}

/** Connects to a machine that may be booting for the first time. */
export async function connectPatiently(
  connecting: () => Promise<Session>,
  { logger }: CommandContext,
): Promise<Session> {
  const deadline = Date.now() + FIRST_BOOT_MS
  for (let told = false; ; told = true) {
    try {
      return await connecting()
    } catch (error) {
      if (!(error instanceof HostUnreachableError) || Date.now() > deadline) throw error
      if (!told) logger.info('  the machine boots; waiting for its SSH')
      await sleep(LOOK_AGAIN_MS)
    }
  }
}

/** Takes back what a new machine was told at its birth, now that it was reached: its private host key. */
export async function forgetSeed(desired: Desired, context: CommandContext): Promise<void> {
  await (await providerOf(desired, context))?.forgetSeed((text) => context.logger.info(`  ${text}`))
}

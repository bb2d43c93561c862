import { setTimeout as sleep } from 'node:timers/promises'
import type { Desired } from '../config/desired.ts'
import { ConfigError } from '../config/problem.ts'
import type { Size } from '../config/sizing.ts'
import { hypervisorOf, type Libvirt, type Proxmox, reachOf, vmSection } from '../config/vm.ts'
import { HostError, HostUnreachableError } from '../host/errors.ts'
import { publicHalf } from '../host/host-key.ts'
import { repairedKey } from '../host/private-key.ts'
import type { Session } from '../host/session.ts'
import type { BornVm, VmProvider } from '../hypervisors/vm.ts'
import type { ChangeResult, HostChange } from '../plan/change.ts'
import { vmChanges } from '../plan/vm.ts'
import type { StepContext } from './command.ts'
import { machineOf } from './reach.ts'

const FIRST_BOOT_MS = 10 * 60_000
const LOOK_AGAIN_MS = 5_000

/** What each hypervisor is asked with. */
const ACCESS = {
  proxmox: {
    variable: 'PROXMOX_TOKEN',
    code: 'proxmox-token',
    fix: 'set PROXMOX_TOKEN in the environment of the step, from a secret, in the form user@realm!name=secret.',
  },
  libvirt: {
    variable: 'LIBVIRT_SSH_KEY',
    code: 'libvirt-ssh-key',
    fix: 'set LIBVIRT_SSH_KEY in the environment of the step, from a secret: the private SSH key for the hypervisor.',
  },
} as const

/** The provider of the declared VM; undefined when only SSH to an existing machine is declared. @throws ConfigError without a token or key for it */
export async function providerOf(desired: Desired, context: StepContext): Promise<VmProvider | undefined> {
  const { proxmox, libvirt } = desired.gateway.vm
  // Each is loaded when it is declared: most runs have no hypervisor.
  if (proxmox !== undefined) {
    const token = accessTo('proxmox', proxmox.api, desired, context)
    const [{ ProxmoxApi }, { proxmoxProvider }] = await Promise.all([
      import('../hypervisors/proxmox-api.ts'),
      import('../hypervisors/proxmox.ts'),
    ])
    const { api, fingerprint, node, storage, bridge, vlan, pool, image_storage: imageStorage } = proxmox
    const client = new ProxmoxApi({ api, token, ...(fingerprint === undefined ? {} : { fingerprint }) })
    const place = {
      ...{ node, storage, imageStorage, bridge },
      ...(vlan === undefined ? {} : { vlan }),
      ...(pool === undefined ? {} : { pool }),
    }
    return proxmoxProvider(client, { ...bornOf(proxmox, nameOf(desired)), ...place })
  }
  if (libvirt !== undefined) {
    const privateKey = accessTo('libvirt', libvirt.uri, desired, context)
    const { libvirtProvider } = await import('../hypervisors/libvirt.ts')
    const { pool, link } = libvirt
    const { connect, logger } = context
    const machine = machineOf(hypervisorOf(libvirt))
    return libvirtProvider(async () => await connect({ ...machine, privateKey, logger }), {
      ...bornOf(libvirt, nameOf(desired)),
      pool,
      link,
    })
  }
  return undefined
}

function accessTo(
  section: keyof typeof ACCESS,
  where: string,
  { locate }: Desired,
  { env, secrets }: StepContext,
): string {
  const { variable, code, fix } = ACCESS[section]
  const given = env[variable]?.trim()
  if (given === undefined || given === '') {
    const message = `${variable} is not set, so the hypervisor at ${where} cannot be queried.`
    throw new ConfigError([{ severity: 'error', code, message, fix, at: locate(['vm', section]) }])
  }
  const value = section === 'libvirt' ? keyFrom(given) : given
  secrets.add(given, value)
  return value
}

/** A key's last line end belongs to it. */
function keyFrom(given: string): string {
  const key = repairedKey(given)
  return key === given ? `${given}\n` : key
}

function bornOf(declared: Proxmox | Libvirt, name: string): BornVm {
  const { address, gateway, nameservers } = declared
  const { url, sha256, sha512 } = declared.image
  const image =
    sha512 === undefined
      ? ({ url, checksum: sha256 ?? '', algorithm: 'sha256' } as const)
      : ({ url, checksum: sha512, algorithm: 'sha512' } as const)
  return { name, address, gateway, nameservers, image }
}

/** The host key of a VM. @throws HostError before the VM exists */
export async function hostKeyOf(desired: Desired, context: StepContext): Promise<string> {
  const found = await (await providerOf(desired, context))?.observe()
  if (found?.hostKey) return found.hostKey
  throw new HostError(`The VM ${desired.gateway.domain} does not exist yet. Run deploy: it creates it.`)
}

/** What deploy would do at the hypervisor; `missing` while there is no VM. */
export async function machineChanges(
  desired: Desired,
  context: StepContext,
): Promise<{ readonly missing: boolean; readonly changes: readonly HostChange[] }> {
  const { vm } = desired.gateway
  const section = vmSection(vm)
  if (section === 'ssh') return { missing: false, changes: [] }
  const { variable } = ACCESS[section]
  if (reachOf(vm).host_key !== undefined && !context.env[variable]) {
    context.logger.notice(`No ${variable}: the size of the VM was not checked.`)
    return { missing: false, changes: [] }
  }
  const state = await (await providerOf(desired, context))?.observe()
  if (state === undefined) return { missing: false, changes: [] }
  const changes = vmChanges(state, { name: nameOf(desired), size: requireSize(desired) })
  if (state.size !== null && !state.running)
    throw new HostError(`The VM ${nameOf(desired)} is stopped. Run deploy: it starts it.`)
  return { missing: state.size === null, changes }
}

export interface ConvergedMachine {
  readonly changes: readonly HostChange[]
  readonly applied: readonly ChangeResult[]
}

/**
 * Creates the VM where a hypervisor is declared, or brings it to its declared size, and reads back the result; undefined
 * without a hypervisor.
 */
export async function convergeMachine(
  desired: Desired,
  context: StepContext,
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
  const { proxmox, libvirt } = gateway.vm
  return (proxmox ?? libvirt)?.name ?? gateway.domain
}

function requireSize({ size, locate }: Desired): Size {
  if (size !== undefined) return size
  throw new ConfigError([
    {
      severity: 'error',
      code: 'size',
      message: "the VM's size is missing, so it cannot be created.",
      fix: 'say users: 100, or size: {vcpu: 4, memory: 4GiB, disk: 20GiB}.',
      at: locate(['vm']),
    },
  ])
}

/** Connects to a machine that may be booting for the first time. */
export async function connectPatiently(
  connecting: () => Promise<Session>,
  { logger }: StepContext,
): Promise<Session> {
  const deadline = Date.now() + FIRST_BOOT_MS
  for (let logged = false; ; logged = true) {
    try {
      return await connecting()
    } catch (error) {
      if (!(error instanceof HostUnreachableError) || Date.now() > deadline) throw error
      if (!logged) logger.info('  the machine boots; waiting for its SSH')
      await sleep(LOOK_AGAIN_MS)
    }
  }
}

/** Removes the first configuration of a new VM, once it was reached: its private host key. */
export async function forgetSeed(desired: Desired, context: StepContext): Promise<void> {
  await (await providerOf(desired, context))?.forgetSeed((text) => context.logger.info(`  ${text}`))
}

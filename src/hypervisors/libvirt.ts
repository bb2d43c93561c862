import type { Answered, Question } from '../contract/programs.ts'
import { HostError } from '../host/errors.ts'
import type { Session } from '../host/session.ts'
import { generateHostKey } from './host-key-pair.ts'
import { seedOf } from './seed.ts'
import type { BornVm, OnVmStep, VmProvider, VmState, WantedVm } from './vm.ts'

export interface LibvirtVm extends BornVm {
  /** A storage pool of files, for the disk and the first configuration. */
  readonly pool: string
  /** Of libvirt, or a bridge of the hypervisor. */
  readonly link: { readonly network: string } | { readonly bridge: string }
}

const MIB_PER_GIB = 1024
const GIB = 1024 ** 3
/** The image may come over a slow line. */
const TIMEOUT_MS = 60 * 60_000

/**
 * A virtual machine of libvirt on a hypervisor that is reached by SSH. Each call is one connection and one exec of the agent's
 * program there, which needs python3 and installs nothing.
 * @param connecting connects to the hypervisor, as root or as a user who may sudo
 */
export function libvirtProvider(connecting: () => Promise<Session>, vm: LibvirtVm): VmProvider {
  const which = { name: vm.name, pool: vm.pool }
  const ask = async (question: Question<'hypervisor'>, onStep: OnVmStep): Promise<VmState> => {
    const session = await connecting()
    try {
      const answer = await session.run('hypervisor', question, {
        timeoutMs: TIMEOUT_MS,
        onEvent: (event) => {
          if (event.event === 'note') onStep(event.detail)
        },
      })
      return stateOf(answer)
    } finally {
      session.close()
    }
  }
  return {
    observe: async () => await ask({ action: 'observe', ...which }, () => {}),
    converge: async (wanted, onStep) =>
      await ask({ action: 'converge', ...which, ...birthOf(vm, wanted) }, onStep),
    forgetSeed: async (onStep) => {
      await ask({ action: 'forget-seed', ...which }, onStep)
    },
    destroy: async (confirm, onStep) => {
      if (confirm !== vm.name)
        throw new HostError(
          `To destroy ${vm.name} and its disks, confirm with its name; got ${JSON.stringify(confirm)}. Nothing was removed.`,
        )
      await ask({ action: 'destroy', ...which }, onStep)
    },
  }
}

/** Everything a new VM needs; an existing one only takes its size. */
function birthOf(vm: LibvirtVm, wanted: WantedVm) {
  const hostKey = generateHostKey(vm.name)
  const { vcpu, memoryGiB, diskGiB } = wanted.size
  return {
    ...vm.link,
    vcpu,
    memoryMib: memoryGiB * MIB_PER_GIB,
    diskGib: diskGiB,
    image: vm.image,
    hostKey: hostKey.public,
    seed: seedOf(vm, wanted, hostKey).toString('base64'),
  }
}

function stateOf({
  id,
  running,
  vcpu,
  memoryMib,
  diskBytes,
  hostKey,
  pendingRestart,
}: Answered<'hypervisor'>): VmState {
  const size = { vcpu, memoryGiB: memoryMib / MIB_PER_GIB, diskGiB: Math.floor(diskBytes / GIB) }
  // Without its disk it is incomplete and is created again.
  return { id, running, size: diskBytes === 0 ? null : size, hostKey, pendingRestart }
}

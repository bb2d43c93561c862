import type { Size } from '../config/sizing.ts'
import type { ObservedVm } from '../plan/vm.ts'

/** What one step of making a machine did, for people. */
export type OnVmStep = (text: string) => void

export interface VmState extends ObservedVm {
  /** The pinned public host key; null before the machine is made. */
  readonly hostKey: string | null
  /** Sizes that count after the next restart only. */
  readonly pendingRestart: readonly string[]
}

export interface WantedVm {
  readonly name: string
  readonly size: Size
  readonly user: string
  readonly authorizedKeys: readonly string[]
}

/** What a VM is created with, on any provider. */
export interface BornVm {
  readonly name: string
  /** With its prefix length: `192.0.2.10/24`. */
  readonly address: string
  readonly gateway: string
  readonly nameservers: readonly string[]
  readonly image: { readonly url: string; readonly checksum: string; readonly algorithm: 'sha256' | 'sha512' }
}

/** A provider of VMs. Each call checks the present state first: repeated after any failure, it continues with the same VM. */
export interface VmProvider {
  observe(): Promise<VmState>
  /** Creates what is missing, up to a running VM; never a second one, never touches somebody else's. */
  converge(wanted: WantedVm, onStep: OnVmStep): Promise<VmState>
  /** After the VM was reached: removes its first configuration, above all the private host key. */
  forgetSeed(onStep: OnVmStep): Promise<void>
  /** Removes the machine and its disks. @throws HostError when it is not one that we made, or `confirm` is not its name */
  destroy(confirm: string, onStep: OnVmStep): Promise<void>
}

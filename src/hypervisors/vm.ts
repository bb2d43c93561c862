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

/** What a machine is made with, whoever makes it. */
export interface BornVm {
  readonly name: string
  /** With its prefix length: `192.0.2.10/24`. */
  readonly address: string
  readonly gateway: string
  readonly nameservers: readonly string[]
  readonly image: { readonly url: string; readonly checksum: string; readonly algorithm: 'sha256' | 'sha512' }
}

/** Who makes the machine. Each call looks first: done again after any failure, it goes on with the same machine. */
export interface VmProvider {
  observe(): Promise<VmState>
  /** Makes what is missing, up to a machine that runs; never a second one, never somebody else's. */
  converge(wanted: WantedVm, onStep: OnVmStep): Promise<VmState>
  /** After the machine was reached: removes what it was told at its birth, the private host key above all. */
  forgetSeed(onStep: OnVmStep): Promise<void>
  /** Removes the machine and its disks. @throws HostError when it is not one that we made, or `confirm` is not its name */
  destroy(confirm: string, onStep: OnVmStep): Promise<void>
}

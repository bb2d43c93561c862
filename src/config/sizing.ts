/** What the virtual machine has; memory and disk in GiB. */
export interface Size {
  readonly vcpu: number
  readonly memoryGiB: number
  readonly diskGiB: number
}

/** The table of sizes in docs/machine.md. */
const TABLE: readonly { readonly upTo: number; readonly size: Size }[] = [
  { upTo: 100, size: { vcpu: 4, memoryGiB: 4, diskGiB: 20 } },
  { upTo: 250, size: { vcpu: 4, memoryGiB: 8, diskGiB: 30 } },
  { upTo: Number.POSITIVE_INFINITY, size: { vcpu: 8, memoryGiB: 16, diskGiB: 50 } },
]

/** The machine for so many people: the first row of the table that holds them. */
export function sizeFor(users: number): Size {
  for (const { upTo, size } of TABLE) if (users <= upTo) return size
  throw new RangeError(`not a number of users: ${users}`)
}

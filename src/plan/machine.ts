import type { Size } from '../config/sizing.ts'
import type { HostFacts } from '../contract/programs/observe.ts'
import { size } from '../text/units.ts'

const GIB = 1024 ** 3
/** Firmware, kernel and file system keep a part of what a machine was given. */
const SEEN_BY_THE_SYSTEM = 0.9

/** By how much the machine is smaller than declared, and what to do; undefined when it is large enough. */
export function machineTooSmall(
  wanted: Size | undefined,
  { vcpu, memoryBytes, disk }: Pick<HostFacts, 'vcpu' | 'memoryBytes' | 'disk'>,
): string | undefined {
  if (wanted === undefined) return undefined
  const lacks = [
    { lacking: vcpu < wanted.vcpu, text: `${vcpu} vCPU where ${wanted.vcpu} are declared`, restart: true },
    {
      lacking: memoryBytes < wanted.memoryGiB * GIB * SEEN_BY_THE_SYSTEM,
      text: `${size(memoryBytes)} of memory where ${wanted.memoryGiB} GiB are declared`,
      restart: true,
    },
    {
      lacking: disk.sizeBytes < wanted.diskGiB * GIB * SEEN_BY_THE_SYSTEM,
      text: `${size(disk.sizeBytes)} of disk where ${wanted.diskGiB} GiB are declared`,
      restart: false,
    },
  ].filter(({ lacking }) => lacking)
  if (lacks.length === 0) return undefined
  const restart = lacks.some((lack) => lack.restart) ? ' vCPU and memory need a restart of the machine.' : ''
  return `The machine has ${lacks.map(({ text }) => text).join(', ')}. Resize it at its hypervisor, or declare its real size under size.${restart}`
}

import type { Size } from '../config/sizing.ts'
import type { ClockFacts, DiskFacts, MemoryFacts, SystemFacts } from '../contract/programs/doctor.ts'
import type { HostFacts } from '../contract/programs/observe.ts'
import { machineTooSmall } from '../plan/machine.ts'
import { days, percent, size } from '../text/units.ts'
import { byUs, elsewhere, type Finding, inYaml, onHost } from './finding.ts'

const GIB = 1024 ** 3
const DAY = 86_400

const MORE_MEMORY = inYaml(
  'size: {vcpu: 4, memory: 8GiB, disk: 30GiB} # more memory, or fewer under litellm.workers',
)

/** File systems that are full, or soon will be. Below this much, the next burst stops PostgreSQL. */
export function diskFindings(disks: readonly DiskFacts[]): Finding[] {
  return disks.flatMap((disk): Finding[] => {
    const { path, sizeBytes, freeBytes, files, freeFiles, readOnly, holds } = disk
    const found: Finding[] = []
    const free = sizeBytes === 0 ? 1 : freeBytes / sizeBytes
    const where = `${path}${path === '/' || holds.length === 0 ? '' : ` (${holds.join(', ')})`}`
    const remedy = onHost(
      `journalctl --vacuum-size=200M; podman image prune -f; du -xh --max-depth=2 ${path} | sort -h | tail -20`,
    )
    if (readOnly)
      found.push({
        id: 'disk-read-only',
        severity: 'error',
        what: `${where} is mounted read-only.`,
        why: 'Nothing can be written. Usually the disk is failing.',
        remedy: onHost(`dmesg | grep -i -E "error|remount"; then mount -o remount,rw ${path}`),
      })
    if (free < 0.03 || freeBytes < 0.1 * GIB)
      found.push({
        id: 'disk-full',
        severity: 'error',
        what: `${where} is full: ${size(freeBytes)} of ${size(sizeBytes)} left.`,
        why: 'PostgreSQL stops when it cannot write, and no backup can be taken.',
        remedy,
      })
    else if (free < 0.1)
      found.push({
        id: 'disk-low',
        severity: 'warning',
        what: `${where} has ${size(freeBytes)} of ${size(sizeBytes)} left (${percent(free)}).`,
        why: 'A release, a backup or a burst of requests needs more.',
        remedy,
      })
    if (files > 0 && freeFiles / files < 0.03)
      found.push({
        id: 'disk-inodes',
        severity: 'error',
        what: `${where} is out of inodes: ${freeFiles} of ${files} left.`,
        why: 'Without inodes no file can be created, although there is space.',
        remedy: onHost(`du -x --inodes --max-depth=3 ${path} | sort -n | tail -20`),
      })
    return found
  })
}

/** Memory that runs out, or that only lasts because much of it was moved to disk. The former says the latter. */
export function memoryFindings(memory: MemoryFacts): Finding[] {
  const { totalBytes, availableBytes, swapBytes, swapFreeBytes } = memory
  const free = availableBytes / totalBytes
  const available = `${size(availableBytes)} of ${size(totalBytes)} of memory is available (${percent(free)})`
  if (free < 0.1)
    return [
      {
        id: 'memory-short',
        severity: free < 0.05 ? 'error' : 'warning',
        what: `${available}.`,
        why: 'The next burst makes the kernel kill a worker, or PostgreSQL.',
        remedy: MORE_MEMORY,
      },
    ]
  const swapped = swapBytes - swapFreeBytes
  // What was swapped out long ago stays there: with memory to spare that is no fault.
  if (free >= 0.2 || swapped <= swapBytes / 2) return []
  return [
    {
      id: 'swap-used',
      severity: 'warning',
      what: `${size(swapped)} of ${size(swapBytes)} of swap is used, and ${available}.`,
      why: 'LiteLLM gets slow: a request waits for the disk when it needs memory that was swapped out.',
      remedy: MORE_MEMORY,
    },
  ]
}

export function sizeFindings(wanted: Size | undefined, host: HostFacts): Finding[] {
  const small = machineTooSmall(wanted, host)
  if (small === undefined) return []
  return [
    {
      id: 'machine-small',
      severity: 'warning',
      what: small,
      why: 'PostgreSQL and Redis are configured for the declared size.',
      remedy: elsewhere('Resize the machine at its hypervisor, or declare its real size under size.'),
    },
  ]
}

/** @param skew seconds by which the host's clock is ahead of ours */
export function clockFindings({ synchronized, service, container }: ClockFacts, skew: number): Finding[] {
  const remedy = onHost('systemctl enable --now systemd-timesyncd; timedatectl timesync-status')
  const why = 'Budget resets and certificates depend on the clock.'
  if (Math.abs(skew) > 10)
    return [
      {
        id: 'clock-wrong',
        severity: Math.abs(skew) > 60 ? 'error' : 'warning',
        what: `The host's clock is ${Math.abs(skew).toFixed(0)} s ${skew > 0 ? 'ahead of' : 'behind'} the runner's.`,
        why,
        remedy,
      },
    ]
  if (container || (service !== null && synchronized !== false)) return []
  return [
    {
      id: 'clock-unsynchronized',
      severity: 'warning',
      what:
        service === null
          ? 'No service synchronizes the clock of the host.'
          : `${service} runs, but the clock is not synchronized.`,
      why,
      remedy,
    },
  ]
}

/** What gets old. @param now seconds since 1970 */
export function ageFindings(
  { rebootRequired, imageCreated, masterKeySince }: SystemFacts,
  now: number,
): Finding[] {
  const found: Finding[] = []
  if (rebootRequired)
    found.push({
      id: 'reboot-required',
      severity: 'warning',
      what: 'Installed updates need a restart of the machine.',
      why: 'Until then the vulnerable kernel or library keeps running.',
      remedy: onHost('cat /run/reboot-required.pkgs; then systemctl reboot, which takes about a minute'),
    })
  // Images that are built reproducibly have no date of their own, but that of 1970.
  if (imageCreated !== null && imageCreated > 50 * 365 * DAY && now - imageCreated > 120 * DAY)
    found.push({
      id: 'image-old',
      severity: 'warning',
      what: `The LiteLLM image is ${days((now - imageCreated) / DAY)} old.`,
      why: "LiteLLM only fixes its four newest minor versions, about a month's worth.",
      remedy: {
        where: 'gateway.yaml',
        text: 'litellm: {image: ghcr.io/berriai/litellm-database@sha256:…} # the digest of a newer one, then deploy',
      },
    })
  if (masterKeySince !== null && now - masterKeySince > 366 * DAY)
    found.push({
      id: 'master-key-old',
      severity: 'warning',
      what: `The master key is ${days((now - masterKeySince) / DAY)} old.`,
      why: 'Anyone who ever saw it still has full access.',
      remedy: byUs('litellm-gitops rotate'),
    })
  return found
}

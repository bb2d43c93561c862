import type { Size } from '../config/sizing.ts'
import type { ClockFacts, DiskFacts, MemoryFacts, SystemFacts } from '../host/doctor-facts.ts'
import type { HostFacts } from '../host/facts.ts'
import { machineTooSmall } from '../plan/machine.ts'
import { byUs, elsewhere, type Finding, onHost } from './finding.ts'
import { days, gib, percent } from './wording.ts'

const GIB = 1024 ** 3
const DAY = 86_400

/** File systems that are full, or will be. Below this much, PostgreSQL stops with the next burst. */
export function diskFindings(disks: readonly DiskFacts[]): Finding[] {
  return disks.flatMap((disk): Finding[] => {
    const { path, sizeBytes, freeBytes, files, freeFiles, readOnly, holds } = disk
    const found: Finding[] = []
    const free = sizeBytes === 0 ? 1 : freeBytes / sizeBytes
    const where = `${path}${path === '/' || holds.length === 0 ? '' : ` (${holds.join(', ')})`}`
    const mend = onHost(
      `journalctl --vacuum-size=200M; podman image prune -f; du -xh --max-depth=2 ${path} | sort -h | tail -20`,
    )
    if (readOnly)
      found.push({
        id: 'disk-read-only',
        severity: 'error',
        what: `${where} is mounted read-only.`,
        why: 'Nothing can be written: mostly a disk that fails.',
        mend: onHost(`dmesg | grep -i -E "error|remount"; then mount -o remount,rw ${path}`),
      })
    if (free < 0.03 || freeBytes < 0.1 * GIB)
      found.push({
        id: 'disk-full',
        severity: 'error',
        what: `${where} is full: ${gib(freeBytes)} of ${gib(sizeBytes)} are left.`,
        why: 'PostgreSQL stops when it cannot write, and no backup can be taken.',
        mend,
      })
    else if (free < 0.1)
      found.push({
        id: 'disk-low',
        severity: 'warning',
        what: `${where} has ${gib(freeBytes)} of ${gib(sizeBytes)} left (${percent(free)}).`,
        why: 'A release, a backup or a burst of requests needs more.',
        mend,
      })
    if (files > 0 && freeFiles / files < 0.03)
      found.push({
        id: 'disk-inodes',
        severity: 'error',
        what: `${where} can hold ${freeFiles} more files of ${files}.`,
        why: 'Without inodes no file can be made, although there is space.',
        mend: onHost(`du -x --inodes --max-depth=3 ${path} | sort -n | tail -20`),
      })
    return found
  })
}

export function memoryFindings({ totalBytes, availableBytes }: MemoryFacts): Finding[] {
  const free = availableBytes / totalBytes
  if (free >= 0.1) return []
  return [
    {
      id: 'memory-short',
      severity: free < 0.05 ? 'error' : 'warning',
      what: `${gib(availableBytes)} of ${gib(totalBytes)} of memory are available (${percent(free)}).`,
      why: 'With the next burst the kernel kills a worker, or PostgreSQL.',
      mend: {
        where: 'gateway.yaml',
        text: 'size: {vcpu: 4, memory: 8GiB, disk: 30GiB} # more memory, or fewer under litellm.workers',
      },
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
      why: 'PostgreSQL and Redis are sized for what is declared.',
      mend: elsewhere(
        'Give the machine what is declared at its hypervisor, or declare what it has under size.',
      ),
    },
  ]
}

/** @param skew seconds by which the host's clock is ahead of ours */
export function clockFindings({ synchronized, service, container }: ClockFacts, skew: number): Finding[] {
  const mend = onHost('systemctl enable --now systemd-timesyncd; timedatectl timesync-status')
  const why = 'Budgets reset by the clock, and certificates end by it.'
  if (Math.abs(skew) > 10)
    return [
      {
        id: 'clock-wrong',
        severity: Math.abs(skew) > 60 ? 'error' : 'warning',
        what: `The host's clock is ${Math.abs(skew).toFixed(0)} s ${skew > 0 ? 'ahead of' : 'behind'} ours.`,
        why,
        mend,
      },
    ]
  if (container || (service !== null && synchronized !== false)) return []
  return [
    {
      id: 'clock-unsynchronized',
      severity: 'warning',
      what:
        service === null
          ? 'No service keeps the clock of the host right.'
          : `${service} runs, but the clock is not synchronized.`,
      why,
      mend,
    },
  ]
}

/** What ages. @param now seconds since 1970 */
export function ageFindings(
  { rebootRequired, imageCreated, masterKeySince }: SystemFacts,
  now: number,
): Finding[] {
  const found: Finding[] = []
  if (rebootRequired)
    found.push({
      id: 'reboot-required',
      severity: 'warning',
      what: 'Updates that were installed wait for a restart of the machine.',
      why: 'Until then the kernel or a library with the old flaw runs on.',
      mend: onHost(
        'cat /run/reboot-required.pkgs; then systemctl reboot, which costs about a minute of service',
      ),
    })
  // Images that are built reproducibly have no date of their own, but that of 1970.
  if (imageCreated !== null && imageCreated > 50 * 365 * DAY && now - imageCreated > 120 * DAY)
    found.push({
      id: 'image-old',
      severity: 'warning',
      what: `The image of LiteLLM is ${days((now - imageCreated) / DAY)} old.`,
      why: "LiteLLM fixes its four newest minor versions only, which is about a month's worth.",
      mend: {
        where: 'gateway.yaml',
        text: 'litellm: {image: ghcr.io/berriai/litellm-database@sha256:…} # the digest of a newer one, then deploy',
      },
    })
  if (masterKeySince !== null && now - masterKeySince > 366 * DAY)
    found.push({
      id: 'master-key-old',
      severity: 'warning',
      what: `The master key is ${days((now - masterKeySince) / DAY)} old.`,
      why: 'Whoever ever saw it can still do everything.',
      mend: byUs('litellm-gitops rotate'),
    })
  return found
}

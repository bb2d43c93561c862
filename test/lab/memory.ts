import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from './lab.ts'
import { leaderOf } from './lab.ts'

export interface Memory {
  readonly totalBytes: number
  /** Bytes per systemd unit of the guest (`litellm.service`), the largest first. */
  readonly byUnit: Record<string, number>
}

/**
 * Memory of all processes of the guest, those in containers included.
 *
 * PSS: a page that several processes share counts once, split among them (proc_pid_smaps_rollup(5)).
 */
export async function memory(lab: Lab): Promise<Memory> {
  const processes = `/proc/${await leaderOf(lab)}/root/proc`
  const units = new Map<string, number>()
  for (const pid of (await readdir(processes)).filter((name) => /^\d+$/.test(name))) {
    // A process may end while it is being looked at.
    const pss = /^Pss:\s+(\d+) kB$/m.exec(
      await readFile(join(processes, pid, 'smaps_rollup'), 'utf8').catch(() => ''),
    )
    if (pss === null) continue
    const unit = unitOf(await readFile(join(processes, pid, 'cgroup'), 'utf8').catch(() => ''))
    units.set(unit, (units.get(unit) ?? 0) + Number(pss[1]) * 1024)
  }
  const sorted = [...units].sort(([, one], [, other]) => other - one)
  return { totalBytes: sorted.reduce((sum, [, bytes]) => sum + bytes, 0), byUnit: Object.fromEntries(sorted) }
}

function unitOf(cgroup: string): string {
  const path = cgroup.split('\n').find((line) => line.startsWith('0::')) ?? ''
  return path.split('/').find((part) => /\.(service|scope)$/.test(part)) ?? 'other'
}

import { existsSync } from 'node:fs'
import { mkdir, readdir, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Argv } from './command.ts'

/**
 * Hierarchies in which each guest gets a group of its own: two guests in one group would take each other's for theirs.
 * Machines with the hybrid layout carry the unified one beside systemd's old one.
 */
const hierarchies = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified', '/sys/fs/cgroup/systemd'].filter((path) =>
  existsSync(join(path, 'cgroup.procs')),
)

const groupName = (id: string) => `litellm-lab-${id}`

/** Makes the groups of lab `id` and answers their `cgroup.procs` files; writing a process id there moves the process. */
export async function makeGroups(id: string): Promise<string[]> {
  const folders = hierarchies.map((path) => join(path, groupName(id)))
  for (const folder of folders) await mkdir(folder, { recursive: true })
  return folders.map((folder) => join(folder, 'cgroup.procs'))
}

/** Removes the groups of lab `id`, whose processes are gone. */
export async function removeGroups(id: string): Promise<void> {
  for (const path of hierarchies) await removeGroup(join(path, groupName(id)))
}

/** Removes a group and all below it. */
export async function removeGroup(folder: string): Promise<void> {
  // Gone already: of two sweeps at a time one is first.
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    if (entry.isDirectory()) await removeGroup(join(folder, entry.name))
  }
  // The kernel lets go of a dead process's group a moment after the process; what stays is swept at the next start.
  for (let attempt = 0; attempt < 20; attempt++) {
    try {
      return await rmdir(folder)
    } catch {
      if (!existsSync(folder)) return
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
}

/** Runs `argv` in the control groups with the given `cgroup.procs` files. */
export function enterGroups(groups: readonly string[], argv: Argv): Argv {
  const script = 'n=$1; shift; while [ "$n" -gt 0 ]; do echo $$ >"$1"; shift; n=$((n - 1)); done; exec "$@"'
  return ['sh', '-c', script, 'sh', `${groups.length}`, ...groups, ...argv]
}

import { existsSync } from 'node:fs'
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { removeGroup } from '../cgroup.ts'
import { MachineError } from '../tools.ts'

/** One hierarchy of control groups of version 1, with the group that we are in. */
export interface Hierarchy {
  /** As `mount -o` takes them: `memory`, `cpu,cpuacct`, `none,name=systemd`. */
  readonly options: string
  /** Folder of our own group. */
  readonly own: string
}

/** What a kubelet accounts for and limits by. */
const NEEDED = ['cpu', 'cpuacct', 'cpuset', 'memory', 'devices', 'freezer', 'blkio', 'pids']

/**
 * The hierarchies that nodes get groups in. Throws {@link MachineError} where the controllers are not in version 1: there is no setup for
 * a node below version 2 yet.
 */
export async function hierarchies(): Promise<Hierarchy[]> {
  const found = parseHierarchies(
    await readFile('/proc/self/cgroup', 'utf8'),
    await readFile('/proc/self/mounts', 'utf8'),
  )
  const there = new Set(found.flatMap(({ options }) => options.split(',')))
  const missing = NEEDED.filter((name) => !there.has(name))
  if (missing.length === 0) return found
  throw new MachineError(
    `The lab's Kubernetes nodes need control groups of version 1, which this machine has not for ${missing.join(', ')}: boot it with systemd.unified_cgroup_hierarchy=0, or run these tests on another.`,
  )
}

/** Why this machine cannot carry a cluster, in a sentence; undefined when it can. */
export async function whatClustersLack(): Promise<string | undefined> {
  return await hierarchies().then(
    () => undefined,
    (error: Error) => error.message,
  )
}

/** Reads /proc/self/cgroup and /proc/self/mounts. A hierarchy that is not mounted does not count. */
export function parseHierarchies(groups: string, mounts: string): Hierarchy[] {
  const mounted = mounts
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, , type]) => type === 'cgroup')
    .map(([, point = '', , options = '']) => ({ point, options: options.split(',') }))
  return groups.split('\n').flatMap((line) => {
    const [, names = '', path = ''] = /^\d+:([^:]+):(.*)$/.exec(line) ?? []
    const mount = mounted.find(({ options }) => names.split(',').every((name) => options.includes(name)))
    if (names === '' || mount === undefined) return []
    const options = names.startsWith('name=') ? `none,${names}` : names
    return [{ options, own: join(mount.point, path) }]
  })
}

const listOf = (folder: string) => join(folder, 'groups')
const groupName = (id: string) => `litellm-lab-${id}`

/**
 * Makes the groups of one node of the lab `id`, below our own so that its limits hold on, and answers their `cgroup.procs` files. What is
 * made is first written down in the lab's folder.
 */
export async function makeNodeGroups(id: string, folder: string, node: string): Promise<string[]> {
  const files: string[] = []
  for (const { own, options } of await hierarchies()) {
    const lab = join(own, groupName(id))
    await appendFile(listOf(folder), `${lab}\n`)
    for (const group of [lab, join(lab, node)]) {
      await mkdir(group, { recursive: true })
      if (options.split(',').includes('cpuset')) await inheritCpus(group)
    }
    files.push(join(lab, node, 'cgroup.procs'))
  }
  return files
}

/** A new group of this hierarchy has no processor and no memory, and takes no process before it has. */
async function inheritCpus(group: string): Promise<void> {
  for (const file of ['cpuset.cpus', 'cpuset.mems'])
    await writeFile(join(group, file), await readFile(join(group, '..', file)))
}

/** Removes the groups that a lab wrote down in its folder, whose processes are gone. */
export async function removeNodeGroups(id: string, folder: string): Promise<void> {
  const list = await readFile(listOf(folder), 'utf8').catch(() => '')
  const mine = list.split('\n').filter((path) => path.endsWith(`/${groupName(id)}`))
  await Promise.all([...new Set(mine)].filter((path) => existsSync(path)).map(removeGroup))
}

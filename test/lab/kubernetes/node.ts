import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { enterGroups } from '../cgroup.ts'
import type { Argv } from '../command.ts'
import type { Namespace } from '../namespace.ts'
import { nodeAddress, podRange } from './addresses.ts'
import { hierarchies, makeNodeGroups } from './groups.ts'

export interface NodeOptions {
  /** Counted from 1. */
  readonly number: number
  /** The lab's. */
  readonly id: string
  readonly space: Namespace
  /** The lab's scratch folder; the node's is `node<number>/` in it. */
  readonly folder: string
  readonly network: string
  readonly runnerAddress: string
  /** Read-only root file system. */
  readonly root: string
  readonly programs: string
  /** Folder with the certificates of this node. */
  readonly credentials: string
}

/** Starts a node. Answers at once; the cluster tells when it is ready. */
export async function startNode(options: NodeOptions): Promise<void> {
  const { number, id, space, network, runnerAddress, root, programs, credentials } = options
  const name = `node${number}`
  const folder = join(options.folder, name)
  await mkdir(folder)
  const groups = await makeNodeGroups(id, options.folder, name)
  const mounted = (await hierarchies()).map(({ options }) => options)
  const namespaces = ['--cgroup', '--mount', '--pid', '--uts', '--ipc', '--propagation=private']
  const first = [
    join(import.meta.dirname, 'node/first.sh'),
    ...[name, podRange(number), nodeAddress(number), runnerAddress, ...mounted],
  ]
  const inNetwork: Argv = [
    'nsenter',
    `--net=${network}`,
    '--',
    'unshare',
    ...namespaces,
    '--fork',
    '--kill-child',
  ]
  const node = space.spawn(enterGroups(groups, [...inNetwork, 'bash', ...first]), {
    PATH: process.env.PATH,
    NODE_ROOT: root,
    NODE_FOLDER: folder,
    NODE_PROGRAMS: programs,
    NODE_CREDENTIALS: credentials,
  })
  const said = createWriteStream(join(folder, 'console.log'), { mode: 0o600 })
  node.stdout?.pipe(said, { end: false })
  node.stderr?.pipe(said, { end: false })
}

import { join } from 'node:path'
import type { Link } from '../link.ts'
import type { Namespace } from '../namespace.ts'
import { nodeAddress, podRange, SERVICE_RANGE } from './addresses.ts'

/**
 * Lays the network between the nodes and answers the file of each one's network namespace. The first stands on the lab's link and passes
 * on what the others say to the lab's machine; all go when the lab's mounts go.
 */
export async function layNodeNetwork(given: {
  readonly space: Namespace
  readonly link: Link
  readonly folder: string
  readonly nodes: number
}): Promise<string[]> {
  const { space, link, folder, nodes } = given
  const first = link.networkNamespace
  const within = (file: string, ...ip: string[]) =>
    space.must(['nsenter', `--net=${file}`, '--', 'ip', ...ip])

  await within(first, 'link', 'add', 'nodes', 'type', 'bridge')
  await within(first, 'address', 'add', `${nodeAddress(1)}/24`, 'dev', 'nodes')
  await within(first, 'link', 'set', 'nodes', 'up')
  // What a node itself sends to a Service needs a way before kube-proxy turns it.
  await within(first, 'route', 'add', SERVICE_RANGE, 'dev', 'nodes')

  const files = [first]
  for (let number = 2; number <= nodes; number++) {
    const file = join(folder, `network${number}`)
    await space.must(['sh', '-c', ': >"$1" && unshare --net="$1" true', 'sh', file])
    const port = `node${number}`
    await within(first, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', file)
    await within(first, 'link', 'set', port, 'master', 'nodes', 'up')
    await within(file, 'link', 'set', 'lo', 'up')
    await within(file, 'address', 'add', `${nodeAddress(number)}/24`, 'dev', 'eth0')
    await within(file, 'link', 'set', 'eth0', 'up')
    await within(file, 'route', 'add', 'default', 'via', nodeAddress(1))
    await within(first, 'route', 'add', podRange(number), 'via', nodeAddress(number))
    files.push(file)
  }
  return files
}

import { randomInt } from 'node:crypto'
import { withLock } from './cache.ts'
import { must } from './command.ts'
import type { Namespace } from './namespace.ts'

/** The cable between this machine and one guest: two link-local addresses that route nowhere else. */
export interface Link {
  readonly name: string
  readonly runnerAddress: string
  readonly guestAddress: string
  /** File that holds the guest's network namespace, inside the lab's mounts. */
  readonly networkNamespace: string
}

/**
 * Lays the link of lab `id` and gives both ends their addresses before the guest boots.
 *
 * The pair of interfaces is born in the guest's network namespace, so it goes when that goes, whatever happened to us.
 * The guest gets no default route.
 */
export async function layLink(space: Namespace, id: string, folder: string): Promise<Link> {
  const name = `lab-${id}`
  const networkNamespace = `${folder}/network`
  await space.must(['sh', '-c', ': >"$1" && unshare --net="$1" true', 'sh', networkNamespace])
  const inGuest = (...ip: string[]) => space.must(['nsenter', `--net=${networkNamespace}`, '--', 'ip', ...ip])
  return await withLock('links', async () => {
    const block = await freeBlock()
    const runnerAddress = `169.254.${block.third}.${block.fourth + 1}`
    const guestAddress = `169.254.${block.third}.${block.fourth + 2}`
    // Process 1, as the lab counts, stays in this machine's network.
    await inGuest('link', 'add', 'host0', 'type', 'veth', 'peer', 'name', name, 'netns', '1')
    await inGuest('address', 'add', `${guestAddress}/30`, 'dev', 'host0')
    await inGuest('link', 'set', 'lo', 'up')
    await inGuest('link', 'set', 'host0', 'up')
    await must(['ip', 'address', 'add', `${runnerAddress}/30`, 'dev', name])
    await must(['ip', 'link', 'set', name, 'up'])
    return { name, runnerAddress, guestAddress, networkNamespace }
  })
}

/** A /30 that no interface and no route of this machine uses; never 169.254.169.0/24, where clouds keep their metadata. */
async function freeBlock(): Promise<{ third: number; fourth: number }> {
  const routes = await must(['ip', '-4', 'route', 'show', 'table', 'all'])
  for (;;) {
    const third = randomInt(1, 255)
    const fourth = randomInt(0, 64) * 4
    if (third !== 169 && !routes.includes(`169.254.${third}.${fourth}/30`)) return { third, fourth }
  }
}

import { existsSync } from 'node:fs'
import { readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDirectory, removeTree, withLock } from './cache.ts'
import { removeGroups } from './cgroup.ts'
import { run } from './command.ts'
import { removeNodeGroups } from './kubernetes/groups.ts'

/** Removes what labs that died left on the disk. Their processes, mounts and links went with them. */
export async function sweepDeadLabs(): Promise<void> {
  const labs = join(cacheDirectory(), 'labs')
  const dead = await withLock('labs', async () => {
    const found: string[] = []
    for (const id of existsSync(labs) ? await readdir(labs) : []) {
      if (id.endsWith('.dead')) found.push(id)
      else if (!(await lives(join(labs, id)))) {
        await rename(join(labs, id), join(labs, `${id}.dead`))
        found.push(`${id}.dead`)
      }
    }
    return found
  })
  for (const name of dead) {
    const id = name.replace(/\.dead$/, '')
    await removeGroups(id)
    await removeNodeGroups(id, join(labs, name))
    await removeTree(join(labs, name))
  }
}

/** All processes of a lab hold its file `alive` locked. */
async function lives(folder: string): Promise<boolean> {
  return (await run(['flock', '--nonblock', join(folder, 'alive'), 'true'])).code !== 0
}

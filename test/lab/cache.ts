import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, stat, utimes } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { must } from './command.ts'

/** Where everything that takes long to make is kept between runs: `$LAB_CACHE`, or a folder in the user's cache. */
export function cacheDirectory(): string {
  const caches = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  return resolve(process.env.LAB_CACHE || join(caches, 'litellm-gitops-lab'))
}

/** Name of some content: 16 hex digits of the SHA-256 over all parts in their order. */
export function contentHash(...parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(`${part.length}:`).update(part)
  return hash.digest('hex').slice(0, 16)
}

/**
 * Does `work` while holding the machine-wide lock `name`; others wait.
 *
 * The lock is the kernel's, held by a child that lives as long as our end of its pipe: it falls whatever way we die.
 */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  const folder = join(cacheDirectory(), 'locks')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const holder = spawn('flock', [join(folder, name), 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  })
  const ended = new Promise<void>((resolve) => holder.once('close', () => resolve()))
  await new Promise<void>((resolve, reject) => {
    holder.once('error', reject)
    holder.once('close', (code) =>
      reject(new Error(`the lock ${name} could not be taken (flock ended with ${code})`)),
    )
    holder.stdout.once('data', () => resolve())
  })
  try {
    return await work()
  } finally {
    holder.stdin.end()
    await ended
  }
}

export interface PartRecipe {
  /** What it is: `rootfs`, `snapshot-…`. The word before the first hyphen names its family, of which old parts go. */
  readonly kind: string
  /** Everything that the content follows from. */
  readonly hash: string
  /** Fills the empty folder it is given. */
  readonly build: (folder: string) => Promise<void>
}

/** Answers the folder of a part, making it first when no earlier run did. Holds: a folder under its final name is complete. */
export async function cachedPart(recipe: PartRecipe): Promise<string> {
  const name = `${recipe.kind}-${recipe.hash}`
  const folder = join(cacheDirectory(), 'parts', name)
  if (!existsSync(folder)) {
    await withLock(name, async () => {
      if (existsSync(folder)) return
      const partial = `${folder}.partial`
      await removeTree(partial)
      await mkdir(partial, { recursive: true, mode: 0o755 })
      await recipe.build(partial)
      await rename(partial, folder)
      await removeOldParts(recipe.kind.split('-')[0] ?? recipe.kind)
    })
  }
  const now = new Date()
  await utimes(folder, now, now)
  return folder
}

const keptOfFamily = 6
const spared = 10 * 60_000

/**
 * Keeps the six parts of a family (`snapshot`, `rootfs`, …) that were used last, and removes the others, unless they were used in
 * the last ten minutes or a lab stands on them.
 */
async function removeOldParts(family: string): Promise<void> {
  await withLock('parts', async () => {
    const parts = join(cacheDirectory(), 'parts')
    const inUse = await partsInUse()
    const found: { name: string; usedAt: number }[] = []
    for (const name of await readdir(parts)) {
      if (!name.startsWith(`${family}-`)) continue
      if (name.endsWith('.old')) await removeTree(join(parts, name))
      else found.push({ name, usedAt: (await stat(join(parts, name))).mtimeMs })
    }
    found.sort((one, other) => other.usedAt - one.usedAt)
    for (const { name, usedAt } of found.slice(keptOfFamily)) {
      if (inUse.has(name) || Date.now() - usedAt < spared) continue
      // First out of its final name, which says that it is complete.
      await rename(join(parts, name), join(parts, `${name}.old`))
      await removeTree(join(parts, `${name}.old`))
    }
  })
}

async function partsInUse(): Promise<Set<string>> {
  const labs = join(cacheDirectory(), 'labs')
  const used = new Set<string>()
  for (const id of existsSync(labs) ? await readdir(labs) : []) {
    const list = await readFile(join(labs, id, 'uses'), 'utf8').catch(() => '')
    for (const [, name] of list.matchAll(/\/parts\/([^/\n]+)/g)) if (name !== undefined) used.add(name)
  }
  return used
}

/** Removes a folder and all below it. `rm` does a tree of 60,000 files in half the time that Node's own takes. */
export async function removeTree(folder: string): Promise<void> {
  await must(['rm', '-rf', '--one-file-system', '--', folder])
}

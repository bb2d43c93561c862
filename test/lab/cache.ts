import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
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
  /** What it is: `rootfs`, `snapshot-…`. Parts of one kind replace each other as their content changes. */
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
      await removeUnused(recipe.kind, name)
    })
  }
  const now = new Date()
  await utimes(folder, now, now)
  return folder
}

const unusedFor = 6 * 3_600_000

/** Older content of the same kind goes when nobody used it for six hours, unless a lab that still runs stands on it. */
async function removeUnused(kind: string, keep: string): Promise<void> {
  const parts = join(cacheDirectory(), 'parts')
  const inUse = await partsInUse()
  for (const name of await readdir(parts)) {
    const sameKind =
      name.startsWith(`${kind}-`) && /^[0-9a-f]{16}(\.partial)?$/.test(name.slice(kind.length + 1))
    if (!sameKind || name === keep || inUse.has(name)) continue
    const { mtimeMs } = await stat(join(parts, name))
    if (Date.now() - mtimeMs > unusedFor) await removeTree(join(parts, name))
  }
}

async function partsInUse(): Promise<Set<string>> {
  const labs = join(cacheDirectory(), 'labs')
  const used = new Set<string>()
  for (const id of existsSync(labs) ? await readdir(labs) : []) {
    const list = await readFile(join(labs, id, 'uses'), 'utf8').catch(() => '')
    for (const path of list.split('\n')) used.add(path.slice(path.lastIndexOf('/') + 1))
  }
  return used
}

/** Removes a folder and all below it. `rm` does a tree of 60,000 files in half the time that Node's own takes. */
export async function removeTree(folder: string): Promise<void> {
  if (process.platform === 'linux') await must(['rm', '-rf', '--one-file-system', '--', folder])
  else await rm(folder, { recursive: true, force: true })
}

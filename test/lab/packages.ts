import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, readFile, readlink, rename, rm, stat, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { cacheDirectory, cachedPart, withLock } from './cache.ts'
import { must } from './command.ts'

// Packages that labs fetched, as apt-cacher-ng stores them. A generation is never written to while a lab may stand on it:
// a lab that ends adds what it fetched to a new one, made of links to the old.

const kind = 'apt'
const current = () => join(cacheDirectory(), 'apt-current')

/** The newest generation of fetched packages. */
export async function fetchedPackages(): Promise<string> {
  return await withLock('apt', async () => {
    const named = await newest()
    return named ?? (await newGeneration(async () => undefined))
  })
}

/** Keeps what the ended lab in `folder` fetched for the labs to come. */
export async function keepPackages(folder: string): Promise<void> {
  const upper = join(folder, 'apt/upper')
  const fetched = existsSync(upper) ? await completeFiles(upper, '') : []
  if (fetched.length === 0) return
  await withLock('apt', async () => {
    const before = await newest()
    await newGeneration(async (generation) => {
      if (before !== undefined) await must(['cp', '-al', '--', `${before}/.`, generation])
      for (const path of fetched) {
        await mkdir(join(generation, dirname(path)), { recursive: true })
        await rm(join(generation, path), { force: true })
        await copyFile(join(upper, path), join(generation, path))
      }
    })
  })
}

async function newest(): Promise<string | undefined> {
  const folder = await readlink(current()).catch(() => undefined)
  return folder !== undefined && existsSync(folder) ? folder : undefined
}

async function newGeneration(fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = await cachedPart({ kind, hash: randomBytes(8).toString('hex'), build: fill })
  await rm(`${current()}.new`, { force: true })
  await symlink(folder, `${current()}.new`)
  await rename(`${current()}.new`, current())
  return folder
}

/** Files below `root` that arrived whole: beside each lies the head of the answer, whose length must be the file's. */
async function completeFiles(root: string, folder: string): Promise<string[]> {
  const complete: string[] = []
  for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) complete.push(...(await completeFiles(root, path)))
    else if (entry.isFile() && !path.endsWith('.head') && (await arrivedWhole(join(root, path)))) {
      complete.push(path, `${path}.head`)
    }
  }
  return complete
}

async function arrivedWhole(file: string): Promise<boolean> {
  const head = await readFile(`${file}.head`, 'latin1').catch(() => '')
  const length = /^content-length:\s*(\d+)\s*$/im.exec(head)?.[1]
  return length !== undefined && (await stat(file)).size === Number(length)
}

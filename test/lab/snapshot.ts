import { mkdir, readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { must } from './command.ts'
import { containersFolder, writtenFolder } from './guest.ts'

// A snapshot is the disk of a host that was shut down: `written/`, a layer of its root file system, and `containers/`,
// podman's storage. Starting from one copies neither: the layer is stood upon, and image layers are linked.

/** Moves the disk of the ended lab in `folder` into the snapshot folder `snapshot`. */
export async function takeSnapshot(folder: string, snapshot: string): Promise<void> {
  await rename(writtenFolder(folder), join(snapshot, 'written'))
  await rename(containersFolder(folder), join(snapshot, 'containers'))
}

export const snapshotLayer = (snapshot: string) => join(snapshot, 'written')

/**
 * Gives the lab in `folder` the podman storage of a snapshot.
 *
 * Layers of images are never written to, so their files are shared by hard links; all else (podman's books, volumes, layers of
 * containers) is copied.
 */
export async function restoreContainers(snapshot: string, folder: string): Promise<void> {
  const source = join(snapshot, 'containers')
  const target = containersFolder(folder)
  const layers = 'storage/overlay'
  await mkdir(join(target, layers), { recursive: true, mode: 0o700 })
  const entries = await readdir(join(source, layers), { withFileTypes: true }).catch(() => [])
  if (entries.length === 0) return void (await must(['cp', '-a', '--', `${source}/.`, target]))
  const ofContainers = await layersOfContainers(source)
  const shared = entries.filter((entry) => /^[0-9a-f]{64}$/.test(entry.name) && !ofContainers.has(entry.name))
  const inLayers = (names: readonly string[]) => names.map((name) => join(source, layers, name))
  const copied = entries.filter((entry) => !shared.includes(entry)).map((entry) => entry.name)
  const linked = shared.map((entry) => entry.name)
  if (linked.length > 0) await must(['cp', '-al', '-t', join(target, layers), '--', ...inLayers(linked)])
  if (copied.length > 0) await must(['cp', '-a', '-t', join(target, layers), '--', ...inLayers(copied)])
  await copyBeside(source, target, ['storage'])
  await copyBeside(join(source, 'storage'), join(target, 'storage'), ['overlay'])
}

async function copyBeside(source: string, target: string, except: readonly string[]): Promise<void> {
  const names = (await readdir(source)).filter((name) => !except.includes(name))
  if (names.length > 0)
    await must(['cp', '-a', '-t', target, '--', ...names.map((name) => join(source, name))])
}

async function layersOfContainers(source: string): Promise<Set<string>> {
  const book = await readFile(join(source, 'storage/overlay-containers/containers.json'), 'utf8').catch(
    () => '[]',
  )
  const containers = JSON.parse(book) as readonly { readonly layer?: string }[]
  return new Set(containers.map((container) => container.layer ?? ''))
}

import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDirectory, cachedPart, contentHash, removeTree, withLock } from './cache.ts'
import { removeGroups } from './cgroup.ts'
import { bootGuest, type ExecOptions, type Guest, mountRoot } from './guest.ts'
import { giveIdentity } from './identity.ts'
import { buildImage, type ImageChoice, imageTools, type LabImage } from './image/build.ts'
import { layLink } from './link.ts'
import { type Namespace, openNamespace } from './namespace.ts'
import { fetchedPackages, keepPackages } from './packages.ts'
import { type RootFilesystem, rootFilesystem } from './rootfs.ts'
import { ports, startServices } from './services.ts'
import { restoreContainers, snapshotLayer, takeSnapshot } from './snapshot.ts'
import { sweepDeadLabs } from './sweep.ts'
import { ensureTools, labTools } from './tools.ts'
import { connectUpstream, type Upstream } from './upstream/upstream.ts'

export interface LabHost {
  readonly address: string
  readonly port: number
  readonly user: 'debian'
  /** `ssh-ed25519 AAAA…`, read from the guest's disk. */
  readonly hostKey: string
  readonly privateKeyFile: string
  readonly privateKey: string
}

/** A Debian 13 host of its own, with package proxy, image registry and LLM upstream on our side of its one link. */
export interface Lab {
  readonly id: string
  /** Scratch folder, 0700, removed at the end. */
  readonly dir: string
  readonly host: LabHost
  /** Our side of the link as the guest sees it. */
  readonly runnerAddress: string
  /** `registry.lab:5000/berriai/litellm-database@sha256:…`, as the guest pulls it. */
  readonly image: string
  /** Those of `LabOptions.images`, in their order; the first is `image`. */
  readonly images: readonly string[]
  readonly upstream: Upstream
  /** Runs `command` by bash as root in the guest, not through SSH. Rejects when `timeoutMs` passes. */
  exec(command: string, options?: ExecOptions): Promise<{ code: number; stdout: string; stderr: string }>
  /** Ends everything that the lab started, at once and without shutting the guest down. May be called again. */
  stop(): Promise<void>
}

export interface LabOptions {
  /**
   * Boot from a snapshot of a host that `prepare` was run on; made on first use, found again by `key`, base system and image.
   * Nothing of `prepare` itself is looked at: `key` must change with what it does.
   */
  readonly prepared?: { readonly key: string; readonly prepare: (lab: Lab) => Promise<void> }
  /** The images that the registry has; the lab's own, unless told otherwise. */
  readonly images?: readonly ImageChoice[]
  /** Told what is being made when a start takes longer because some part is not there yet. */
  readonly log?: (line: string) => void
}

interface Parts {
  readonly root: RootFilesystem
  readonly images: readonly LabImage[]
  readonly snapshot?: string
}

/** What every lab stands on: its tools, its system and images of LiteLLM, each made where it is not there yet. */
export async function commonParts(
  log: (line: string) => void = () => undefined,
  choices: readonly ImageChoice[] = [{}],
): Promise<Omit<Parts, 'snapshot'>> {
  await ensureTools([...new Set([...labTools, ...imageTools])])
  await sweepDeadLabs()
  const [root, images] = await Promise.all([rootFilesystem(), built(choices, log)])
  return { root, images }
}

/** One after the other, as each takes both cores. */
async function built(choices: readonly ImageChoice[], log: (line: string) => void): Promise<LabImage[]> {
  const images: LabImage[] = []
  for (const choice of choices) images.push(await buildImage(choice, log))
  return images
}

/** Starts a lab, making first whatever part of it is not in the cache. Rejects with `MachineError` when the machine cannot carry one. */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const log = options.log ?? (() => undefined)
  const { root, images } = await commonParts(log, options.images)
  if (options.prepared === undefined) return (await boot({ root, images })).lab

  const { key, prepare } = options.prepared
  const snapshot = await cachedPart({
    kind: `snapshot-${key.replace(/[^\w.]+/g, '_')}`,
    hash: contentHash(key, root.hash, ...images.map(({ digest }) => digest)),
    build: async (folder) => {
      log(`preparing the snapshot ${key}`)
      const first = await boot({ root, images })
      try {
        await prepare(first.lab)
        await first.guest.powerOff()
        await first.space.close()
        await takeSnapshot(first.lab.dir, folder)
      } finally {
        await first.lab.stop()
      }
    },
  })
  return (await boot({ root, images, snapshot })).lab
}

interface Booted {
  readonly lab: Lab
  readonly guest: Guest
  readonly space: Namespace
}

async function boot(parts: Parts): Promise<Booted> {
  const id = randomBytes(4).toString('hex')
  const folder = join(cacheDirectory(), 'labs', id)
  const aptCache = await fetchedPackages()
  // Under the lock that the sweep takes too: from its first moment on, a lab's folder has a living holder.
  const space = await withLock('labs', async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const stands = [parts.root.folder, parts.snapshot, aptCache].filter((path) => path !== undefined)
    await writeFile(join(folder, 'uses'), `${stands.join('\n')}\n`)
    return await openNamespace(join(folder, 'alive'))
  })
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= (async () => {
      await space.close()
      await removeGroups(id)
      await keepPackages(folder)
      await removeTree(folder)
    })()
    return stopped
  }
  try {
    const link = await layLink(space, id, folder)
    const layers = parts.snapshot === undefined ? [] : [snapshotLayer(parts.snapshot)]
    const guestOptions = { id, space, link, folder, layers: [...layers, parts.root.folder] }
    const services = startServices({
      space,
      address: link.runnerAddress,
      folder,
      aptCache,
      registries: [...new Set(parts.images.map(({ registryDir }) => registryDir))],
    })
    const makeGuest = async () => {
      if (parts.snapshot !== undefined) await restoreContainers(parts.snapshot, folder)
      const root = await mountRoot(guestOptions)
      const identity = await giveIdentity(root, folder, link.runnerAddress)
      const guest = await bootGuest(guestOptions)
      await guest.reachable()
      return { identity, guest }
    }
    const [{ identity, guest }] = await Promise.all([makeGuest(), services])
    const images = parts.images.map(
      ({ repository, digest }) => `registry.lab:${ports.registry}/${repository}@${digest}`,
    )
    const lab: Lab = {
      id,
      dir: folder,
      host: { address: link.guestAddress, port: 22, user: 'debian', ...identity },
      runnerAddress: link.runnerAddress,
      image: images[0] ?? '',
      images,
      upstream: connectUpstream(`http://${link.runnerAddress}:${ports.upstream}`),
      exec: guest.exec,
      stop,
    }
    guests.set(lab, guest)
    return { lab, guest, space }
  } catch (error) {
    await stop()
    throw error
  }
}

const guests = new WeakMap<Lab, Guest>()

/** The guest's process 1 as this machine counts; for measurements from outside. */
export async function leaderOf(lab: Lab): Promise<number> {
  const guest = guests.get(lab)
  if (guest === undefined) throw new Error('no lab that startLab made')
  return await guest.leader()
}

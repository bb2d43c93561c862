import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDirectory, removeTree, withLock } from '../cache.ts'
import { run } from '../command.ts'
import { buildImage, type ImageChoice, imageTools, type LabImage } from '../image/build.ts'
import { layLink } from '../link.ts'
import { type Namespace, openNamespace } from '../namespace.ts'
import { ports, startRegistry, startUpstream } from '../services.ts'
import { sweepDeadLabs } from '../sweep.ts'
import { ensureTools, labTools } from '../tools.ts'
import { connectUpstream, type Upstream } from '../upstream/upstream.ts'
import { until } from '../waiting.ts'
import { makeCredentials } from './authority.ts'
import { installOperator, startObjectStore } from './cloudnative-pg.ts'
import { hierarchies, removeNodeGroups } from './groups.ts'
import { clusterImages, databaseImage, operatorImage } from './images.ts'
import { applyManifest, type Kubectl, kubectlOf, succeeds } from './kubectl.ts'
import { layNodeNetwork } from './network.ts'
import { startNode } from './node.ts'
import { nodeRoot } from './node-root.ts'
import { clusterPrograms, databasePrograms, storagePrograms } from './programs.ts'

/** A Kubernetes cluster of its own, every component the real one, with image registry and LLM upstream on our side of its one link. */
export interface Cluster {
  readonly id: string
  /** Scratch folder, 0700, removed at the end; each node's logs are in `node<number>/log/`. */
  readonly dir: string
  /** Of the administrator, as a file. */
  readonly kubeconfig: string
  /** Where this machine reaches the API server (port 6443) and the ports of Services of the type NodePort. */
  readonly address: string
  /** Our side of the link as nodes and pods see it; they also know it as `registry.lab`, `upstream.lab`, `s3.lab` and `ollama.mgmt.internal`. */
  readonly runnerAddress: string
  /** `registry.lab:5000/berriai/litellm-database@sha256:…`, one for each of `ClusterOptions.images`. */
  readonly images: readonly string[]
  readonly upstream: Upstream
  readonly kubectl: Kubectl
  /**
   * Applies a file of `manifests/`: `database` is PostgreSQL on a volume, `db.default.svc`; `postgresql` is two instances by CloudNativePG,
   * `postgresql-rw.default.svc`, and a first backup of them.
   */
  apply(manifest: 'database' | 'postgresql'): Promise<void>
  /** Ends everything that the cluster started. May be called again. */
  stop(): Promise<void>
}

export interface ClusterOptions {
  /** One, unless told otherwise: control plane and pods on the same. */
  readonly nodes?: 1 | 2
  /** Also CloudNativePG's operator, and an S3 server for its backups (`manifests/postgresql.yaml` has its key). */
  readonly cloudNativePg?: boolean
  /** The LiteLLM images that the registry has; the lab's own, unless told otherwise. */
  readonly images?: readonly ImageChoice[]
  /** Told what is being made when a start takes longer because some part is not there yet. */
  readonly log?: (line: string) => void
}

const clusterTools = ['openssl', 'zstd']

/**
 * What every cluster stands on, each part made where it is not there yet. The programs take by far the longest ({@link clusterPrograms}).
 * Rejects with `MachineError` when the machine cannot carry a cluster.
 */
export async function clusterParts(options: Omit<ClusterOptions, 'nodes'> = {}) {
  await hierarchies()
  await ensureTools([...new Set([...labTools, ...imageTools, ...clusterTools])])
  await sweepDeadLabs()
  // One after the other: each of them takes a core or the network for itself.
  const programs = await clusterPrograms(options.log)
  const operator = options.cloudNativePg ? await operatorParts(options.log) : undefined
  const root = await nodeRoot()
  const litellm: LabImage[] = []
  for (const choice of options.images ?? [{}]) litellm.push(await buildImage(choice, options.log))
  const registries = new Set([
    ...litellm.map(({ registryDir }) => registryDir),
    ...(await clusterImages({ programs, root })),
    ...(await databaseImage()),
    ...(operator?.registries ?? []),
  ])
  return { programs, root, operator, litellm, registries: [...registries] }
}

type Parts = Awaited<ReturnType<typeof clusterParts>>

async function operatorParts(log: ClusterOptions['log']) {
  const [storage, programs] = [await storagePrograms(log), await databasePrograms(log)]
  return { storage, programs, registries: await operatorImage(programs) }
}

/** Starts a cluster and answers when its nodes are ready, names resolve and volumes can be had. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { nodes = 1 } = options
  const parts = await clusterParts(options)
  const id = randomBytes(4).toString('hex')
  const folder = join(cacheDirectory(), 'labs', id)
  const space = await openLab(folder, [parts.programs, parts.root, ...parts.registries])
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= (async () => {
      await space.close()
      // The kernel takes away a network some time after its last process, and our end of the link only then.
      await run(['ip', 'link', 'delete', `lab-${id}`])
      await removeNodeGroups(id, folder)
      await removeTree(folder)
    })()
    return stopped
  }
  try {
    const cluster = await boot({ id, folder, space, parts, nodes, stop })
    await ready(cluster, nodes)
    if (parts.operator !== undefined) await installOperator(cluster.kubectl, parts.operator.programs)
    return cluster
  } catch (error) {
    const told = await lastWords(folder, nodes)
    await stop()
    throw new Error(`The cluster did not come up.${told}`, { cause: error })
  }
}

interface BootOptions extends Pick<Cluster, 'id' | 'stop'> {
  /** The lab's scratch folder. */
  readonly folder: string
  readonly space: Namespace
  readonly parts: Parts
  readonly nodes: number
}

/** Starts nodes and services. Answers at once; {@link ready} waits for them. */
async function boot({ id, folder, space, parts, nodes, stop }: BootOptions): Promise<Cluster> {
  const { programs, root, operator, registries } = parts
  const link = await layLink(space, id, folder)
  const { runnerAddress, guestAddress: address } = link
  const [networks, { node, kubeconfig }] = await Promise.all([
    layNodeNetwork({ space, link, folder, nodes }),
    makeCredentials({ folder: join(folder, 'credentials'), nodes, address }),
    startRegistry({ space, address: runnerAddress, folder, registries }),
    startUpstream({ space, address: runnerAddress }),
    operator && startObjectStore({ space, folder, address: runnerAddress, programs: operator.storage }),
  ])
  for (const [place, network] of networks.entries()) {
    const number = place + 1
    const credentials = node(number)
    await startNode({ number, id, space, folder, network, runnerAddress, root, programs, credentials })
  }
  const kubectl = kubectlOf(programs, kubeconfig, folder)
  const registry = `registry.lab:${ports.registry}`
  return {
    id,
    dir: folder,
    kubeconfig,
    address,
    runnerAddress,
    images: parts.litellm.map(({ repository, digest }) => `${registry}/${repository}@${digest}`),
    upstream: connectUpstream(`http://${runnerAddress}:${ports.upstream}`),
    kubectl,
    apply: (manifest) => applyManifest(kubectl, manifest),
    stop,
  }
}

/** From its first moment on, a lab's folder has a living holder: made under the lock that the sweep takes too. */
async function openLab(folder: string, parts: readonly string[]): Promise<Namespace> {
  return await withLock('labs', async () => {
    await mkdir(join(folder, 'logs'), { recursive: true, mode: 0o700 })
    await writeFile(join(folder, 'uses'), `${parts.join('\n')}\n`)
    return await openNamespace(join(folder, 'alive'))
  })
}

async function ready({ kubectl, runnerAddress }: Cluster, nodes: number): Promise<void> {
  const answers = (...args: string[]) => succeeds(kubectl, args)
  await until('The API server did not answer', () => answers('get', '--raw', '/readyz'), { withinMs: 90_000 })
  for (let number = 1; number <= nodes; number++)
    await until(`node${number} did not come`, () => answers('get', 'node', `node${number}`), {
      withinMs: 60_000,
    })
  await kubectl(['wait', '--for=condition=Ready', 'node', '--all', '--timeout=90s'])
  await kubectl(['apply', '--server-side', '--filename', '-'], {
    stdin: JSON.stringify(hostNames(runnerAddress)),
  })
  for (const name of ['names', 'volumes']) await applyManifest(kubectl, name)
  for (const name of ['coredns', 'local-path-provisioner'])
    await kubectl(['--namespace=kube-system', 'rollout', 'status', `deployment/${name}`, '--timeout=120s'])
}

/** What the lab's machine is called in pods. */
const hostNames = (address: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'lab-hosts', namespace: 'kube-system' },
  data: { hosts: `${address} registry.lab upstream.lab ollama.mgmt.internal github.lab s3.lab\n` },
})

/** The end of what each node's programs wrote. */
async function lastWords(folder: string, nodes: number): Promise<string> {
  const logs = [
    'console.log',
    ...['kube-apiserver', 'containerd', 'kubelet'].map((name) => `log/${name}.log`),
  ]
  let said = ''
  for (let number = 1; number <= nodes; number++)
    for (const log of logs) {
      const text = await readFile(join(folder, `node${number}`, log), 'utf8').catch(() => '')
      if (text.trim() !== '')
        said += `\nnode${number} ${log}:\n${text.trim().split('\n').slice(-8).join('\n')}`
    }
  return said
}

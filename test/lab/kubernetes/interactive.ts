import { join } from 'node:path'
import { untilAskedToEnd } from '../interactive.ts'
import { type Cluster, startCluster } from './cluster.ts'
import { clusterPrograms } from './programs.ts'

/** Starts a cluster for a developer, says how to reach it, and ends it on Ctrl-C or SIGTERM. */
export async function runInteractiveCluster(args: readonly string[]): Promise<void> {
  const nodes = nodesOf(args)
  console.log(
    'Starting a cluster; the first time on a machine its programs are compiled, half an hour or so.',
  )
  const cluster = await startCluster({ nodes, log: console.log })
  try {
    const asked = untilAskedToEnd()
    for (const line of directions(cluster, await clusterPrograms())) console.log(line)
    await asked
  } finally {
    await cluster.stop()
  }
}

/** @throws Error for anything but nothing, `1` or `2` */
function nodesOf(args: readonly string[]): 1 | 2 {
  const [nodes = '1', ...more] = args
  if (more.length === 0 && nodes === '1') return 1
  if (more.length === 0 && nodes === '2') return 2
  throw new Error(`"${args.join(' ')}" is no number of nodes: npm run lab -- kubernetes [1|2]`)
}

function directions(cluster: Cluster, programs: string): string[] {
  return [
    '',
    `kubectl   export KUBECONFIG=${cluster.kubeconfig} PATH=${programs}:$PATH`,
    `API       https://${cluster.address}:6443`,
    `Services  http://${cluster.address}:PORT, those of the type NodePort`,
    `Database  kubectl apply --server-side -f ${join(import.meta.dirname, 'manifests/database.yaml')}`,
    `Image     ${cluster.images.join(', ')}`,
    `Upstream  http://upstream.lab:8099 and, as Ollama, http://ollama.mgmt.internal:11434, both for pods`,
    `Logs      ${cluster.dir}/node1/log`,
    '',
    'Ctrl-C ends the cluster and all that belongs to it.',
  ]
}

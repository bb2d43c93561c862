import { join } from 'node:path'
import { cachedPart, contentHash } from '../cache.ts'
import { debianRoot } from './debian.ts'

/** What a node has from Debian: all but Kubernetes itself. The last two become images: the first process of a pod, and a shell. */
const packages = [
  'ca-certificates',
  'conntrack',
  'containerd',
  'containernetworking-plugins',
  'etcd-server',
  'iproute2',
  'mount',
  'nftables',
  'procps',
  'runc',
  'catatonit',
  'busybox-static',
]

/** The root of a Kubernetes node, Debian 13. Read-only: nodes write to a layer above it. */
export async function nodeRoot(): Promise<string> {
  const part = await cachedPart({
    kind: 'kubernetes_node',
    hash: contentHash('trixie', ...packages),
    build: async (folder) => debianRoot({ root: join(folder, 'root'), folder, packages }),
  })
  return join(part, 'root')
}

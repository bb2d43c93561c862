import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cachedPart, contentHash } from './cache.ts'
import { machineMirror } from './mirror.ts'
import { openNamespace } from './namespace.ts'

/** What a Debian cloud image brings, as far as a product could lean on it. Everything else is the product's to install. */
const packages = [
  'systemd',
  'systemd-sysv',
  'libpam-systemd',
  'dbus',
  'openssh-server',
  'sudo',
  'python3',
  'ca-certificates',
  'iproute2',
  'netbase',
  'procps',
  'tzdata',
]

const setup = join(import.meta.dirname, 'files/rootfs.sh')
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'

export interface RootFilesystem {
  readonly folder: string
  readonly hash: string
}

/** The root of a fresh Debian 13 host, made by mmdebstrap on first use. Read-only from then on: guests write to a layer above it. */
export async function rootFilesystem(): Promise<RootFilesystem> {
  const hash = contentHash('trixie', ...packages, await readFile(setup))
  const folder = await cachedPart({ kind: 'rootfs', hash, build: debootstrap })
  return { folder: join(folder, 'root'), hash }
}

async function debootstrap(folder: string): Promise<void> {
  const mirror = await machineMirror()
  const source = (address: string, suite: string) => `deb [signed-by=${keyring}] ${address} ${suite} main`
  // In a namespace, for mmdebstrap mounts and starts much: nothing of that stays when we are killed half way.
  const space = await openNamespace(join(folder, 'building'))
  try {
    await space.must([
      'mmdebstrap',
      '--mode=root',
      '--variant=minbase',
      `--include=${packages.join(',')}`,
      '--aptopt=Acquire::Languages "none"',
      ...(mirror.proxy === undefined ? [] : [`--aptopt=Acquire::http::Proxy "${mirror.proxy}"`]),
      '--dpkgopt=path-exclude=/usr/share/man/*',
      '--dpkgopt=path-exclude=/usr/share/doc/*',
      '--dpkgopt=path-include=/usr/share/doc/*/copyright',
      `--customize-hook=sh ${setup} "$1"`,
      'trixie',
      join(folder, 'root'),
      source(mirror.archive, 'trixie'),
      source(mirror.archive, 'trixie-updates'),
      source(mirror.security, 'trixie-security'),
    ])
  } finally {
    await space.close()
  }
}

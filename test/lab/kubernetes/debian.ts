import { join } from 'node:path'
import { machineMirror } from '../mirror.ts'
import { openNamespace } from '../namespace.ts'

export interface DebianOptions {
  /** Where the file system is made: a folder that is not there yet. */
  readonly root: string
  /** Scratch folder of whoever makes it. */
  readonly folder: string
  readonly packages: readonly string[]
  /** Shell command that mmdebstrap runs at the end with the root as `$1`. */
  readonly finish?: string
}

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'

/** A Debian 13 root file system by mmdebstrap, without manuals and translations. */
export async function debianRoot({ root, folder, packages, finish }: DebianOptions): Promise<void> {
  const mirror = await machineMirror()
  const source = (address: string, suite: string) => `deb [signed-by=${keyring}] ${address} ${suite} main`
  // mmdebstrap mounts and starts much: nothing of that stays when we are killed halfway.
  const space = await openNamespace(join(folder, 'building'))
  try {
    await space.must([
      'mmdebstrap',
      '--mode=root',
      '--variant=minbase',
      `--include=${packages.join(',')}`,
      '--aptopt=Acquire::Languages "none"',
      '--aptopt=APT::Install-Recommends "false"',
      ...(mirror.proxy === undefined ? [] : [`--aptopt=Acquire::http::Proxy "${mirror.proxy}"`]),
      ...['man', 'doc', 'locale'].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`),
      '--dpkgopt=path-include=/usr/share/doc/*/copyright',
      ...(finish === undefined ? [] : [`--customize-hook=${finish}`]),
      '--customize-hook=rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*',
      'trixie',
      root,
      source(mirror.archive, 'trixie'),
      source(mirror.archive, 'trixie-updates'),
      source(mirror.security, 'trixie-security'),
    ])
  } finally {
    await space.close()
  }
}

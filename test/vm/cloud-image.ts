import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { cachedPart, contentHash } from '../lab/cache.ts'
import type { must } from '../lab/command.ts'
import { machineMirror } from '../lab/mirror.ts'
import { openNamespace } from '../lab/namespace.ts'
import { ensureTools } from '../lab/tools.ts'

/** What Debian's own cloud image brings, as far as a first boot needs it. */
const PACKAGES = [
  'systemd-sysv',
  'libpam-systemd',
  'dbus',
  'udev',
  'linux-image-cloud-amd64',
  'initramfs-tools',
  'cloud-init',
  'cloud-guest-utils',
  'fdisk',
  'e2fsprogs',
  'netplan.io',
  'systemd-resolved',
  'openssh-server',
  'sudo',
  'python3',
  'ca-certificates',
  'iproute2',
  'netbase',
  'tzdata',
]
const TOOLS = [
  'debian-archive-keyring',
  'mmdebstrap',
  'util-linux',
  'e2fsprogs',
  'fdisk',
  'dosfstools',
  'mtools',
  'qemu-utils',
  'syslinux',
]
const MIB = 1024 ** 2
const SECTOR = 512
/** Of the parts of the disk: what lies before the first, the boot part, the system. */
const GAP_MIB = 1
const BOOT_MIB = 100
const SYSTEM_MIB = 1400
const setup = join(import.meta.dirname, 'cloud-image.sh')
const SYSLINUX = `DEFAULT linux
LABEL linux
  LINUX vmlinuz
  INITRD initrd.img
  APPEND root=LABEL=system ro console=ttyS0 quiet net.ifnames=0
`

export interface CloudImage {
  readonly folder: string
  readonly file: string
  readonly sha256: string
}

/** A Debian 13 cloud image, qcow2, that boots from its disk by a BIOS and asks cloud-init who it is. Made on first use, and kept. */
export async function cloudImage(): Promise<CloudImage> {
  await ensureTools(TOOLS)
  const self = await readFile(import.meta.filename)
  const folder = await cachedPart({
    kind: 'cloudimage',
    hash: contentHash(self, await readFile(setup)),
    build,
  })
  const digest = createHash('sha256')
  await pipeline(createReadStream(join(folder, 'disk.qcow2')), digest)
  return { folder, file: 'disk.qcow2', sha256: digest.digest('hex') }
}

async function build(folder: string): Promise<void> {
  const mirror = await machineMirror()
  const root = join(folder, 'root')
  const disk = join(folder, 'disk.raw')
  const source = (address: string, suite: string) => `deb ${address} ${suite} main`
  const space = await openNamespace(join(folder, 'building'))
  try {
    await space.must([
      ...(['mmdebstrap', '--mode=root', '--variant=minbase', `--include=${PACKAGES.join(',')}`] as const),
      '--aptopt=Acquire::Languages "none"',
      ...(mirror.proxy === undefined ? [] : [`--aptopt=Acquire::http::Proxy "${mirror.proxy}"`]),
      '--dpkgopt=path-exclude=/usr/share/man/*',
      '--dpkgopt=path-exclude=/usr/share/doc/*',
      '--dpkgopt=path-exclude=/usr/share/locale/*',
      `--customize-hook=sh ${setup} "$1"`,
      'trixie',
      root,
      source(mirror.archive, 'trixie'),
      source(mirror.security, 'trixie-security'),
    ])
    await layOut(space.must, { folder, root, disk })
  } finally {
    await space.close()
  }
  for (const path of [root, disk, join(folder, 'boot'), join(folder, 'boot.raw'), join(folder, 'building')])
    await rm(path, { recursive: true, force: true })
}

/** Partitions, file systems and boot loader, all in files: nothing is mounted. */
async function layOut(
  run: typeof must,
  { folder, root, disk }: { folder: string; root: string; disk: string },
): Promise<void> {
  const boot = join(folder, 'boot')
  const names = await readdir(join(root, 'boot'))
  const named = (start: string) => join(root, 'boot', names.find((name) => name.startsWith(start)) ?? start)
  await mkdir(boot)
  await copyFile(named('vmlinuz-'), join(boot, 'vmlinuz'))
  await copyFile(named('initrd.img-'), join(boot, 'initrd.img'))
  await writeFile(join(boot, 'syslinux.cfg'), SYSLINUX)

  const file = await open(disk, 'wx')
  await file.truncate((GAP_MIB + BOOT_MIB + SYSTEM_MIB) * MIB)
  const loader = await readFile('/usr/lib/SYSLINUX/mbr.bin')
  await run(['sfdisk', '--quiet', disk], {
    stdin: `label: dos\nstart=${GAP_MIB}MiB, size=${BOOT_MIB}MiB, type=c, bootable\nstart=${GAP_MIB + BOOT_MIB}MiB, type=83\n`,
  })
  await file.write(loader, 0, loader.length, 0)
  await file.close()

  const fat = join(folder, 'boot.raw')
  await run(['truncate', '--size', `${BOOT_MIB}M`, fat])
  await run(['mkfs.vfat', '-F', '32', '-h', `${(GAP_MIB * MIB) / SECTOR}`, fat])
  const files = ['vmlinuz', 'initrd.img', 'syslinux.cfg'].map((name) => join(boot, name))
  await run(['mcopy', '-i', fat, ...files, '::'])
  await run(['syslinux', '--install', fat])
  await run([
    'dd',
    `if=${fat}`,
    `of=${disk}`,
    `bs=${MIB}`,
    `seek=${GAP_MIB}`,
    'conv=notrunc,sparse',
    'status=none',
  ])
  await run([
    ...(['mke2fs', '-q', '-t', 'ext4', '-L', 'system', '-d', root] as const),
    ...['-E', `offset=${(GAP_MIB + BOOT_MIB) * MIB}`, disk, `${SYSTEM_MIB}M`],
  ])
  await run(['qemu-img', 'convert', '-O', 'qcow2', disk, join(folder, 'disk.qcow2')])
}

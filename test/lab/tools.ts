import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { cacheDirectory, withLock } from './cache.ts'
import { must, run } from './command.ts'

/** Debian packages that the lab itself uses on the machine it runs on. */
export const labTools: readonly string[] = [
  'apt-cacher-ng',
  'debian-archive-keyring',
  'docker-registry',
  'iproute2',
  'mmdebstrap',
  'openssh-client',
  'skopeo',
  'systemd-container',
  'util-linux',
]

/** The machine cannot carry a lab; the message is the one sentence that says what it lacks. */
export class MachineError extends Error {
  override readonly name = 'MachineError'
}

/**
 * Makes sure that the machine can carry a lab and that `packages` are there, installing by apt-get what is missing. Throws
 * {@link MachineError} when that cannot be.
 */
export async function ensureTools(packages: readonly string[]): Promise<void> {
  checkApt()
  if (process.getuid?.() !== 0) {
    const missing = await missingPackages(packages)
    const lack = missing.length === 0 ? '' : `, which would also install ${missing.join(', ')}`
    throw new MachineError(
      `The lab needs root for its namespaces and mounts: run it as root or through sudo${lack}.`,
    )
  }
  await cacheCarriesLayers()
  await installMissing(packages)
}

/** Installs by apt-get those of `packages` that are missing, on any machine. Throws {@link MachineError} when that cannot be. */
export async function installMissing(packages: readonly string[]): Promise<void> {
  checkApt()
  if ((await missingPackages(packages)).length === 0) return
  if (process.getuid?.() !== 0)
    throw new MachineError(
      `Debian packages are missing and only root can install them: sudo apt-get install ${packages.join(' ')}`,
    )
  await withLock('tools', async () => {
    const missing = await missingPackages(packages)
    if (missing.length > 0) await install(missing)
  })
}

function checkApt(): void {
  if (process.platform === 'linux' && existsSync('/usr/bin/dpkg-query') && existsSync('/usr/bin/apt-get'))
    return
  throw new MachineError(
    'The lab runs on Debian 12 or newer and Ubuntu 24.04 or newer only: this machine has no apt.',
  )
}

const overlayFilesystem = 0x794c7630

/** Guests write to a layer above their system; the kernel puts no such layer on a file system that is itself made of layers. */
async function cacheCarriesLayers(): Promise<void> {
  await mkdir(cacheDirectory(), { recursive: true, mode: 0o700 })
  const { type } = await statfs(cacheDirectory())
  if (type !== overlayFilesystem) return
  throw new MachineError(
    `The lab's cache ${cacheDirectory()} lies in a container's own file system: set LAB_CACHE to a folder on a disk (ext4, xfs).`,
  )
}

async function missingPackages(packages: readonly string[]): Promise<string[]> {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own format
  const { stdout } = await run(['dpkg-query', '-W', '-f=${Package} ${db:Status-Status}\\n', ...packages])
  const installed = new Set(
    stdout
      .split('\n')
      .map((line) => line.split(' '))
      .filter(([, status]) => status === 'installed')
      .map(([name]) => name),
  )
  return packages.filter((name) => !installed.has(name))
}

async function install(packages: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const patience = ['-o', 'DPkg::Lock::Timeout=300', '-q']
  try {
    await withoutStartingDaemons(async () => {
      await must(['apt-get', ...patience, 'update'], { env })
      await must(['apt-get', ...patience, 'install', '-y', '--no-install-recommends', ...packages], { env })
    })
  } catch (cause) {
    throw new MachineError(
      `The lab lacks the Debian packages ${packages.join(', ')} and apt-get could not install them: ${String(cause)}`,
      { cause },
    )
  }
  // The lab starts its own instances with its own settings; those of the distribution must not come up at the next boot.
  for (const daemon of packages.filter((name) => name === 'apt-cacher-ng' || name === 'docker-registry')) {
    await run(['systemctl', 'disable', daemon], { env })
  }
}

const policyFile = '/usr/sbin/policy-rc.d'
const policyMark = '# placed by the litellm-gitops lab while it installs packages'

/** Debian starts a daemon as soon as it is installed unless this policy file says no, with systemd and without. */
async function withoutStartingDaemons(work: () => Promise<void>): Promise<void> {
  const present = await readFile(policyFile, 'utf8').catch(() => undefined)
  const ours = present === undefined || present.includes(policyMark)
  if (ours) {
    await writeFile(policyFile, `#!/bin/sh\n${policyMark}\nexit 101\n`)
    await chmod(policyFile, 0o755)
  }
  try {
    await work()
  } finally {
    if (ours) await rm(policyFile, { force: true })
  }
}

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from './command.ts'

export interface Mirror {
  /** Base address of the archive, no slash at the end. */
  readonly archive: string
  readonly security: string
  /** HTTP proxy that this machine's apt uses, if any. */
  readonly proxy: string | undefined
}

/** What packages are asked for by inside a lab; its proxy puts the machine's own mirror in place of it. */
export const labMirror = { archive: 'debian.lab/debian', security: 'debian.lab/debian-security' } as const

const MMDEBSTRAP = '/usr/bin/mmdebstrap'

/** Where this machine gets Debian packages from; when it is no Debian, the public mirror that mmdebstrap takes by itself. */
export async function machineMirror(): Promise<Mirror> {
  const addresses = (await sourceFiles()).flatMap(archiveAddresses)
  addresses.push(...defaultAddresses(await readFile(MMDEBSTRAP, 'utf8').catch(() => '')))
  const proxy = await run(['apt-config', 'dump', '--format', '%v', 'Acquire::http::Proxy'])
  const archive = addresses.find((address) => address.endsWith('/debian'))
  const security = addresses.find((address) => address.endsWith('/debian-security'))
  if (archive === undefined || security === undefined)
    throw new Error(`Neither apt's sources nor ${MMDEBSTRAP} name a Debian mirror.`)
  return {
    archive,
    security,
    proxy: proxy.stdout.trim() || undefined,
  }
}

async function sourceFiles(): Promise<string[]> {
  const folder = '/etc/apt/sources.list.d'
  const names = (await readdir(folder).catch(() => [])).filter((name) => /\.(list|sources)$/.test(name))
  const paths = ['/etc/apt/sources.list', ...names.sort().map((name) => join(folder, name))]
  return Promise.all(paths.map((path) => readFile(path, 'utf8').catch(() => '')))
}

/** Addresses named in one file of apt's sources, in the one-line and in the deb822 format. */
export function archiveAddresses(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => /^\s*(deb\s|URIs:)/.test(line))
    .flatMap((line) => line.match(/https?:\/\/[^\s\]]+/g) ?? [])
    .map((address) => address.replace(/\/+$/, ''))
}

/** The mirrors that stand in mmdebstrap's own text, a Perl script. */
export function defaultAddresses(script: string): string[] {
  return [...script.matchAll(/'(https?:\/\/[^'\s]+\/debian(?:-security)?)'/g)].flatMap(
    ([, address]) => address ?? [],
  )
}

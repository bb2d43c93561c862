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

const publicArchive = 'http://deb.debian.org/debian'
const publicSecurity = 'http://deb.debian.org/debian-security'

/** Where this machine gets Debian packages from; Debian's public mirror when it is no Debian. */
export async function machineMirror(): Promise<Mirror> {
  const addresses = (await sourceFiles()).flatMap(archiveAddresses)
  const proxy = await run(['apt-config', 'dump', '--format', '%v', 'Acquire::http::Proxy'])
  return {
    archive: addresses.find((address) => address.endsWith('/debian')) ?? publicArchive,
    security: addresses.find((address) => address.endsWith('/debian-security')) ?? publicSecurity,
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

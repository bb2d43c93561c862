import type { ChildProcess } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { labMirror, machineMirror } from './mirror.ts'
import type { Namespace } from './namespace.ts'

/** What the servers on our side of the link stand on. */
export interface ServicesOptions {
  readonly space: Namespace
  readonly address: string
  /** The lab's scratch folder. */
  readonly folder: string
  /** Packages that earlier labs fetched. Read only: what this lab fetches goes to a layer above. */
  readonly aptCache: string
  /** Storage folders of registries with LiteLLM images, served as one. Read only, like `aptCache`. */
  readonly registries: readonly string[]
}

export const ports = { apt: 3142, registry: 5000, upstream: 8099, ollama: 11434 } as const

/** Starts apt proxy, image registry and LLM upstream on the runner's address; answers when all of them accept connections. */
export async function startServices(options: ServicesOptions): Promise<void> {
  await mkdir(join(options.folder, 'logs'), { recursive: true })
  await Promise.all([startAptProxy(options), startRegistry(options), startUpstream(options)])
}

async function startAptProxy({ space, address, folder, aptCache }: ServicesOptions): Promise<void> {
  const mirror = await machineMirror()
  const online = await reachable(mirror.proxy ?? mirror.archive)
  const cache = await layered(space, folder, 'apt', [aptCache])
  const settings = join(folder, 'apt-cacher-ng')
  await mkdir(settings, { recursive: true })
  const lines = [
    `CacheDir: ${cache}`,
    `LogDir: ${join(folder, 'logs')}`,
    'SupportDir: /usr/lib/apt-cacher-ng',
    `SocketPath: ${join(settings, 'socket')}`,
    `PidFile: ${join(settings, 'pid')}`,
    `BindAddress: ${address}`,
    `Port: ${ports.apt}`,
    'ForeGround: 1',
    // Debian's archive and nothing else: an address of any other host is refused.
    'ForceManaged: 1',
    `Remap-archive: ${labMirror.archive} ; ${mirror.archive}`,
    `Remap-security: ${labMirror.security} ; ${mirror.security}`,
    // Without a network the indices that were fetched last are served as they are.
    `Offlinemode: ${online ? 0 : 1}`,
    'ExThreshold: 30',
    ...(mirror.proxy === undefined ? [] : [`Proxy: ${mirror.proxy}`]),
  ]
  await writeFile(join(settings, 'acng.conf'), `${lines.join('\n')}\n`)
  const server = space.spawn(['apt-cacher-ng', '-c', settings])
  await accepting('apt-cacher-ng', server, address, ports.apt)
}

/** Starts the image registry alone. */
export async function startRegistry({
  space,
  address,
  folder,
  registries,
}: Omit<ServicesOptions, 'aptCache'>): Promise<void> {
  const storage = await layered(space, folder, 'registry', registries)
  const settings = join(folder, 'registry.yml')
  const configuration = {
    version: 0.1,
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: storage }, delete: { enabled: true } },
    http: { addr: `${address}:${ports.registry}` },
  }
  // JSON is YAML.
  await writeFile(settings, JSON.stringify(configuration))
  const server = space.spawn(['docker-registry', 'serve', settings])
  await accepting('docker-registry', server, address, ports.registry)
}

/** Starts the LLM upstream alone. */
export async function startUpstream({
  space,
  address,
}: Pick<ServicesOptions, 'space' | 'address'>): Promise<void> {
  const program = join(import.meta.dirname, 'upstream/server.ts')
  const listen = ['--listen', `${address}:${ports.upstream}`, '--listen-ollama', `${address}:${ports.ollama}`]
  const server = space.spawn([process.execPath, '--disable-warning=ExperimentalWarning', program, ...listen])
  await accepting('the LLM upstream', server, address, ports.upstream)
  await accepting('the LLM upstream', server, address, ports.ollama)
}

/** A writable folder that starts with the content of the folders below and leaves them as they are. */
async function layered(
  space: Namespace,
  folder: string,
  name: string,
  lower: readonly string[],
): Promise<string> {
  const [upper, work, merged] = ['upper', 'work', 'merged'].map((part) => join(folder, name, part)) as [
    string,
    string,
    string,
  ]
  for (const path of [upper, work, merged]) await mkdir(path, { recursive: true })
  await space.must([
    'mount',
    '-t',
    'overlay',
    'overlay',
    '-o',
    `lowerdir=${lower.join(':')},upperdir=${upper},workdir=${work}`,
    merged,
  ])
  return merged
}

/** Waits until `server` accepts connections; rejects with what it wrote when it ends before, or after ten seconds. */
export async function accepting(
  name: string,
  server: ChildProcess,
  address: string,
  port: number,
): Promise<void> {
  let said = ''
  const listen = (chunk: Buffer) => {
    said = `${said}${chunk.toString('utf8')}`.slice(-2000)
  }
  // Read on for as long as it runs: a full pipe would stop the server.
  server.stdout?.on('data', listen)
  server.stderr?.on('data', listen)
  for (const deadline = Date.now() + 10_000; ; ) {
    if (await accepts(address, port)) return
    if (server.exitCode !== null || Date.now() > deadline) {
      throw new Error(`${name} does not answer on ${address}:${port}:\n${said}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Whether the host of `url` accepts connections; a name that nobody resolves within two seconds does not. */
async function reachable(url: string): Promise<boolean> {
  const { protocol, hostname, port } = new URL(url)
  const defaultPort = protocol === 'https:' ? 443 : 80
  const late = new Promise<false>((resolve) => setTimeout(() => resolve(false), 2000).unref())
  return await Promise.race([accepts(hostname, Number(port) || defaultPort), late])
}

/** Whether something accepts connections there. */
function accepts(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: 1000 })
    const answer = (value: boolean) => {
      socket.destroy()
      resolve(value)
    }
    socket.once('connect', () => answer(true))
    socket.once('error', () => answer(false))
    socket.once('timeout', () => answer(false))
  })
}

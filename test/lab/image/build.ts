import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { cachedPart, contentHash } from '../cache.ts'
import { must } from '../command.ts'
import { machineMirror } from '../mirror.ts'
import { openNamespace } from '../namespace.ts'
import { writeImageLayout } from './layout.ts'

export const imageTools: readonly string[] = [
  'skopeo',
  'docker-registry',
  'mmdebstrap',
  'zstd',
  'python3-pip',
]

const REPOSITORY = 'berriai/litellm-database'
const LITELLM = 'litellm[proxy]==1.106.2'
/** The version that LiteLLM's own images have; it needs the three after it, which litellm itself doesn't ask for. */
const PRISMA = 'prisma==0.11.0'
const REQUIREMENTS = [
  LITELLM,
  'litellm-proxy-extras',
  PRISMA,
  'nodeenv',
  'tomlkit',
  'python-dotenv',
  'psycopg[binary]',
]
const SYSTEM = ['python3', 'python3-venv', 'ca-certificates', 'nodejs']
const HERE = import.meta.dirname

/** What the official image has in its place: the program, the engine and a home. */
const CONFIG = {
  Entrypoint: ['litellm'],
  Env: [
    'PATH=/opt/litellm/bin:/usr/local/bin:/usr/bin:/bin',
    'HOME=/root',
    'PRISMA_QUERY_ENGINE_BINARY=/opt/engine/query-engine',
    'CHECKPOINT_DISABLE=1',
    'PYTHONDONTWRITEBYTECODE=1',
  ],
  WorkingDir: '/root',
}

export interface LabImage {
  /** Storage folder of a docker-registry that holds the image. */
  readonly registryDir: string
  readonly repository: string
  /** `sha256:…` of its manifest. */
  readonly digest: string
}

/**
 * The LiteLLM image as a registry holds it: built from Debian, PyPI and npm packages on first use, or copied from the reference in
 * `LAB_LITELLM_IMAGE`. Kept in the cache; the second call answers at once.
 */
export async function buildImage(
  _cacheDir: string,
  log: (line: string) => void = () => {},
): Promise<LabImage> {
  const given = process.env.LAB_LITELLM_IMAGE
  const hash =
    given === undefined
      ? contentHash(REPOSITORY, JSON.stringify(CONFIG), ...REQUIREMENTS, ...SYSTEM, ...(await ownFiles()))
      : contentHash(given)
  const folder = await cachedPart({
    kind: 'image',
    hash,
    build: async (target) => {
      log(given === undefined ? 'building the LiteLLM image (a few minutes, once)' : `copying ${given}`)
      const source =
        given === undefined ? `oci:${await buildLayout(target, log)}:latest` : `docker://${given}`
      const digest = await pushTo(join(target, 'registry'), source)
      await rm(join(target, 'layout'), { recursive: true, force: true })
      await writeFile(join(target, 'digest'), digest)
    },
  })
  const digest = (await readFile(join(folder, 'digest'), 'utf8')).trim()
  return { registryDir: join(folder, 'registry'), repository: REPOSITORY, digest }
}

/** Everything that the image is made of here. */
async function ownFiles(): Promise<Buffer[]> {
  const entries = await readdir(HERE, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return await Promise.all(files.sort().map((file) => readFile(file)))
}

async function buildLayout(target: string, log: (line: string) => void): Promise<string> {
  const root = join(target, 'root')
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const from = performance.now()
    const result = await work()
    log(`  image: ${name} (${((performance.now() - from) / 1000).toFixed(1)} s)`)
    return result
  }
  // Waiting for the network and unpacking packages go well side by side on two cores.
  const [wheels] = await Promise.all([
    timed('wheels', () => downloadWheels(join(target, 'wheels'))),
    timed('system', () => debootstrap(target, root)),
    timed('engine', () => installEngine(join(target, 'engine'))),
  ])
  await rename(wheels, join(root, 'wheels'))
  await mkdir(join(root, 'opt'), { recursive: true })
  await rename(join(target, 'engine'), join(root, 'opt/engine'))
  await cp(join(HERE, 'inside.sh'), join(root, 'inside.sh'))
  const space = await openNamespace(join(target, 'building'))
  try {
    await timed('python', () => space.must(['chroot', root, '/bin/sh', '/inside.sh']))
  } finally {
    await space.close()
  }
  for (const name of ['wheels', 'inside.sh', 'var/cache/apt', 'var/lib/apt/lists'])
    await rm(join(root, name), { recursive: true, force: true })
  const layout = join(target, 'layout')
  // Two layers, so that a pull unpacks them side by side: the system, and what is ours.
  await timed('layers', () =>
    writeImageLayout({ layout, root, parts: [['--exclude=./opt', '.'], ['./opt']], config: CONFIG }),
  )
  await rm(root, { recursive: true })
  return layout
}

async function debootstrap(target: string, root: string): Promise<void> {
  const mirror = await machineMirror()
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'
  const space = await openNamespace(join(target, 'debootstrap'))
  try {
    await space.must([
      'mmdebstrap',
      '--mode=root',
      '--variant=minbase',
      `--include=${SYSTEM.join(',')}`,
      '--aptopt=Acquire::Languages "none"',
      ...(mirror.proxy === undefined ? [] : [`--aptopt=Acquire::http::Proxy "${mirror.proxy}"`]),
      '--dpkgopt=path-exclude=/usr/share/man/*',
      '--dpkgopt=path-exclude=/usr/share/doc/*',
      '--dpkgopt=path-exclude=/usr/share/locale/*',
      'trixie',
      root,
      `deb [signed-by=${keyring}] ${mirror.archive} trixie main`,
    ])
  } finally {
    await space.close()
  }
}

/** Outside of the image's root, where this machine's certificates and package settings apply. */
async function downloadWheels(folder: string): Promise<string> {
  await mkdir(folder)
  const download = [
    'python3',
    '-m',
    'pip',
    'download',
    '--quiet',
    '--disable-pip-version-check',
    '--dest',
    folder,
    '--python-version',
    '3.13',
    '--only-binary=:all:',
  ] as const
  await must([...download, ...REQUIREMENTS.filter((requirement) => requirement !== PRISMA)])
  // LiteLLM allows a range of which only newer ones would be chosen.
  await must([...download, '--no-deps', PRISMA])
  await writeFile(join(folder, 'requirements.txt'), `${REQUIREMENTS.join('\n')}\n`)
  return folder
}

async function installEngine(folder: string): Promise<void> {
  await cp(join(HERE, 'engine'), folder, { recursive: true })
  for (const name of ['prisma', 'query-engine']) await cp(join(HERE, name), join(folder, name))
  await must(['chmod', '0755', join(folder, 'query-engine')])
  await must(['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder })
}

/** Pushes an image into the storage of a registry that runs only for this; answers the manifest's digest. */
async function pushTo(storage: string, source: string): Promise<string> {
  await mkdir(storage)
  const port = await freePort()
  const settings = `${storage}.yml`
  await writeFile(
    settings,
    JSON.stringify({
      version: 0.1,
      log: { level: 'error', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: storage } },
      http: { addr: `127.0.0.1:${port}` },
    }),
  )
  const space = await openNamespace(`${storage}.alive`)
  try {
    space.spawn(['docker-registry', 'serve', settings])
    const address = `127.0.0.1:${port}`
    await answers(`http://${address}/v2/`)
    const digestFile = `${storage}.digest`
    await must([
      'skopeo',
      '--insecure-policy',
      'copy',
      '--quiet',
      '--dest-tls-verify=false',
      '--digestfile',
      digestFile,
      source,
      `docker://${address}/${REPOSITORY}:lab`,
    ])
    return (await readFile(digestFile, 'utf8')).trim()
  } finally {
    await space.close()
  }
}

async function answers(url: string): Promise<void> {
  for (const deadline = Date.now() + 10_000; ; ) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.ok) return
    if (Date.now() > deadline) throw new Error('docker-registry does not answer on loopback')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address !== null && typeof address === 'object'
          ? resolve(address.port)
          : reject(new Error('no port')),
      )
    })
  })
}

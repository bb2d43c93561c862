import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cachedPart, contentHash } from '../cache.ts'
import { must } from '../command.ts'
import { machineMirror } from '../mirror.ts'
import { openNamespace } from '../namespace.ts'
import { INSIDES, type Inside } from './insides.ts'
import { type Layer, packLayer, writeImageLayout } from './layout.ts'
import { pushTo } from './push.ts'

export const imageTools: readonly string[] = [
  'skopeo',
  'docker-registry',
  'mmdebstrap',
  'zstd',
  'python3-pip',
]

/** What most tests run. */
export const LITELLM = '1.106.2'

const REPOSITORY = 'berriai/litellm-database'
/** The version that LiteLLM's own images have; it needs the three after it, which litellm itself doesn't ask for. */
const PRISMA = 'prisma==0.11.0'
const BESIDE = ['litellm-proxy-extras', PRISMA, 'nodeenv', 'tomlkit', 'python-dotenv', 'psycopg[binary]']
const SYSTEM = ['python3', 'python3-venv', 'ca-certificates', 'nodejs']
const HERE = import.meta.dirname

export interface LabImage {
  /** Storage folder of a docker-registry that holds the image. */
  readonly registryDir: string
  readonly repository: string
  /** `sha256:…` of its manifest. */
  readonly digest: string
}

/** Which LiteLLM, and where in the image it is. */
export interface ImageChoice {
  readonly version?: string
  /** The lab's own, unless told otherwise. */
  readonly inside?: Inside
}

type Log = (line: string) => void

/**
 * A LiteLLM image as a registry holds it: built from Debian, PyPI and npm packages on first use. The lab's own is copied from the
 * reference in `LAB_LITELLM_IMAGE` where that is set. Kept in the cache; the second call answers at once.
 */
export async function buildImage(choice: ImageChoice = {}, log: Log = () => {}): Promise<LabImage> {
  const { version = LITELLM, inside = 'lab' } = choice
  const given = choice.version === undefined && inside === 'lab' ? process.env.LAB_LITELLM_IMAGE : undefined
  const hash = given === undefined ? await recipeHash(version, inside) : contentHash(given)
  const folder = await cachedPart({
    // A family for each, or the proof of many versions would throw away what it needs next.
    kind: `image_${version}_${inside}`,
    hash,
    build: async (target) => {
      log(given === undefined ? `building LiteLLM ${version} (a few minutes, once)` : `copying ${given}`)
      const source =
        given === undefined
          ? `oci:${await buildLayout(target, version, inside, log)}:latest`
          : `docker://${given}`
      const digest = await pushTo(join(target, 'registry'), source, `${REPOSITORY}:${version}-${inside}`)
      await rm(join(target, 'layout'), { recursive: true, force: true })
      await writeFile(join(target, 'digest'), digest)
    },
  })
  const digest = (await readFile(join(folder, 'digest'), 'utf8')).trim()
  return { registryDir: join(folder, 'registry'), repository: REPOSITORY, digest }
}

const REARRANGING = ['insides.ts', 'rearrange.sh', 'push.ts']

async function recipeHash(version: string, inside: Inside): Promise<string> {
  const files = inside === 'lab' ? await ownFiles(REARRANGING) : await ownFiles()
  return contentHash(version, inside, JSON.stringify(INSIDES[inside]), ...BESIDE, ...SYSTEM, ...files)
}

/** Everything that the image is made of here. */
async function ownFiles(without: readonly string[] = []): Promise<Buffer[]> {
  const entries = await readdir(HERE, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile() && !without.includes(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
  return await Promise.all(files.sort().map((file) => readFile(file)))
}

async function timed<T>(log: Log, name: string, work: () => Promise<T>): Promise<T> {
  const from = performance.now()
  const result = await work()
  log(`  image: ${name} (${((performance.now() - from) / 1000).toFixed(1)} s)`)
  return result
}

/** Two layers, so that a pull unpacks them side by side, and one version after the other sends only its own. */
async function buildLayout(target: string, version: string, inside: Inside, log: Log): Promise<string> {
  const [system, litellm] = await Promise.all([systemPart(log), litellmPart(version, log)])
  const layer =
    inside === 'lab' ? await packedIn(litellm) : await rearranged({ target, system, litellm, inside, log })
  const layout = join(target, 'layout')
  const config = INSIDES[inside].config
  await writeImageLayout({ layout, layers: [await packedIn(system), layer], config })
  await rm(join(target, 'own'), { recursive: true, force: true })
  return layout
}

/** The layer that a part holds. */
async function packedIn(part: string): Promise<Layer> {
  return { file: join(part, 'layer.tar.zst'), diffId: await readFile(join(part, 'diff-id'), 'utf8') }
}

async function keepLayer(root: string, what: readonly string[], part: string): Promise<void> {
  const { diffId } = await packLayer(root, what, join(part, 'layer.tar.zst'))
  await writeFile(join(part, 'diff-id'), diffId)
}

/** Debian as the image has it, unpacked in `root` and as a layer. */
async function systemPart(log: Log): Promise<string> {
  return await cachedPart({
    kind: 'image_system',
    hash: contentHash(...SYSTEM),
    build: async (part) => {
      const root = join(part, 'root')
      await timed(log, 'system', () => debootstrap(part, root))
      for (const name of ['var/cache/apt', 'var/lib/apt/lists'])
        await rm(join(root, name), { recursive: true, force: true })
      await keepLayer(root, ['.'], part)
    },
  })
}

/** One version of LiteLLM in `/opt`, as a layer. */
async function litellmPart(version: string, log: Log): Promise<string> {
  return await cachedPart({
    kind: `image_litellm_${version}`,
    hash: await recipeHash(version, 'lab'),
    build: async (part) => {
      const own = join(part, 'own')
      await mkdir(join(own, 'opt'), { recursive: true })
      // Waiting for the network and unpacking packages go well side by side on two cores.
      const [wheels, system] = await Promise.all([
        timed(log, 'wheels', () => downloadWheels(join(part, 'wheels'), version)),
        systemPart(log),
        timed(log, 'engine', () => installEngine(join(own, 'opt/engine'))),
      ])
      await rename(wheels, join(own, 'wheels'))
      await timed(log, 'python', () => runInside({ part, system, own, script: 'inside.sh' }))
      await timed(log, 'layer', () => keepLayer(own, ['./opt'], part))
      await rm(own, { recursive: true })
    },
  })
}

/** Runs a script of this folder in the system's root, where what it writes lands in `own`. */
async function runInside(given: {
  readonly part: string
  readonly system: string
  readonly own: string
  readonly script: string
  readonly args?: readonly string[]
}): Promise<void> {
  const { part, system, own, script, args = [] } = given
  const [work, root] = [join(part, 'work'), join(part, 'merged')]
  for (const folder of [work, root]) await mkdir(folder)
  await cp(join(HERE, script), join(own, script))
  const space = await openNamespace(join(part, 'building'))
  try {
    const layers = `lowerdir=${join(system, 'root')},upperdir=${own},workdir=${work}`
    await space.must(['mount', '-t', 'overlay', 'overlay', '-o', layers, root])
    await space.must(['chroot', root, '/bin/sh', `/${script}`, ...args])
  } finally {
    await space.close()
  }
  for (const folder of [work, root, join(part, 'building'), join(own, script)])
    await rm(folder, { recursive: true, force: true })
}

/** The same LiteLLM where an official image has it. */
async function rearranged(given: {
  readonly target: string
  readonly system: string
  readonly litellm: string
  readonly inside: Inside
  readonly log: Log
}): Promise<Layer> {
  const { target, system, litellm, inside, log } = given
  const own = join(target, 'own')
  await mkdir(own)
  await must(['tar', '--extract', '--zstd', '--file', join(litellm, 'layer.tar.zst'), '--directory', own])
  await timed(log, inside, () =>
    runInside({ part: target, system, own, script: 'rearrange.sh', args: [inside] }),
  )
  return await packLayer(own, ['.'], join(target, 'layer.tar.zst'))
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
async function downloadWheels(folder: string, version: string): Promise<string> {
  await mkdir(folder)
  const requirements = [`litellm[proxy]==${version}`, ...BESIDE]
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
  await must([...download, ...requirements.filter((requirement) => requirement !== PRISMA)])
  // LiteLLM allows a range of which only newer ones would be chosen.
  await must([...download, '--no-deps', PRISMA])
  await writeFile(join(folder, 'requirements.txt'), `${requirements.join('\n')}\n`)
  return folder
}

async function installEngine(folder: string): Promise<void> {
  await cp(join(HERE, 'engine'), folder, { recursive: true })
  for (const name of ['prisma', 'query-engine']) await cp(join(HERE, name), join(folder, name))
  await must(['chmod', '0755', join(folder, 'query-engine')])
  await must(['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder })
}

import { copyFile, mkdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { cachedPart, contentHash, removeTree } from '../cache.ts'
import { must, type RunOptions } from '../command.ts'
import { goToolchain } from './go.ts'

/** Programs that one go.mod of `programs/` gives. */
interface Module {
  readonly name: string
  /** All that is compiled and stands here, below the module's folder. */
  readonly sources: readonly string[]
  readonly programs: readonly Program[]
  /** Files of a module that are kept beside the programs. */
  readonly files?: readonly Kept[]
}

interface Kept {
  readonly module: string
  /** Path in the module; `{version}` is the module's. */
  readonly file: string
  readonly name: string
}

interface Program {
  readonly name: string
  readonly package: string
  /** Variables that the linker sets, by the go.mod that it is built from. */
  readonly stamps?: (goMod: string) => readonly string[]
  /** Names that it is called by beside its own. */
  readonly aliases?: readonly string[]
}

type Log = (line: string) => void

/** Kubernetes, its name server and its volumes. */
const CLUSTER: Module = {
  name: 'cluster',
  sources: ['main.go', 'coredns/main.go'],
  programs: [
    {
      name: 'kubernetes',
      package: '.',
      stamps: kubernetesVersion,
      aliases: [
        'kube-apiserver',
        'kube-controller-manager',
        'kube-proxy',
        'kube-scheduler',
        'kubectl',
        'kubelet',
      ],
    },
    { name: 'coredns', package: './coredns' },
    { name: 'local-path-provisioner', package: 'github.com/rancher/local-path-provisioner' },
  ],
}

/** S3 over a folder. */
const STORAGE: Module = {
  name: 'storage',
  sources: [],
  programs: [{ name: 'versitygw', package: 'github.com/versity/versitygw/cmd/versitygw' }],
}

const CLOUDNATIVE_PG = 'github.com/cloudnative-pg/cloudnative-pg'

/** CloudNativePG has a go.mod to itself: it does not compile against the Kubernetes of the cluster. */
const DATABASE: Module = {
  name: 'database',
  sources: [],
  programs: [
    {
      // The operator looks for itself by this name.
      name: 'manager_amd64',
      package: `${CLOUDNATIVE_PG}/cmd/manager`,
      stamps: (goMod) => [
        `${CLOUDNATIVE_PG}/pkg/versions.buildVersion=${versionOf(CLOUDNATIVE_PG, goMod).replace(/^v/, '')}`,
      ],
    },
  ],
  files: [{ module: CLOUDNATIVE_PG, file: 'releases/cnpg-{version}.yaml', name: 'operator.yaml' }],
}

/**
 * Folder of the cluster's programs. Compiling them from nothing takes some 850 seconds of processor time, so it is made beside other
 * work and long before the first test that needs it. Kept are the programs alone.
 */
export async function clusterPrograms(log: Log = () => undefined): Promise<string> {
  return await builtModule(CLUSTER, log)
}

/** Folder with `versitygw`. From nothing some 150 seconds of processor time. */
export async function storagePrograms(log: Log = () => undefined): Promise<string> {
  return await builtModule(STORAGE, log)
}

/** Folder with CloudNativePG's `manager_amd64` and its manifest `operator.yaml`. From nothing some 240 seconds of processor time. */
export async function databasePrograms(log: Log = () => undefined): Promise<string> {
  return await builtModule(DATABASE, log)
}

async function builtModule(module: Module, log: Log): Promise<string> {
  const source = join(import.meta.dirname, 'programs', module.name)
  const texts = await Promise.all(
    ['go.mod', 'go.sum', ...module.sources].map((file) => readFile(join(source, file))),
  )
  const goMod = `${texts[0]}`
  const commands = module.programs.map((program) => buildCommand(program, goMod))
  return await cachedPart({
    kind: `kubernetes_programs_${module.name}`,
    hash: contentHash(JSON.stringify([module, commands]), ...texts),
    build: async (folder) => {
      const go = await goToolchain(/^go (\S+)$/m.exec(goMod)?.[1] ?? '')
      const options = { cwd: source, env: goEnvironment(folder) }
      try {
        for (const program of module.programs) await compile({ program, go, goMod, folder, options, log })
        for (const kept of module.files ?? []) await keepFile({ kept, go, goMod, folder, options })
      } finally {
        await throwAwayCaches(folder)
      }
    },
  })
}

interface Building {
  readonly go: string
  readonly goMod: string
  /** Where what is built goes. */
  readonly folder: string
  readonly options: RunOptions
}

async function compile(given: Building & { readonly program: Program; readonly log: Log }): Promise<void> {
  const { program, go, goMod, folder, options, log } = given
  const from = performance.now()
  log(`compiling ${program.name} (minutes, once)`)
  const output = ['-o', join(folder, program.name), program.package]
  await must(['nice', '-n', '19', go, ...buildCommand(program, goMod), ...output], options)
  for (const alias of program.aliases ?? []) await symlink(program.name, join(folder, alias))
  log(`  compiled ${program.name} in ${((performance.now() - from) / 1000).toFixed(0)} s`)
}

async function keepFile(given: Building & { readonly kept: Kept }): Promise<void> {
  const { kept, go, goMod, folder, options } = given
  const module = await must([go, 'list', '-m', '-f', '{{.Dir}}', kept.module], options)
  const version = versionOf(kept.module, goMod).replace(/^v/, '')
  await copyFile(join(module.trim(), kept.file.replace('{version}', version)), join(folder, kept.name))
}

function buildCommand({ stamps }: Program, goMod: string): string[] {
  const linker = ['-s', '-w', ...(stamps?.(goMod) ?? []).map((stamp) => `-X ${stamp}`)].join(' ')
  return ['build', '-trimpath', '-buildvcs=false', '-ldflags', linker]
}

/** Without it each component says that it is v0.0.0. */
function kubernetesVersion(goMod: string): string[] {
  const release = versionOf('k8s.io/kubernetes', goMod)
  const [major = '', minor = ''] = release.replace(/^v/, '').split('.')
  const base = 'k8s.io/component-base/version'
  return [
    `${base}.gitVersion=${release}`,
    `${base}.gitMajor=${major}`,
    `${base}.gitMinor=${minor}`,
    `${base}.gitTreeState=clean`,
    `k8s.io/client-go/pkg/version.gitVersion=${release}`,
  ]
}

/** The version that a go.mod asks of a module. */
function versionOf(module: string, goMod: string): string {
  const version = goMod
    .split('\n')
    .map((line) =>
      line
        .replace(/^require/, '')
        .trim()
        .split(' '),
    )
    .find(([name, word]) => name === module && word?.startsWith('v'))?.[1]
  if (version === undefined) throw new Error(`go.mod does not require ${module}.`)
  return version
}

/** Go's caches come to 7 GB, and go when the programs are there. `LAB_GO_CACHES` names a folder where they stay, for work on the modules. */
function goEnvironment(folder: string): Record<string, string | undefined> {
  const caches = process.env.LAB_GO_CACHES ?? join(folder, 'caches')
  return {
    ...process.env,
    CGO_ENABLED: '0',
    GOTOOLCHAIN: 'local',
    GOFLAGS: '-mod=readonly',
    GOMODCACHE: join(caches, 'mod'),
    GOCACHE: join(caches, 'build'),
  }
}

async function throwAwayCaches(folder: string): Promise<void> {
  const caches = join(folder, 'caches')
  await mkdir(caches, { recursive: true })
  // Go keeps modules read-only, folders too.
  await must(['chmod', '-R', 'u+w', caches])
  await removeTree(caches)
}

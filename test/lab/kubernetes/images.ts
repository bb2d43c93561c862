import { chmod, cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { cachedPart, contentHash } from '../cache.ts'
import { must } from '../command.ts'
import { packLayer, writeImageLayout } from '../image/layout.ts'
import { pushTo } from '../image/push.ts'
import { debianRoot } from './debian.ts'

interface Recipe {
  /** `name:tag` below `lab/` in the registry. */
  readonly name: string
  readonly config: object
  /** Makes the image's root in an empty folder. */
  readonly fill: (root: string) => Promise<void>
}

/** What a cluster's images are made of: the folder of its programs and the root of its nodes. */
export interface Sources {
  readonly programs: string
  readonly root: string
}

/** Storage folders of registries with the images that every cluster runs, `lab/pause:1` and others, each of one static program. */
export async function clusterImages(sources: Sources): Promise<string[]> {
  const recipes = singleProgramImages(sources)
  return await registriesOf(
    'kubernetes_images',
    contentHash(
      basename(sources.programs),
      basename(join(sources.root, '..')),
      await readFile(import.meta.filename),
    ),
    recipes,
  )
}

/** Storage folders of registries with `lab/postgresql:17`: Debian's, with what CloudNativePG's images have too: user 26, tools for backups. */
export async function databaseImage(): Promise<string[]> {
  const packages = ['postgresql-17', 'barman-cli-cloud', 'python3-boto3', 'ca-certificates']
  return await registriesOf('kubernetes_postgresql', contentHash('trixie', databaseFinish, ...packages), [
    {
      name: 'postgresql:17',
      config: {
        Env: ['PATH=/usr/lib/postgresql/17/bin:/usr/local/bin:/usr/bin:/bin', 'LANG=C.UTF-8'],
        User: '26:26',
        Entrypoint: ['postgres'],
      },
      fill: async (root) => debianRoot({ root, folder: join(root, '..'), packages, finish: databaseFinish }),
    },
  ])
}

/** Storage folders of registries with `lab/cloudnative-pg:1`, the operator; `programs` is the folder that it was built into. */
export async function operatorImage(programs: string): Promise<string[]> {
  const fill = async (image: string) => {
    // As in the published image: the operator copies itself into the pods of its databases, and looks for itself there.
    await mkdir(join(image, 'operator'))
    await cp(join(programs, 'manager_amd64'), join(image, 'operator/manager_amd64'))
    await symlink('operator/manager_amd64', join(image, 'manager'))
  }
  const config = { Entrypoint: ['/manager'], WorkingDir: '/', User: '65532:65532' }
  return await registriesOf(
    'kubernetes_operator',
    contentHash(basename(programs), await readFile(import.meta.filename)),
    [{ name: 'cloudnative-pg:1', config, fill }],
  )
}

/** The cluster that Debian makes at once is nobody's; its files belong to the user 26 from here on. */
const databaseFinish = [
  'chroot "$1" usermod --uid 26 postgres',
  'chroot "$1" groupmod --non-unique --gid 26 postgres',
  'rm -rf "$1"/var/lib/postgresql/17/main',
  'chown -R 26:26 "$1"/var/lib/postgresql "$1"/run/postgresql "$1"/etc/postgresql',
].join(' && ')

function singleProgramImages({ programs, root }: Sources): Recipe[] {
  const only = (program: string) => async (image: string) => {
    await cp(program, join(image, basename(program)))
  }
  return [
    {
      name: 'pause:1',
      config: { Entrypoint: ['/catatonit', '-P'], User: '65532:65532' },
      fill: only(join(root, 'usr/bin/catatonit')),
    },
    {
      name: 'busybox:1',
      config: { Env: ['PATH=/bin'], Cmd: ['/bin/sh'] },
      fill: async (image) => shell(join(root, 'usr/bin/busybox'), image),
    },
    { name: 'coredns:1', config: { Entrypoint: ['/coredns'] }, fill: only(join(programs, 'coredns')) },
    {
      name: 'local-path-provisioner:1',
      config: { Entrypoint: ['/local-path-provisioner'] },
      fill: only(join(programs, 'local-path-provisioner')),
    },
  ]
}

/** Every command that busybox knows, as a link to it. */
async function shell(busybox: string, image: string): Promise<void> {
  const bin = join(image, 'bin')
  await mkdir(bin)
  await cp(busybox, join(bin, 'busybox'))
  const names = (await must([busybox, '--list'])).trim().split('\n')
  for (const name of names.filter((each) => each !== 'busybox')) await symlink('busybox', join(bin, name))
}

async function registriesOf(kind: string, hash: string, recipes: readonly Recipe[]): Promise<string[]> {
  const part = await cachedPart({
    kind,
    hash,
    build: async (folder) => {
      for (const recipe of recipes) {
        const work = join(folder, 'work')
        const layout = await layoutOf(recipe, work)
        await pushTo(join(folder, storageOf(recipe)), `oci:${layout}:latest`, `lab/${recipe.name}`)
        await rm(work, { recursive: true })
      }
    },
  })
  return recipes.map((recipe) => join(part, storageOf(recipe)))
}

const storageOf = ({ name }: Recipe) => name.replace(':', '-')

async function layoutOf({ config, fill }: Recipe, work: string): Promise<string> {
  const root = join(work, 'root')
  await mkdir(root, { recursive: true })
  await fill(root)
  await mkdir(join(root, 'tmp'), { recursive: true })
  await chmod(join(root, 'tmp'), 0o1777)
  await mkdir(join(root, 'etc'), { recursive: true })
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0:root:/:/bin/sh\n', { flag: 'wx' }).catch(() => {})
  const layer = await packLayer(root, ['.'], join(work, 'layer.tar.zst'))
  const layout = join(work, 'layout')
  await writeImageLayout({ layout, layers: [layer], config })
  await rm(root, { recursive: true })
  return layout
}

import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Namespace } from '../namespace.ts'
import { accepting } from '../services.ts'
import { until } from '../waiting.ts'
import { type Kubectl, succeeds } from './kubectl.ts'

/** The S3 server has one key and one bucket. Pods find it at `http://s3.lab:7070`; `manifests/postgresql.yaml` names all of these. */
const STORE = { port: 7070, bucket: 'backups', key: 'lab-access-key', secret: 'lab-secret-key' } as const

/** S3 over a folder of the lab, on `address`. */
export async function startObjectStore(given: {
  readonly space: Namespace
  readonly folder: string
  readonly address: string
  readonly programs: string
}): Promise<void> {
  const { space, folder, address, programs } = given
  const stored = join(folder, 's3')
  await mkdir(join(stored, STORE.bucket), { recursive: true })
  const server = space.spawn(
    [join(programs, 'versitygw'), '--port', `${address}:${STORE.port}`, '--quiet', 'posix', stored],
    { PATH: process.env.PATH, ROOT_ACCESS_KEY: STORE.key, ROOT_SECRET_KEY: STORE.secret },
  )
  await accepting('versitygw', server, address, STORE.port)
}

const IMAGE = 'registry.lab:5000/lab/cloudnative-pg:1'

/**
 * Installs CloudNativePG's operator, from its own manifest with the lab's image in place of the published one, and waits until it takes
 * orders.
 * @param programs folder with its manifest, `databasePrograms`
 */
export async function installOperator(kubectl: Kubectl, programs: string): Promise<void> {
  const manifest = await readFile(join(programs, 'operator.yaml'), 'utf8')
  await kubectl(['apply', '--server-side', '--filename', '-'], { stdin: withImage(manifest, IMAGE) })
  const rollout = ['rollout', 'status', 'deployment/cnpg-controller-manager', '--timeout=180s']
  await kubectl(['--namespace=cnpg-system', ...rollout])
  // Ready is said a moment before its webhooks can be reached.
  const asked = () =>
    succeeds(kubectl, ['create', '--dry-run=server', '--filename', '-'], {
      stdin: JSON.stringify(anyCluster),
    })
  await until("CloudNativePG's webhooks did not answer", asked, { withinMs: 60_000, everyMs: 500 })
}

/** Puts `image` where a manifest of the operator names its own, as image and as value. */
export function withImage(manifest: string, image: string): string {
  return manifest.replace(/^(\s*(?:- )?(?:image|value): )\S+\/cloudnative-pg:\S+$/gm, `$1${image}`)
}

const anyCluster = {
  apiVersion: 'postgresql.cnpg.io/v1',
  kind: 'Cluster',
  metadata: { name: 'any', namespace: 'default' },
  spec: { instances: 1, storage: { size: '1Gi' } },
}

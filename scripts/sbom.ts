// The bill of materials of a release: which packages, in which versions, are in dist/ and in the single file.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { exec } from '@actions/exec'

const root = join(import.meta.dirname, '..')

interface Component {
  readonly name: string
  readonly 'bom-ref': string
  readonly properties?: readonly { readonly name: string; readonly value: string }[]
}

interface Bom {
  readonly serialNumber?: string
  readonly metadata: { readonly timestamp?: string; readonly component: Component }
  readonly components: readonly Component[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
}

/** CycloneDX of what is bundled, from the lockfile alone: a commit and a version of npm give the same bytes. */
export async function billOfMaterials(): Promise<string> {
  let text = ''
  // Not `--omit dev`: npm then leaves out what a development dependency wants as well, such as yaml (npm 11.19).
  const args = ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx', '--sbom-type', 'application']
  await exec('npm', args, { cwd: root, silent: true, listeners: { stdout: (data) => (text += data) } })
  const { serialNumber: _, metadata, ...bom }: Bom = JSON.parse(text)
  const { timestamp: __, ...described } = metadata
  const bundled = new Set(readFileSync(join(root, 'dist/licenses.txt'), 'utf8').split('\n'))
  const components = bom.components.filter(
    // The bundler's own loader is in the bundle, though nothing else of the development dependencies.
    (one) => bundled.has(one.name) && (!forDevelopment(one) || one.name === '@vercel/ncc'),
  )
  const kept = new Set([metadata.component, ...components].map((one) => one['bom-ref']))
  const dependencies = bom.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => kept.has(one)) }))
  // npm calls it by its folder.
  const component = { ...described.component, name: 'litellm-gitops' }
  const whole = { ...bom, metadata: { ...described, component }, components, dependencies }
  return `${JSON.stringify(whole, undefined, 1)}\n`
}

function forDevelopment({ properties = [] }: Component): boolean {
  return properties.some(({ name, value }) => name === 'cdx:npm:package:development' && value === 'true')
}

// Builds dist/: tsc to lib/, the host's files embedded, ncc to one CommonJS bundle with lazy chunks. The same source gives the same bytes.
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { exec } from '@actions/exec'
import { build as bundle, type Plugin } from 'rolldown'
import { minifySync } from 'rolldown/utils'
import { agentFiles } from '../src/host/files.ts'
import { templates } from '../src/init/templates.ts'
import { gatewayJsonSchema, reportJsonSchema } from './json-schema.ts'

const root = join(import.meta.dirname, '..')
const lib = join(root, 'lib')
const dist = join(root, 'dist')

export async function build(): Promise<void> {
  for (const folder of [lib, dist]) rmSync(folder, { recursive: true, force: true })
  await exec('tsc', ['-p', 'tsconfig.build.json'], { cwd: root, silent: false })
  // With this ncc takes our modules for CommonJS to be and keeps the packages that need `__dirname` working.
  writeFileSync(join(lib, 'package.json'), '{}\n')
  for (const data of ['config/litellm/litellm-keys.json', 'agent/programs.json'])
    copyFileSync(join(root, 'src', data), join(lib, data))
  writeFileSync(
    join(lib, 'host/files.js'),
    embeddedFiles(`() => (${JSON.stringify(contentsOfFiles(), undefined, 1)})`),
  )
  writeFileSync(join(lib, 'init/templates.js'), embeddedTemplates())
  await exec('ncc', ['build', 'lib/entries/main.js', '-o', 'dist', '--license', 'licenses.txt', '--quiet'], {
    cwd: root,
  })
  for (const name of readdirSync(dist)) if (/\.(exe|node)$/.test(name)) rmSync(join(dist, name))
  rmSync(join(dist, 'build'), { recursive: true, force: true })
  for (const name of readdirSync(dist)) if (name.endsWith('.js')) minify(join(dist, name))
  writeFileSync(join(dist, 'package.json'), '{"type":"commonjs"}\n')
  const schemas = { gateway: gatewayJsonSchema(), report: reportJsonSchema() }
  for (const [name, schema] of Object.entries(schemas))
    writeFileSync(join(dist, `${name}.schema.json`), `${JSON.stringify(schema, undefined, 1)}\n`)
  writeFileSync(
    join(dist, 'cli.js'),
    "#!/usr/bin/env node\nglobalThis.litellmGitopsEntry = 'cli'\nrequire('./index.js')\n",
    { mode: 0o755 },
  )
}

/**
 * The command line as one file that needs Node and nothing else, for a release and for the day on which GitHub is down.
 * @returns its path
 */
export async function buildSingleFile(): Promise<string> {
  await build()
  const entry = join(lib, 'single.js')
  // The bundle's own start awaits at its top, which a file of this form cannot.
  writeFileSync(
    entry,
    "import { cli } from './entries/cli.js'\ncli(process.argv.slice(2)).then((code) => { process.exitCode = code })\n",
  )
  // In dist they can be read as they are; in here, where nobody would look, they are a fifth of that.
  writeFileSync(
    join(lib, 'host/files.js'),
    `${UNPACKING}${embeddedFiles(`() => ${unpacked(JSON.stringify(contentsOfFiles()))}`)}`,
  )
  writeFileSync(
    join(lib, 'init/templates.js'),
    `${UNPACKING}export function templates() { return ${unpacked(JSON.stringify(templates()))} }\n`,
  )
  const file = join(lib, 'litellm-gitops')
  const { output } = await bundle({
    input: entry,
    platform: 'node',
    plugins: [withoutNativeParts, withPackedData],
    output: {
      file,
      format: 'cjs',
      codeSplitting: false,
      banner: '#!/usr/bin/env node',
      minify: { mangle: { keepNames: true } },
    },
    logLevel: 'warn',
  })
  appendFileSync(file, licencesOf(output[0].moduleIds))
  chmodSync(file, 0o755)
  return file
}

const UNPACKING = "import { brotliDecompressSync } from 'node:zlib'\n"

/** What is evaluated to the document, in a module that begins with `UNPACKING`. */
function unpacked(json: string): string {
  const packed = brotliCompressSync(json).toString('base64')
  return `JSON.parse(brotliDecompressSync(Buffer.from('${packed}', 'base64')).toString())`
}

/** What is known of LiteLLM's versions, a quarter of its size, like the host's programs. */
const withPackedData: Plugin = {
  name: 'with-packed-data',
  load: (id) =>
    /\/config\/litellm\/[\w-]+\.json$/.test(id)
      ? {
          code: `${UNPACKING}export default ${unpacked(readFileSync(id, 'utf8'))}`,
          moduleType: 'js',
        }
      : null,
  // The parser of HTTP, and what secrets are sealed with: machine code that is written in base64.
  transform: (code, id) =>
    /\/undici\/lib\/llhttp\/[\w-]+-wasm\.js$|\/libsodium\/dist\/modules(?:-esm)?\/libsodium\.m?js$/.test(id)
      ? code.replace(
          /(['"])([A-Za-z0-9+/=]{50000,})\1/,
          (_, _quote, bytes: string) =>
            `process.getBuiltinModule('node:zlib').brotliDecompressSync(Buffer.from('${brotliCompressSync(Buffer.from(bytes, 'base64')).toString('base64')}', 'base64')).toString('base64')`,
        )
      : null,
}

const ABSENT = '\0absent'

/**
 * ssh2 has faster parts in machine code and does without them. Left as they are, the file would load them from folders beside and above
 * the one that it happens to lie in, which others may be able to write to, and its bytes would depend on where it was built. The parser of
 * HTTP is there a second time for processors without vector instructions (SSE 4.1, of 2008), which this file does without.
 */
const withoutNativeParts: Plugin = {
  name: 'without-native-parts',
  resolveId: (id) => (/\.node$|^cpu-features$|\/llhttp-wasm\.js$/.test(id) ? ABSENT : null),
  load: (id) =>
    id === ABSENT ? "throw new Error('not a part of the single file')\nmodule.exports = {}" : null,
}

/**
 * The licences that a file passed on alone must carry: ours, and that of each package in it.
 * @param modules paths of all that was bundled
 * @throws when a package is among them whose licence the build did not find
 */
function licencesOf(modules: readonly string[]): string {
  const texts = readFileSync(join(dist, 'licenses.txt'), 'utf8')
  const known = new Set(texts.split('\n'))
  const packages = new Set(
    modules.flatMap((path) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []),
  )
  const missing = [...packages].filter((name) => !known.has(name)).sort()
  if (missing.length > 0)
    throw new Error(`The single file has ${missing.join(', ')} in it, and dist/licenses.txt does not.`)
  const whole = `litellm-gitops\n${readFileSync(join(root, 'LICENSE'), 'utf8')}\n\n${texts}`
  return `\n/*!\n${whole.replaceAll('*/', '* /')}\n*/\n`
}

/** ncc minifies the first chunk only. The names of functions and classes stay, for stacks that can be read. */
function minify(file: string): void {
  const { code, errors } = minifySync(file, readFileSync(file, 'utf8'), { mangle: { keepNames: true } })
  const [error] = errors
  if (error !== undefined) throw new Error(`${file}: ${error.message}`)
  writeFileSync(file, code)
}

/** The module that stands for `src/init/templates.ts` in the bundle. */
function embeddedTemplates(): string {
  return `export function templates() { return ${JSON.stringify(templates(), undefined, 1)} }\n`
}

/** The text of each file that is put on a host or run there, by its path below `src/host/files` and `src/agent`. */
function contentsOfFiles(): { files: Record<string, string>; agent: Record<string, string> } {
  const base = join(root, 'src/host/files')
  const names = readdirSync(base, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('__pycache__'))
    .map((entry) => join(entry.parentPath, entry.name).slice(base.length + 1))
    .sort()
  const files = Object.fromEntries(names.map((name) => [name, readFileSync(join(base, name), 'utf8')]))
  return { files, agent: agentFiles() }
}

/** The module that stands for `src/host/files.ts` in the bundle: the same two functions over what `read`, a function as text, gives. */
function embeddedFiles(read: string): string {
  return `const read = ${read}
let contents
const all = () => (contents ??= read())
export function hostFile(name) {
  const text = all().files[name]
  if (text === undefined) throw new Error('no file of the host is called ' + name)
  return text
}
export function agentFiles() {
  return all().agent
}
`
}

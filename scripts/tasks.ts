// What the npm scripts do, one function a task; scripts/dev.mjs runs this on the project's own Node 24.
import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exec } from '@actions/exec'
import { build, buildSingleFile } from './build.ts'
import { billOfMaterials } from './sbom.ts'

const root = join(import.meta.dirname, '..')
/** Loaded when asked for: a build has neither the tests nor what they bring. */
const checks = () => import('./lint.ts')
const started = performance.now()
/** Tests write and remove thousands of small files that nobody needs afterwards; on a disk that is most of their time. */
const IN_MEMORY = existsSync('/dev/shm') ? { PYTEST_DEBUG_TEMPROOT: '/dev/shm' } : {}

async function step(name: string, command: string, args: readonly string[] = []): Promise<void> {
  const from = performance.now()
  console.log(`\n▶ ${name}`)
  await exec(command, [...args], { cwd: root, silent: false })
  console.log(`✓ ${name} (${seconds(from)} s)`)
}

function seconds(from: number): string {
  return ((performance.now() - from) / 1000).toFixed(1)
}

/** Generated files; and all of TypeScript, Python, shell and workflows that a tool can say something of without running it. */
async function check(): Promise<void> {
  const { requireFresh } = await import('./generate.ts')
  requireFresh()
  const { lintChecks, runChecks, typeChecks } = await checks()
  await runChecks([...(await typeChecks()), ...(await lintChecks())])
}

/** The committed dist/ is what a clean build of this source gives, byte for byte. */
async function checkDist(): Promise<void> {
  await build()
  await step('dist is what the source gives', 'git', ['diff', '--exit-code', '--stat', 'HEAD', '--', 'dist'])
  const stray = await outputOf('git', ['ls-files', '--others', '--exclude-standard', 'dist'])
  if (stray !== '') throw new Error(`The build makes files that are not committed:\n${stray}`)
}

async function outputOf(command: string, args: readonly string[]): Promise<string> {
  let text = ''
  await exec(command, [...args], { cwd: root, silent: true, listeners: { stdout: (data) => (text += data) } })
  return text.trim()
}

async function vitest(project: string, args: readonly string[]): Promise<void> {
  // To strip types and compile again is an eighth of the unit tests' time; a measurement of a start would be falsified by it.
  process.env.NODE_COMPILE_CACHE ??= join(root, 'node_modules/.cache/compile')
  await step(`${project} tests`, 'vitest', ['run', '--project', project, ...args])
}

/** The host's programs, by pytest: npm run test:agent -- -k lease. */
async function agentTests(
  args: readonly string[],
  say: (text: string) => void = (text) => process.stdout.write(text),
): Promise<void> {
  const from = performance.now()
  const { pythonTool } = await import('./python-tools.ts')
  const { program, args: before, env } = await pythonTool('pytest')
  const color = process.stdout.isTTY && !process.env.NO_COLOR ? ['--color=yes'] : []
  say('\n▶ agent tests\n')
  const ended = await exec(program, [...before, ...color, ...args], {
    cwd: root,
    env: { ...process.env, ...env, ...IN_MEMORY } as Record<string, string>,
    silent: true,
    ignoreReturnCode: true,
    listeners: { stdout: (data) => say(data.toString()), stderr: (data) => say(data.toString()) },
  })
  if (ended !== 0)
    throw new Error("The tests of the host's programs failed (npm run test:agent runs them alone).")
  say(`✓ agent tests (${seconds(from)} s)\n`)
}

/** Both kinds side by side, as each waits now and then: those of the host's programs are shown when they have ended. */
async function unitTests(args: readonly string[]): Promise<void> {
  if (args.length > 0) return vitest('unit', args)
  let said = ''
  const agent = agentTests([], (text) => {
    said += text
  }).finally(() => process.stdout.write(said))
  const failures = (await Promise.allSettled([vitest('unit', []), agent])).flatMap((ended) =>
    ended.status === 'rejected' ? [String(ended.reason.message)] : [],
  )
  if (failures.length > 0) throw new Error(failures.join('\n'))
}

/** Two files at a time, then those that must run alone. Those on a cluster run when they are named: nothing that ships needs one yet. */
async function labTests(args: readonly string[]): Promise<void> {
  const cluster = args.some(namesKubernetes)
  if (cluster) await compileKubernetes(['clusterPrograms'])
  await vitest('lab', ['--project', 'alone', ...(cluster ? ['--project', 'kubernetes'] : []), ...args])
}

const namesKubernetes = (arg: string) => arg.includes('kubernetes') || arg.includes('two-nodes')

const ALL_PROGRAMS = ['clusterPrograms', 'storagePrograms', 'databasePrograms'] as const

/** What tests on clusters run, which from nothing takes longer than a test may. A machine that cannot carry a cluster needs none. */
async function compileKubernetes(
  which: readonly (typeof ALL_PROGRAMS)[number][] = ALL_PROGRAMS,
): Promise<void> {
  const programs = await import('../test/lab/kubernetes/programs.ts')
  const { whatClustersLack } = await import('../test/lab/kubernetes/groups.ts')
  if ((await whatClustersLack()) !== undefined) return
  for (const name of which) await programs[name](console.log)
}

/** The proofs that are too long for every run; what they showed is kept in bench/results, also when one fails. */
async function proof(args: readonly string[]): Promise<void> {
  if (args.length === 0 || args.some(namesKubernetes)) await compileKubernetes()
  // Its own for each run: several may go at the same time.
  const report = join(root, `lib/proof-${process.pid}.json`)
  try {
    await vitest('proof', ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args])
  } finally {
    if (existsSync(report)) (await import('../bench/proof.ts')).keepProofs(report)
    await rm(report, { force: true })
  }
}

/** All measurements, or those named: npm run bench -- sync deploy. */
async function bench(names: readonly string[]): Promise<void> {
  const all: Readonly<Record<string, () => Promise<void>>> = {
    start: async () => (await import('../bench/start.ts')).benchStart(),
    config: async () => (await import('../bench/config.ts')).benchConfig(),
    sync: async () => (await import('../bench/sync.ts')).benchSync(),
    deploy: async () => (await import('../bench/deploy.ts')).benchDeploy(),
    rotate: async () => (await import('../bench/rotate.ts')).benchRotate(),
    budgets: async () => (await import('../bench/budgets.ts')).benchBudgets(),
    people: async () => (await import('../bench/people.ts')).benchPeople(),
    backup: async () => (await import('../bench/backup.ts')).benchBackup(),
    days: async () => (await import('../bench/days.ts')).benchDays(),
    report: async () => (await import('../bench/report.ts')).benchReport(),
  }
  for (const name of names.length === 0 ? Object.keys(all) : names) {
    if (all[name] === undefined)
      throw new Error(`There is no measurement "${name}": ${Object.keys(all).join(', ')}`)
    await all[name]()
  }
}

const TASKS: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  setup: async () => {},
  build: async () => build(),
  'build:single': async () => console.log(await buildSingleFile()),
  sbom: async () => {
    const file = join(root, 'lib/litellm-gitops.cdx.json')
    await writeFile(file, await billOfMaterials())
    console.log(file)
  },
  // It reads what the lab knows of versions, which a build of the bundle does without.
  generate: async () => (await import('./generate.ts')).generate(),
  check,
  typecheck: async () => {
    const { runChecks, typeChecks } = await checks()
    await runChecks(await typeChecks())
  },
  lint: async () => {
    const { lintChecks, runChecks } = await checks()
    await runChecks(await lintChecks())
  },
  'lint:workflows': async () => {
    const { runChecks, workflowChecks } = await checks()
    await runChecks(await workflowChecks())
  },
  format: async () => {
    const { formatters, runChecks } = await checks()
    for (const formatter of await formatters()) await runChecks([formatter])
  },
  'check-dist': checkDist,
  'test:unit': unitTests,
  'test:agent': agentTests,
  'test:lab': labTests,
  proof,
  bench,
  test: async () => {
    await check()
    // Half of it waits for the network. The first lab reports what fails in it, and tries again.
    const { commonParts } = await import('../test/lab/lab.ts')
    const parts = commonParts(console.log).catch(() => {})
    await checkDist()
    await unitTests([])
    await parts
    await labTests([])
  },
  program: async (args) => (await import('./program.ts')).runProgram(args),
  demo: async () => (await import('../test/demo/demo.ts')).demo(),
  record: async () => {
    await (await import('../test/contract/record.ts')).record()
    await step('format of what was recorded', 'biome', ['format', '--write', 'test/contract/recorded'])
  },
  lab: async ([kind, ...args]) => {
    if (kind === 'kubernetes')
      return (await import('../test/lab/kubernetes/interactive.ts')).runInteractiveCluster(args)
    const { runInteractiveLab } = await import('../test/lab/interactive.ts')
    const { deployedSnapshot } = await import('../test/story/deployed-lab.ts')
    const where = 'Master key  sudo cat /etc/litellm/master_key, on the host by SSH'
    await runInteractiveLab({ prepared: deployedSnapshot(), prepare: async () => [where] })
  },
}

const [name = '', ...args] = process.argv.slice(2)
const task = TASKS[name]
if (task === undefined) {
  console.error(`No task is called "${name}". There are: ${Object.keys(TASKS).join(', ')}.`)
  process.exitCode = 2
} else {
  try {
    await task(args)
    console.log(`\n✓ ${name} in ${seconds(started)} s`)
  } catch (error) {
    console.error(
      `\n✗ ${name} after ${seconds(started)} s: ${error instanceof Error ? error.message : error}`,
    )
    process.exitCode = 1
  }
}

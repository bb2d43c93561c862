import { execFile } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { ConfigError } from '../config/problem.ts'

/** What the workflows name the action by: `uses: …@<commit> # <name>`. */
export interface Pin {
  /** 40 digits. */
  readonly commit: string
  /** The release or branch that this commit is, for people and for Dependabot. */
  readonly name: string
}

export const ACTION_URL = 'https://github.com/litellm-gitops/litellm-gitops'
const COMMIT = /^[0-9a-f]{40}$/
const OURS = /[/:]litellm-gitops\/litellm-gitops(?:\.git)?\/?$/
const RELEASE = /^v\d+\.\d+\.\d+$/
const start = promisify(execFile)

/**
 * The commit to pin the action to. A release is committed with its bundle, so that no bundle can hold the hash of its own commit: asked
 * are, in this order, the person (`ref` as 40 digits), the clone that `program` runs from, and GitHub's repository, by git.
 * @param ref a commit, tag or branch; undefined for the release that this program is
 * @param program the file that runs, `…/dist/cli.js` in a clone
 * @throws ConfigError that says how to find the commit: a tag or a branch is never written in its place
 */
export async function pinFor(ref: string | undefined, version: string, program: string): Promise<Pin> {
  const release = `v${version}`
  if (ref !== undefined && COMMIT.test(ref)) return { commit: ref, name: release }
  if (ref === undefined) {
    const own = await commitOfClone(program, release)
    if (own !== undefined) return own
  }
  const name = ref ?? release
  return { commit: await publishedCommit(name), name }
}

/** Of a clone of this project that has what its commit has, where that commit is one that GitHub has too; undefined elsewhere. */
async function commitOfClone(program: string, release: string): Promise<Pin | undefined> {
  if (!existsSync(program)) return undefined
  const dist = dirname(realpathSync(program))
  const root = dirname(dist)
  if (basename(dist) !== 'dist' || !existsSync(join(root, '.git'))) return undefined
  try {
    if (!OURS.test(await git('-C', root, 'config', '--get', 'remote.origin.url'))) return undefined
    await git('-C', root, 'diff', '--quiet', 'HEAD', '--', 'dist', 'action.yml')
    const commit = await git('-C', root, 'rev-parse', '--verify', 'HEAD')
    const known = await git(
      ...['-C', root, 'for-each-ref', '--contains', commit, '--format=%(refname)'],
      ...['refs/tags', 'refs/remotes/origin'],
    )
    if (!COMMIT.test(commit) || known === '') return undefined
    const tags = (await git('-C', root, 'tag', '--points-at', commit)).split('\n')
    return { commit, name: tags.find((tag) => RELEASE.test(tag)) ?? `after ${release}` }
  } catch {
    // No git, another repository's clone, changed files: ask for the published one.
    return undefined
  }
}

async function publishedCommit(name: string): Promise<string> {
  const tag = `refs/tags/${name}`
  // An annotated tag is its own object; `^{}` is the commit it points to.
  const wanted = [`${tag}^{}`, tag, `refs/heads/${name}`]
  let listed: string
  try {
    listed = await git('ls-remote', ACTION_URL, ...wanted)
  } catch (error) {
    throw unknown(name, `${ACTION_URL} could not be asked: ${reasonOf(error)}.`)
  }
  const commits = new Map(
    listed.split('\n').map((line) => {
      const [commit = '', ref = ''] = line.split('\t')
      return [ref, commit]
    }),
  )
  const found = wanted.map((one) => commits.get(one)).find((one) => one !== undefined)
  if (found === undefined || !COMMIT.test(found))
    throw unknown(name, `${ACTION_URL} has neither a tag nor a branch of this name.`)
  return found
}

function unknown(name: string, reason: string): ConfigError {
  const at = { file: 'init', line: 1, column: 1 }
  const message = `the workflows pin the action to a commit, and that of "${name}" could not be found: ${reason}`
  const fix = `give --ref with the commit's 40 digits; where there is a network, git ls-remote ${ACTION_URL} "refs/tags/v*" lists those of the releases.`
  return new ConfigError([{ severity: 'error', code: 'ref', message, fix, at }])
}

async function git(...args: string[]): Promise<string> {
  // No password prompt: the repository is public.
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' }
  const { stdout } = await start('git', args, { env, timeout: 30_000 })
  return stdout.trim()
}

/** The last line of git's message, without trailing hints. */
function reasonOf(error: unknown): string {
  const { code, killed, stderr } = error as { code?: unknown; killed?: boolean; stderr?: string }
  if (code === 'ENOENT') return 'git is not installed here'
  if (killed === true) return 'there was no answer within 30 seconds'
  return (
    stderr
      ?.split('\n')
      .find((line) => line.startsWith('fatal:'))
      ?.slice('fatal: '.length)
      .replace(/\.$/, '') ?? String(error)
  )
}

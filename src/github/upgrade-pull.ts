import { Buffer } from 'node:buffer'
import type { Redactor } from '../log/redact.ts'
import { everyPage, type Octokit, statusOf } from './client.ts'
import { COMMENT_LIMIT, markerLine } from './sticky-comment.ts'
import { characters, truncateMarkdown } from './truncate-markdown.ts'

export const UPGRADE_BRANCH = 'litellm-gitops/upgrade'
const MARKER = 'litellm-gitops upgrade'
/** Begins the title, and the message of each commit of ours: a branch with another one is somebody's work. upgrade.yml knows it too. */
const OURS = 'Upgrade LiteLLM from '
const BOT = 'github-actions[bot]'
const NO_WORKFLOWS =
  "> [!NOTE]\n> The job's own token opened this: GitHub starts no workflow for it, or one that waits for approval. Approve it where there is a button for that; else close this and open it again. `plan` runs then, and its result is what `deploy` is held to. With a token of an App or a person (docs/tokens.md) this is not needed."

export interface PullOptions {
  readonly octokit: Octokit
  readonly owner: string
  readonly repo: string
  /** Begins as `Upgrade LiteLLM from 1.106.2 …`. */
  readonly title: string
  /** Markdown. */
  readonly body: string
  /** What the file has now, and what it will have. */
  readonly file: { readonly path: string; readonly before: string; readonly text: string }
  readonly redact: Redactor
}

export interface Pull {
  readonly outcome: 'opened' | 'updated'
  readonly number: number
  readonly url: string
}

/** Why there is no pull request although there could be one, in words with the next step. */
export class PullRefused extends Error {
  override name = 'PullRefused'
}

/**
 * Keeps one pull request with this file, on a branch of its own that begins at the default branch.
 * @throws PullRefused when the token may not write, when the branch has commits of others, or when the file is not that of the default branch
 */
export async function keepUpgradePull(options: PullOptions): Promise<Pull> {
  try {
    const base = await defaultBranch(options)
    await prepareBranch(options, base)
    return await writePull(options, base.name)
  } catch (error) {
    const status = statusOf(error)
    if (status !== 403 && status !== 404) throw error
    throw new PullRefused(
      `The token may not write the pull request (${error instanceof Error ? error.message : status}). The job needs contents: write and pull-requests: write, and in the repository's settings Actions must be allowed to create pull requests; or give github-token another one.`,
    )
  }
}

/** Puts a text in the place of the open one's; undefined when there is none. */
export async function tellUpgradePull(
  options: Pick<PullOptions, 'octokit' | 'owner' | 'repo' | 'body' | 'redact'>,
): Promise<Pull | undefined> {
  const open = await openPull(options)
  if (open === undefined) return undefined
  const { owner, repo } = options
  await options.octokit.rest.pulls.update({
    ...{ owner, repo, pull_number: open.number, body: bodyOf(options, open.user?.login) },
  })
  return { outcome: 'updated', number: open.number, url: open.html_url }
}

interface Base {
  readonly name: string
  readonly sha: string
}

async function defaultBranch({ octokit, owner, repo }: PullOptions): Promise<Base> {
  const { data } = await octokit.rest.repos.get({ owner, repo })
  const name = data.default_branch
  const ref = await octokit.rest.git.getRef({ owner, repo, ref: `heads/${name}` })
  return { name, sha: ref.data.object.sha }
}

/** Afterwards the branch has the file, in one commit on the default branch; one that has it already stays as it is. */
async function prepareBranch(options: PullOptions, base: Base): Promise<void> {
  const { octokit, owner, repo, file, title } = options
  const { path, before, text } = file
  const found = await contentOf(options, base.sha)
  if (found?.text !== before)
    throw new PullRefused(
      `${path} on ${base.name} is not what this run read. Run it on ${base.name}, of which nothing is changed.`,
    )
  if ((await headOf(options)) === undefined)
    await octokit.rest.git.createRef({ owner, repo, ref: `refs/heads/${UPGRADE_BRANCH}`, sha: base.sha })
  else {
    await requireOurs(options, base.name)
    if (await hasFile(options, base)) return
    const ref = `heads/${UPGRADE_BRANCH}`
    await octokit.rest.git.updateRef({ owner, repo, ref, sha: base.sha, force: true })
  }
  await octokit.rest.repos.createOrUpdateFileContents({
    ...{ owner, repo, path, branch: UPGRADE_BRANCH, message: title },
    ...{ content: Buffer.from(text).toString('base64'), sha: found.sha },
  })
}

async function headOf({ octokit, owner, repo }: PullOptions): Promise<string | undefined> {
  try {
    const { data } = await octokit.rest.git.getRef({ owner, repo, ref: `heads/${UPGRADE_BRANCH}` })
    return data.object.sha
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    throw error
  }
}

async function requireOurs({ octokit, owner, repo }: PullOptions, base: string): Promise<void> {
  const basehead = `${base}...${UPGRADE_BRANCH}`
  const { data } = await octokit.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead })
  const foreign = data.commits.find(({ commit }) => !commit.message.startsWith(OURS))
  if (foreign !== undefined)
    throw new PullRefused(
      `The branch ${UPGRADE_BRANCH} has a commit that is not of upgrade (${foreign.sha.slice(0, 7)}), so it is left alone. Merge or close its pull request, delete the branch, and run again.`,
    )
}

/** Whether the branch begins at this commit of the default branch and has the file. */
async function hasFile(options: PullOptions, base: Base): Promise<boolean> {
  const { octokit, owner, repo, file } = options
  const basehead = `${base.sha}...${UPGRADE_BRANCH}`
  const { data } = await octokit.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead })
  return data.behind_by === 0 && (await contentOf(options, UPGRADE_BRANCH))?.text === file.text
}

/** Undefined where there is no such file. */
async function contentOf({ octokit, owner, repo, file: { path } }: PullOptions, ref: string) {
  try {
    const { data } = await octokit.rest.repos.getContent({ owner, repo, path, ref })
    if (Array.isArray(data) || data.type !== 'file' || !('content' in data)) return undefined
    return { sha: data.sha, text: Buffer.from(data.content, 'base64').toString() }
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    throw error
  }
}

async function writePull(options: PullOptions, base: string): Promise<Pull> {
  const { octokit, owner, repo, title } = options
  const open = await openPull(options)
  if (open !== undefined) {
    const body = bodyOf(options, open.user?.login)
    await octokit.rest.pulls.update({ owner, repo, pull_number: open.number, title, body })
    return { outcome: 'updated', number: open.number, url: open.html_url }
  }
  const body = bodyOf(options, undefined)
  const { data } = await octokit.rest.pulls.create({ owner, repo, title, body, base, head: UPGRADE_BRANCH })
  if (data.user?.login === BOT)
    await octokit.rest.pulls.update({ owner, repo, pull_number: data.number, body: bodyOf(options, BOT) })
  return { outcome: 'opened', number: data.number, url: data.html_url }
}

/** By its branch, of this repository: anybody can name a branch of a fork so. */
async function openPull({ octokit, owner, repo }: Pick<PullOptions, 'octokit' | 'owner' | 'repo'>) {
  const pulls = await everyPage(
    octokit.paginate.iterator(octokit.rest.pulls.list, {
      ...{ owner, repo, state: 'open', head: `${owner}:${UPGRADE_BRANCH}`, per_page: 100 },
    }),
    `open pull requests of ${owner}/${repo}`,
  )
  const own = `${owner}/${repo}`.toLowerCase()
  return pulls.find(({ head }) => head.ref === UPGRADE_BRANCH && head.repo?.full_name.toLowerCase() === own)
}

function bodyOf({ body, redact }: Pick<PullOptions, 'body' | 'redact'>, author: string | undefined): string {
  const head = `${markerLine(MARKER)}\n${author === BOT ? `${NO_WORKFLOWS}\n\n` : ''}`
  const note = '_Cut here: the whole text is in the summary of the run._'
  return head + truncateMarkdown(redact(body), COMMENT_LIMIT - head.length, characters, note)
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { printed } from '../lab/starter/starter.ts'

export interface NewCommit {
  readonly message: string
  /** The text of each file that it adds or changes; null for one that it removes. */
  readonly files: Readonly<Record<string, string | null>>
  /** The second parent of a merge. */
  readonly merges?: string
}

/** A repository without a working tree. Commits are streamed to git: a dozen processes for each pull request took most of a test's time. */
export class History {
  readonly folder = mkdtempSync(join(tmpdir(), 'history-'))
  readonly #heads = new Map<string, string>()
  #seconds = 1_790_000_000

  constructor() {
    this.#git(['init', '--quiet', '--bare', '--template=', '--initial-branch=main'])
  }

  /** The last commit of a branch. */
  head(branch: string): string {
    const head = this.#heads.get(branch)
    if (head === undefined) throw new Error(`there is no branch ${branch}`)
    return head
  }

  /** Makes a branch lead to a commit, as a force push does. */
  reset(branch: string, commit: string): void {
    this.#git(['update-ref', `refs/heads/${branch}`, commit])
    this.#heads.set(branch, commit)
  }

  /** Adds commits to a branch, one after the other, and returns the last. `from` is where the branch starts or continues. */
  add(branch: string, commits: readonly NewCommit[], from = this.#heads.get(branch)): string {
    const stream = commits.map((commit, index) =>
      this.#streamed(branch, commit, index === 0 ? from : undefined),
    )
    const head = this.#git(['fast-import', '--quiet', '--force'], `${stream.join('')}get-mark :1\ndone\n`)
    this.#heads.set(branch, head)
    return head
  }

  remove(): void {
    rmSync(this.folder, { recursive: true })
  }

  #streamed(branch: string, { message, files, merges }: NewCommit, from: string | undefined): string {
    this.#seconds += 1
    return [
      `commit refs/heads/${branch}`,
      'mark :1',
      `committer octocat <octocat@example.com> ${this.#seconds} +0000`,
      data(message),
      ...(from === undefined ? [] : [`from ${from}`]),
      ...(merges === undefined ? [] : [`merge ${merges}`]),
      ...Object.entries(files).flatMap(([path, text]) =>
        text === null ? [`D ${path}`] : [`M 100644 inline ${path}`, data(text)],
      ),
      '',
    ].join('\n')
  }

  #git(args: readonly string[], input = ''): string {
    return printed('git', ['-C', this.folder, ...args], { input }).trim()
  }
}

/** A text as `git fast-import` reads it. */
export function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`
}

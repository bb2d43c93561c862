import { ended, printed } from '../lab/starter/starter.ts'
import { data } from './history.ts'

export interface CommitFacts {
  readonly sha: string
  readonly tree: string
  readonly parents: readonly string[]
  readonly message: string
  readonly author: { readonly name: string; readonly email: string; readonly date: string }
}

export type Entry =
  | { readonly type: 'file'; readonly path: string; readonly sha: string; readonly content: Buffer }
  | { readonly type: 'directory'; readonly entries: readonly ListedEntry[] }

export interface ListedEntry {
  readonly type: 'file' | 'dir'
  readonly path: string
  readonly sha: string
  readonly size: number
}

export interface Comparison {
  readonly ahead: readonly CommitFacts[]
  readonly behind: number
  readonly fork: CommitFacts
}

const COMMIT = /^[0-9a-f]{40}$/

/** The files and commits of a repository on GitHub, taken from a git folder on this machine. */
export class GitContents {
  readonly #directory: string
  /** What commits are and how they differ never changes: a process of git is started once for each question. */
  readonly #known = new Map<string, Buffer>()

  constructor(directory: string) {
    this.#directory = directory
  }

  /** The commit that a branch, tag, `refs/…` name or SHA leads to. */
  commit(ref: string): CommitFacts | undefined {
    return this.commits(ref, 1)[0]
  }

  /** Newest first; with a path only those that touched it. Empty for an unknown ref. */
  commits(ref: string, limit: number, path?: string): CommitFacts[] {
    const format = ['%H', '%T', '%P', '%an', '%ae', '%aI', '%B'].join('%x00')
    const log = this.#asked(ref.split('..'), [
      'log',
      `--max-count=${limit}`,
      `--format=${format}%x01`,
      '--end-of-options',
      ref,
      '--',
      ...(path === undefined ? [] : [path]),
    ])
    if (log === undefined) return []
    const records = log
      .toString('utf8')
      .split('\u0001')
      .map((record) => record.replace(/^\n/, ''))
    return records.filter(Boolean).map((record) => {
      const [sha = '', tree = '', parents = '', name = '', email = '', date = '', message = ''] =
        record.split('\0')
      const list = parents.split(' ').filter(Boolean)
      return {
        sha,
        tree,
        parents: list,
        message: message.trimEnd(),
        author: { name, email, date: utc(date) },
      }
    })
  }

  /** What `head` has and `base` has not, oldest first, and the last commit that both have; undefined for an unknown one. */
  compare(base: string, head: string): Comparison | undefined {
    const fork = this.#asked([base, head], ['merge-base', base, head])?.toString('utf8').trim()
    const above = fork === undefined ? undefined : this.commit(fork)
    if (above === undefined) return undefined
    const ahead = this.commits(`${base}..${head}`, 10_000).toReversed()
    return { ahead, behind: this.commits(`${head}..${base}`, 10_000).length, fork: above }
  }

  /** The file or folder at a path (`''` is the root) of a ref; undefined when either does not exist. */
  entry(path: string, ref: string): Entry | undefined {
    const commit = this.commit(ref)
    if (commit === undefined) return undefined
    const object = `${commit.sha}:${path}`
    const found = this.#object(object)
    if (found?.type === 'blob') return { type: 'file', path, sha: found.sha, content: found.content }
    return found?.type === 'tree' ? { type: 'directory', entries: this.#list(path, object) } : undefined
  }

  /** What is under a name, by one process. */
  #object(
    name: string,
  ): { readonly sha: string; readonly type: string; readonly content: Buffer } | undefined {
    const answer = this.#git(['cat-file', '--batch'], `${name}\n`)
    const end = answer?.indexOf('\n') ?? -1
    const [, sha = '', type = ''] =
      /^([0-9a-f]{40}) (\w+) \d+$/.exec(answer?.toString('utf8', 0, end) ?? '') ?? []
    return answer === undefined || sha === ''
      ? undefined
      : { sha, type, content: answer.subarray(end + 1, -1) }
  }

  /** Files that differ between two commits, with their status as GitHub names it. */
  changedFiles(
    base: string,
    head: string,
  ): { status: 'added' | 'modified' | 'removed'; path: string; sha: string }[] {
    const names = { A: 'added', M: 'modified', D: 'removed' } as const
    const range = `${base}...${head}`
    const diff = this.#asked([base, head], ['diff', '--raw', '--no-abbrev', '--no-renames', '-z', range])
    const fields = diff?.toString('utf8').split('\0') ?? []
    const changed: { status: 'added' | 'modified' | 'removed'; path: string; sha: string }[] = []
    for (let at = 0; at + 1 < fields.length; at += 2) {
      const [, , , sha = '', status = 'M'] = (fields[at] ?? '').split(' ')
      changed.push({
        status: names[status as keyof typeof names] ?? 'modified',
        path: fields[at + 1] ?? '',
        sha,
      })
    }
    return changed
  }

  /** Has a ref name a commit that is there. */
  move(ref: string, sha: string): boolean {
    return this.#git(['update-ref', ref, sha]) !== undefined
  }

  /** Commits one file on top of a branch, as GitHub does for its API; answers the commit. */
  write(ref: string, path: string, content: Buffer, message: string): string {
    const now = `${Math.floor(Date.now() / 1000)} +0000`
    const stream = [
      `commit ${ref}`,
      'mark :1',
      `author github-actions[bot] <bot@github.example> ${now}`,
      `committer GitHub <noreply@github.example> ${now}`,
      data(message),
      `from ${ref}^0`,
      `M 100644 inline ${path}`,
      data(content.toString()),
      'get-mark :1',
      'done',
      '',
    ].join('\n')
    const args = ['-C', this.#directory, 'fast-import', '--quiet', '--done']
    return printed('git', args, { input: stream }).trim()
  }

  #list(path: string, object: string): ListedEntry[] {
    const listing = this.#git(['ls-tree', '-l', '-z', object])?.toString('utf8') ?? ''
    return listing
      .split('\0')
      .filter(Boolean)
      .map((line) => {
        const [facts = '', name = ''] = line.split('\t')
        const [, type, sha = '', size] = facts.split(/ +/)
        const kind = type === 'tree' ? 'dir' : 'file'
        return { type: kind, sha, size: Number(size) || 0, path: path === '' ? name : `${path}/${name}` }
      })
  }

  #asked(refs: readonly string[], args: readonly string[]): Buffer | undefined {
    const key = args.join('\0')
    const answer = this.#known.get(key) ?? this.#git(args)
    if (answer !== undefined && refs.every((ref) => COMMIT.test(ref))) this.#known.set(key, answer)
    return answer
  }

  #git(args: readonly string[], input = ''): Buffer | undefined {
    const { status, stdout } = ended('git', ['-C', this.#directory, ...args], { input })
    return status === 0 ? stdout : undefined
  }
}

function utc(date: string): string {
  return `${new Date(date).toISOString().slice(0, 19)}Z`
}

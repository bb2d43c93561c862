import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ACTION_URL } from '../../../src/init/commit.ts'
import { printed } from '../../lab/starter/starter.ts'

/** A repository of this machine that git takes for the project's on GitHub: with the tag of a release, and a later commit on main. */
export interface Published {
  readonly folder: string
  /** What the tag stands for; the tag is annotated, so its own hash is another one. */
  readonly release: string
  readonly main: string
  readonly git: (...args: string[]) => string
  remove(): void
}

export function publish(tag: string): Published {
  const base = mkdtempSync(join(tmpdir(), 'published-'))
  const folder = join(base, 'litellm-gitops/litellm-gitops')
  mkdirSync(join(folder, 'dist'), { recursive: true })
  const identity = ['-c', 'user.name=octocat', '-c', 'user.email=octocat@example.com']
  const git = (...args: string[]) => printed('git', ['-C', folder, ...identity, ...args]).trim()
  const commit = (text: string) => {
    writeFileSync(join(folder, 'dist/cli.js'), text)
    git('add', '.')
    git('commit', '--quiet', '-m', text)
    return git('rev-parse', 'HEAD')
  }
  git('init', '--quiet', '--initial-branch=main')
  writeFileSync(join(folder, 'action.yml'), 'name: action\n')
  const release = commit('// the release')
  git('tag', '--annotate', '-m', tag, tag)
  const main = commit('// after it')
  return { folder, release, main, git, remove: () => rmSync(base, { recursive: true }) }
}

/** Git's own way to have another repository answer for an address. */
export function insteadOfGitHub(folder: string): Record<string, string> {
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `url.${folder}.insteadOf`,
    GIT_CONFIG_VALUE_0: ACTION_URL,
  }
}

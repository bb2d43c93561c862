import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { ACTION_URL, pinFor } from '../../../src/init/commit.ts'
import { printed } from '../../lab/starter/starter.ts'
import { insteadOfGitHub, type Published, publish } from './published.ts'

let published: Published
let clones: string
beforeAll(() => {
  published = publish('v1.2.3')
  clones = join(dirname(dirname(published.folder)), 'clones')
  mkdirSync(clones)
})
afterAll(() => published.remove())
beforeEach(() => {
  for (const [name, value] of Object.entries(insteadOfGitHub(published.folder))) vi.stubEnv(name, value)
})
afterEach(() => vi.unstubAllEnvs())

const elsewhere = '/usr/bin/litellm-gitops'

describe('what GitHub has', () => {
  test('the release of the program is pinned by the commit that its tag stands for', async () => {
    expect(await pinFor(undefined, '1.2.3', elsewhere)).toEqual({ commit: published.release, name: 'v1.2.3' })
    expect(published.git('rev-parse', 'v1.2.3')).not.toBe(published.release)
  })

  test.each([
    ['a tag', 'v1.2.3', () => published.release],
    ['a branch', 'main', () => published.main],
  ])('%s that is asked for is pinned by its commit', async (_, ref, commit) => {
    expect(await pinFor(ref, '1.2.3', elsewhere)).toEqual({ commit: commit(), name: ref })
  })

  test.each(['v9.9.9', '2.3', 'v1.2.*', '--upload-pack=touch /tmp/never', 'abcdef1'])(
    'what is no tag or branch is never written: %s',
    async (ref) => {
      await expect(pinFor(ref, '1.2.3', elsewhere)).rejects.toThrow(
        /could not be found: .* has neither a tag nor a branch of this name.*git ls-remote/s,
      )
    },
  )

  test('40 digits are taken as they are, and nobody is asked', async () => {
    vi.stubEnv('PATH', '/nowhere')
    const commit = 'c'.repeat(40)
    expect(await pinFor(commit, '1.2.3', elsewhere)).toEqual({ commit, name: 'v1.2.3' })
  })

  test('without a network it is an error that says what to do, not a tag', async () => {
    vi.stubEnv('GIT_CONFIG_VALUE_0', 'https://github.com/litellm-gitops/')
    vi.stubEnv('GIT_CONFIG_KEY_0', `url.${join(published.folder, 'nowhere')}/.insteadOf`)
    await expect(pinFor(undefined, '1.2.3', elsewhere)).rejects.toThrow(
      /that of "v1\.2\.3" could not be found: .*could not be asked: .*--ref with the commit's 40 digits/s,
    )
  })

  test('without git as well', async () => {
    vi.stubEnv('PATH', '/nowhere')
    await expect(pinFor(undefined, '1.2.3', elsewhere)).rejects.toThrow(/git is not installed here/)
  })
})

describe('a clone that the program runs from', () => {
  /** As README has it: shallow, of the tag. */
  function clone(name: string, ...options: string[]): string {
    const folder = join(clones, name)
    printed('git', ['clone', '--quiet', '--no-local', ...options, ACTION_URL, folder])
    return folder
  }
  /** No network from here on: only the clone can answer. */
  const offline = () => vi.stubEnv('GIT_CONFIG_VALUE_0', 'https://example.com/other')

  test('answers offline, with the release that it is', async () => {
    const folder = clone(
      'release',
      '--depth',
      '1',
      '--branch',
      'v1.2.3',
      '--config',
      'advice.detachedHead=false',
    )
    offline()
    const pin = await pinFor(undefined, '1.2.3', join(folder, 'dist/cli.js'))
    expect(pin).toEqual({ commit: published.release, name: 'v1.2.3' })
  })

  test('through a link too, and past the release', async () => {
    const folder = clone('main')
    const link = join(clones, 'litellm-gitops')
    symlinkSync(join(folder, 'dist/cli.js'), link)
    offline()
    expect(await pinFor(undefined, '1.2.3', link)).toEqual({ commit: published.main, name: 'after v1.2.3' })
  })

  test.each([
    [
      'a commit that GitHub does not have',
      (folder: string) => {
        const identity = ['-c', 'user.name=o', '-c', 'user.email=o@example.com']
        printed('git', ['-C', folder, ...identity, 'commit', '--quiet', '--allow-empty', '-m', 'mine'])
      },
    ],
    ['a changed bundle', (folder: string) => writeFileSync(join(folder, 'dist/cli.js'), '// changed')],
    [
      'a clone of another repository',
      (folder: string) => {
        printed('git', ['-C', folder, 'remote', 'set-url', 'origin', 'https://github.com/acme/gateway'])
      },
    ],
  ])('%s is not pinned: GitHub is asked for the release', async (name, change) => {
    const folder = clone(name.replaceAll(' ', '-'))
    change(folder)
    const pin = await pinFor(undefined, '1.2.3', join(folder, 'dist/cli.js'))
    expect(pin).toEqual({ commit: published.release, name: 'v1.2.3' })
  })
})

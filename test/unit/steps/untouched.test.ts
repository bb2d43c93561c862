import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { changedFiles } from '../../../src/github/changed-files.ts'
import { createClient } from '../../../src/github/client.ts'
import { createRecordingLogger } from '../../../src/log/logger.ts'
import type { CommandContext } from '../../../src/steps/command.ts'
import { filesIn } from '../../../src/steps/files.ts'
import { untouched } from '../../../src/steps/untouched.ts'
import { GitContents } from '../../github/git-contents.ts'
import { History, type NewCommit } from '../../github/history.ts'
import { type LocalGitHub, startGitHub } from '../../github/server.ts'
import type { Permissions } from '../../github/tokens.ts'

type Files = NewCommit['files']

const GATEWAY: Files = {
  'gateway.yaml': 'domain: llm.example.com\ninclude: models/*.yaml\n',
  'models/a.yaml': 'model_list: []\n',
}

/** One repository with all commits, and one reader of it, for all tests: each question to git is a process. */
const history = new History()
const git = new GitContents(history.folder)
const commits = new Map<string, string>()
afterAll(() => history.remove())

/** A commit with these files alone, or with such changes to another. */
function commit(files: Files, onto?: string): string {
  const key = JSON.stringify([files, onto])
  const sha = commits.get(key) ?? history.add(`commit-${commits.size}`, [{ message: 'x', files }], onto)
  commits.set(key, sha)
  return sha
}

let folder: string
let github: LocalGitHub
/** What the repository has before the change. */
let before: Files

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'untouched-'))
  before = GATEWAY
  github = await startGitHub({ repositories: [{ owner: 'example', name: 'gateway', git }] })
})

afterEach(async () => {
  await github.close()
  expect(github.violations).toEqual([])
  rmSync(folder, { recursive: true })
})

async function planned(
  change: Files,
  {
    event = 'pull_request',
    permissions = { pull_requests: 'write', contents: 'read' },
    config = 'gateway.yaml',
  }: { event?: 'pull_request' | 'merge_group'; permissions?: Permissions; config?: string } = {},
) {
  const baseSha = commit(before)
  const headSha = commit(change, baseSha)
  for (const [path, text] of Object.entries({ ...before, ...change })) {
    if (text === null) continue
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const { number } = github.state.repository().openPullRequest({
    title: 'x',
    head: { ref: 'change', sha: headSha },
    base: { ref: 'main', sha: baseSha },
  })
  const token = github.issueToken({ kind: 'actions', login: 'github-actions[bot]', permissions })
  const about = { headRef: 'change', baseRef: 'main', origin: 'trusted' as const }
  const run = {
    owner: 'example',
    repo: 'gateway',
    ...(event === 'pull_request'
      ? { pullRequest: { number, headSha, baseSha, ...about } }
      : { mergeGroup: { baseSha, headSha } }),
  }
  return await untouched({
    config,
    files: filesIn(folder),
    logger: createRecordingLogger(),
    changedFiles: () => changedFiles(createClient({ token, apiUrl: github.url }), run),
  } as unknown as CommandContext)
}

const write = (path: string): Files => ({ [path]: 'changed: here\n' })
const remove = (path: string): Files => ({ [path]: null })

describe.each(['pull_request', 'merge_group'] as const)('a %s', (event) => {
  test('that changes only a README has nothing to plan, and is green', async () => {
    expect(await planned(write('README.md'), { event })).toEqual({
      untouched: true,
      markdown: expect.stringContaining('Nothing to plan'),
    })
  })

  test.each(['gateway.yaml', 'models/a.yaml', 'models/new.yaml', '.github/workflows/plan.yml'])(
    'that changes %s is planned',
    async (path) => {
      expect(await planned(write(path), { event })).toBeUndefined()
    },
  )

  test('that removes what is included is planned', async () => {
    expect(await planned(remove('models/a.yaml'), { event })).toBeUndefined()
  })
})

test('a declaration is known by its file, however it is written', async () => {
  expect(await planned(write('gateway.yaml'), { config: './gateway.yaml' })).toBeUndefined()
})

test('what cannot be told is planned', async () => {
  expect(await planned(write('README.md'), { permissions: {} })).toBeUndefined()
})

test('a declaration that is no YAML is left to the plan, which says so', async () => {
  before = { ...GATEWAY, 'gateway.yaml': 'a: [' }
  expect(await planned(write('README.md'))).toBeUndefined()
})

test.each([
  ['by a merge key', 'x: &more {include: models/*.yaml}\n<<: *more\n'],
  ['by a longer way', 'include: models/./a.yaml\n'],
])('what is included %s is planned', async (_, text) => {
  before = { ...GATEWAY, 'gateway.yaml': text }
  expect(await planned(write('models/a.yaml'))).toBeUndefined()
})

describe('files beside the configuration', () => {
  beforeEach(() => {
    before = {
      ...GATEWAY,
      'gateway.yaml':
        'litellm_settings: {callbacks: [hooks.h], global_prompt_directory: prompts}\nfiles: [data/*.txt]\n',
      'hooks.py': 'import words',
      'words.py': '',
      'prompts/a.prompt': '',
      'data/a.txt': '',
    }
  })

  test.each(['hooks.py', 'words.py', 'prompts/a.prompt', 'prompts/new.prompt', 'data/a.txt', 'data/new.txt'])(
    'a change of %s is planned',
    async (path) => expect(await planned(write(path))).toBeUndefined(),
  )

  test.each(['hooks.py', 'words.py', 'prompts/a.prompt', 'data/a.txt'])(
    'without %s is planned',
    async (path) => expect(await planned(remove(path))).toBeUndefined(),
  )

  test('a change of something else is not', async () => {
    expect(await planned(write('docs/x.md'))).toMatchObject({ untouched: true })
  })
})

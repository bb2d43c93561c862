import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parse } from 'yaml'
import { ended, printed } from '../lab/starter/starter.ts'

/** The template's own script, with a cosign that knows which image was signed how. What cosign itself proves is its own business. */
const { jobs } = parse(
  readFileSync(join(import.meta.dirname, '../../workflows/verify-image.yml'), 'utf8'),
) as {
  jobs: { verify: { steps: { run?: string; env?: Record<string, string> }[] } }
}
const step = jobs.verify.steps.find(({ run }) => run !== undefined)
const image = (digit: string, repository = 'ghcr.io/berriai/litellm-database') =>
  `${repository}@sha256:${digit.repeat(64)}`
const KEYLESS = image('a')
const SECOND_KEY = image('b', 'docker.io/litellm/litellm')
const FIRST_KEY = image('c')
const UNSIGNED = image('d')

let folder: string
let repository: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'verify-image-'))
  repository = join(folder, 'repository')
  mkdirSync(join(folder, 'bin'))
  writeFileSync(
    join(folder, 'bin/cosign'),
    `#!/bin/bash
echo "$*" >>"${folder}/asked"
case "$*" in
  "verify --certificate-identity https://github.com/BerriAI/project-releaser/.github/workflows/release.yml@refs/heads/main --certificate-oidc-issuer https://token.actions.githubusercontent.com ${KEYLESS}") ;;
  "verify --key https://raw.githubusercontent.com/BerriAI/litellm/e82a3c6"*"/cosign.pub ${SECOND_KEY}") ;;
  "verify --key https://raw.githubusercontent.com/BerriAI/litellm/0112e53"*"/cosign.pub ${FIRST_KEY}") ;;
  *) echo "Error: no signatures found" >&2; exit 10 ;;
esac
`,
  )
  chmodSync(join(folder, 'bin/cosign'), 0o755)
  printed('git', ['init', '--quiet', '--initial-branch=main', repository])
})
afterEach(() => rmSync(folder, { recursive: true }))

function commit(text: string): void {
  const identity = ['-c', 'user.name=octocat', '-c', 'user.email=octocat@example.com']
  writeFileSync(join(repository, 'gateway.yaml'), text)
  printed('git', ['-C', repository, 'add', '.'])
  printed('git', ['-C', repository, ...identity, 'commit', '--quiet', '--allow-empty', '-m', 'x'])
}

function verify() {
  const { status, stdout } = ended(
    'bash',
    ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step?.run ?? 'exit 99'],
    {
      cwd: repository,
      env: {
        PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
        HOME: folder,
        RUNNER_TEMP: folder,
        ...step?.env,
      },
    },
  )
  return { status, said: stdout.toString().trim() }
}
const declaration = (name: string) => `litellm:\n  image: ${name} # the newest\n`

test.each([
  ['by the release workflow', KEYLESS, 0, `::notice::${KEYLESS} was signed by LiteLLM's release workflow.`],
  [
    'with its second key',
    SECOND_KEY,
    0,
    `::warning::${SECOND_KEY} was signed with a key that LiteLLM gave up`,
  ],
  ['with its first key', FIRST_KEY, 0, `::warning::${FIRST_KEY} was signed with a key that LiteLLM gave up`],
  ['by nobody', UNSIGNED, 1, `::error file=gateway.yaml::${UNSIGNED} has no signature of LiteLLM.`],
])('an image that is new and signed %s', (_, name, status, said) => {
  commit(declaration(image('0')))
  commit(declaration(name))
  expect(verify()).toEqual({ status, said: expect.stringContaining(said) })
})

test('one that main has is not asked about again, one of somebody else not at all', () => {
  commit(declaration(UNSIGNED))
  commit(`${declaration(UNSIGNED)}# registry.example.com/litellm@sha256:${'e'.repeat(64)}\n`)
  expect(verify()).toEqual({
    status: 0,
    said: expect.stringContaining('::notice::gateway.yaml names no new image'),
  })
})

test('one with a tag beside its digest is verified by the digest, and a tag that is added or changed asks for nothing', () => {
  const tagged = (name: string, tag: string) => declaration(name.replace('@', `:${tag}@`))
  commit(declaration(image('0')))
  commit(tagged(UNSIGNED, 'v1.106.2'))
  expect(verify()).toEqual({
    status: 1,
    said: expect.stringContaining(`::error file=gateway.yaml::${UNSIGNED} has no signature of LiteLLM.`),
  })
  commit(tagged(UNSIGNED, 'main-v1.106.2-stable'))
  expect(verify().said).toContain('names no new image')
})

test('the first gateway.yaml of a repository is verified whole', () => {
  writeFileSync(join(repository, 'README.md'), '')
  commit(declaration(KEYLESS))
  expect(verify().said).toContain(`::notice::${KEYLESS} was signed`)
})

test('of two images, one without a signature fails the check and the other is still told', () => {
  commit('')
  commit(`litellm: {image: '${UNSIGNED}'} # was "${KEYLESS}"\n`)
  const { status, said } = verify()
  expect(status).toBe(1)
  expect(said.split('\n').map((line) => line.split('::')[1])).toEqual(['notice', 'error file=gateway.yaml'])
})

import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import ssh2 from 'ssh2'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import { runCommand } from '../../../src/entries/run.ts'
import { fingerprintOf } from '../../../src/host/host-key.ts'
import { connect } from '../../../src/host/session.ts'
import { openSshPair } from '../../../src/hypervisors/host-key-pair.ts'
import { codeownersText } from '../../../src/init/codeowners.ts'
import { PROVIDERS } from '../../../src/init/declaration.ts'
import { secretsOf } from '../../../src/init/steps.ts'
import { templates } from '../../../src/init/templates.ts'
import { workflowFor } from '../../../src/init/workflows.ts'
import { createKnownSecrets } from '../../../src/log/known-secrets.ts'
import { createRecordingLogger } from '../../../src/log/logger.ts'
import type { CommandContext } from '../../../src/steps/command.ts'
import { filesIn } from '../../../src/steps/files.ts'
import type { Inputs } from '../../../src/steps/inputs.ts'
import { VERSION } from '../../../src/version.ts'
import { FakeRegistry, putImage } from '../registry/fake-registry.ts'
import { insteadOfGitHub, type Published, publish } from './published.ts'

const pair = openSshPair(generateKeyPairSync('ed25519').privateKey, 'test')
const IMAGE = `ghcr.io/berriai/litellm-database@sha256:${'b'.repeat(64)}`
const GIVEN: Inputs = {
  ...{ domain: 'llm.example.com', host: '192.0.2.10', image: IMAGE, 'host-key': pair.public },
  providers: 'openai, anthropic',
}
let published: Published
beforeAll(() => {
  published = publish(`v${VERSION}`)
  for (const [name, value] of Object.entries(insteadOfGitHub(published.folder))) vi.stubEnv(name, value)
})
afterAll(() => {
  vi.unstubAllEnvs()
  published.remove()
})

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'init-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function run(command: 'init' | 'plan', inputs: Inputs, more: Partial<CommandContext> = {}) {
  const logger = createRecordingLogger()
  return runCommand(command, {
    config: 'gateway.yaml',
    files: filesIn(folder),
    // Without it git is asked each time; `commit.test.ts` has that.
    inputs: command === 'plan' ? { ...inputs, offline: true } : { ref: published.release, ...inputs },
    sshKey: undefined,
    env: {},
    logger,
    secrets: createKnownSecrets(),
    connect,
    addressesOf: async () => [],
    now: () => new Date(),
    write: (path, text) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    },
    run: { holder: 'test', url: 'test' },
    ...more,
  }).then((report) => ({ report, text: logger.text }))
}
const read = (path: string) => readFileSync(join(folder, path), 'utf8')

describe('in an empty repository', () => {
  test('writes what a plan takes without a complaint, and says what is left', async () => {
    const { report, text } = await run('init', GIVEN)
    expect([report.failed, report.problems], text).toEqual([false, []])
    expect(parse(read('gateway.yaml'))).toMatchObject({
      users: 100,
      vm: { ssh: { user: 'debian' } },
      front: { admin: 'private' },
    })
    const plan = await run('plan', {})
    expect([plan.report.failed, plan.report.problems], plan.text).toEqual([false, []])
    expect(text).toContain('gh secret set ANTHROPIC_API_KEY --env gateway\n')
    expect(text).toContain('gh secret set GATEWAY_READ_SSH_KEY < ~/.ssh/gateway-read\n')
    expect(text).not.toContain('PERPLEXITY')
    expect(read('.github/workflows/sync.yml')).toMatch(
      /secrets\.ANTHROPIC_API_KEY \}\}\n +OPENAI_API_KEY: .*\n$/,
    )
  })

  test('the models of all providers are routed, have a price and want no note', async () => {
    await run('init', { ...GIVEN, providers: Object.keys(PROVIDERS).join(',') })
    const plan = await run('plan', {})
    expect([plan.report.failed, plan.report.problems], plan.text).toEqual([false, []])
  })

  test('has main protected before the environments that only protected branches may use', async () => {
    const { text } = await run('init', GIVEN)
    const left = text.slice(text.indexOf('What is left:')).split('\n')
    const protect = left.findIndex((line) => line.includes('Protect main first'))
    const environment = left.findIndex((line) => line.includes('/environments/'))
    expect(protect).toBeGreaterThan(0)
    expect(environment).toBe(protect + 1)
  })

  test('every workflow runs the action of the release’s commit', async () => {
    await run('init', { ...GIVEN, ref: `v${VERSION}` })
    const uses = readdirSync(join(folder, '.github/workflows')).flatMap(
      (name) => read(`.github/workflows/${name}`).match(/litellm-gitops\/litellm-gitops@.*/g) ?? [],
    )
    expect(uses.length).toBeGreaterThan(8)
    expect([...new Set(uses)]).toEqual([`litellm-gitops/litellm-gitops@${published.release} # v${VERSION}`])
  })

  test('a commit that cannot be found out stops it before anything is asked or written', async () => {
    const ask = async (question: string) => {
      throw new Error(`asked ${question}`)
    }
    const { report, text } = await run('init', { ref: 'v0.0.0' }, { ask })
    expect(report.failed).toBe(true)
    expect(text).toContain('that of "v0.0.0" could not be found')
    expect(filesIn(folder).list('**/*')).toEqual([])
  })

  test('names all that is missing at once, and writes nothing', async () => {
    const { report, text } = await run('init', { domain: 'llm.example.com' })
    expect(report.failed).toBe(true)
    expect(text).toContain('--host, --image are missing')
    expect(filesIn(folder).list('**/*')).toEqual([])
  })

  test.each([
    [{ domain: 'not a domain' }, /domain/],
    [{ image: 'https://ghcr.io/berriai/litellm-database' }, /litellm\.image/],
    [{ image: '127.0.0.1:1/litellm:v1' }, /127\.0\.0\.1:1 cannot be reached: .*give another tag/],
    [{ providers: 'openai, closedai' }, /got the provider "closedai"/],
    [{ users: 'many' }, /users/],
  ])('refuses %o before anything is written', async (wrong, said) => {
    const { report, text } = await run('init', { ...GIVEN, ...wrong })
    expect(report.failed).toBe(true)
    expect(text).toMatch(said)
    expect(filesIn(folder).list('**/*')).toEqual([])
  })

  test('asks the registry for the digest of a tag, and writes both', async () => {
    const registry = await new FakeRegistry().start()
    const { index } = putImage(registry, 'v1.106.2')
    const image = `${registry.place}/acme/litellm:v1.106.2`
    const { report, text } = await run('init', { ...GIVEN, image })
    registry.stop()
    expect([report.failed, report.problems], text).toEqual([false, []])
    expect(parse(read('gateway.yaml')).litellm.image).toBe(`${image}@${index}`)
    expect(text).toContain(`image ${image}@${index}: signature not checked: the registry has none for it`)
  })

  test('asks a person for the rest, and offers what is usual', async () => {
    const asked: string[] = []
    const ask = async (question: string, preset?: string) => {
      asked.push(question)
      return preset ?? { D: 'llm.example.com', A: '192.0.2.10', I: IMAGE }[question[0] ?? ''] ?? ''
    }
    const { report, text } = await run('init', { 'host-key': pair.public }, { ask })
    expect([report.failed, asked.length], text).toEqual([false, 6])
    expect(parse(read('gateway.yaml')).model_list).toHaveLength(1)
  })
})

describe('CODEOWNERS', () => {
  test('names who reviews the declaration, what it includes, and the workflows', async () => {
    const { report, text } = await run('init', { ...GIVEN, owner: '@acme/platform' })
    expect(report.failed, text).toBe(false)
    expect(read('.github/CODEOWNERS')).toMatch(
      /^\/gateway\.yaml @acme\/platform\n\/\.github\/ @acme\/platform\n$/m,
    )
  })

  test('says what to fill in when nobody is named', async () => {
    await run('init', GIVEN)
    const lines = read('.github/CODEOWNERS').trim().split('\n')
    expect(lines.every((line) => line.startsWith('#'))).toBe(true)
    expect(lines).toContain('# /gateway.yaml @your-org/your-team')
  })

  test('that is there stays, and the lines that it lacks are told', async () => {
    writeFileSync(join(folder, 'CODEOWNERS'), '* @acme/all\n/gateway.yaml @acme/platform\n')
    const { text } = await run('init', { ...GIVEN, owner: '@acme/platform' })
    expect(text).toContain('kept CODEOWNERS: it exists already; add these lines: /.github/ @acme/platform')
    expect(() => read('.github/CODEOWNERS')).toThrow()
  })

  test('names the files that go to the host', () => {
    const declaration = {
      litellm_settings: {
        callbacks: ['hooks.audit.h', 'langfuse', 'litellm.x.y'],
        global_prompt_directory: './prompts',
      },
      general_settings: { custom_auth: 's3://bucket/auth.check' },
      files: ['data/*.txt', 'words.txt'],
    }
    const lines = codeownersText('deploy/gateway.yaml', declaration, '@a').trim().split('\n').slice(2)
    expect(lines).toEqual(
      [
        'deploy/gateway.yaml',
        'deploy/hooks/audit.py',
        'deploy/prompts',
        'deploy/data/',
        'deploy/words.txt',
        '.github/',
      ].map((path) => `/${path} @a`),
    )
  })

  test.each([
    [undefined, ['/gateway.yaml @a', '/.github/ @a']],
    ['models/*.yaml', ['/gateway.yaml @a', '/models/ @a', '/.github/ @a']],
    [
      ['a b/c.yaml', './more/**/x-*.yaml'],
      ['/gateway.yaml @a', '/a\\ b/c.yaml @a', '/more/ @a', '/.github/ @a'],
    ],
    ['*.yaml', ['/gateway.yaml @a', '/ @a', '/.github/ @a']],
  ])('of an include of %j', (include, lines) => {
    const text = codeownersText('gateway.yaml', { include }, '@a')
    expect(text.split('\n').filter((line) => line.startsWith('/'))).toEqual(lines)
  })

  test.each(['acme', '@acme/a b', '@acme/x\n* @evil', '@', '# x', '@-x'])(
    'takes no %j for an owner',
    async (owner) => {
      const { report, text } = await run('init', { ...GIVEN, owner })
      expect([report.failed, text]).toEqual([true, expect.stringContaining('got the owner')])
      expect(filesIn(folder).list('**/*')).toEqual([])
    },
  )
})

test('no job that has to tell of something waits for reviewers', () => {
  const environments = Object.entries(templates()).flatMap(([name, text]) =>
    Object.values((parse(text) as { jobs: Record<string, { environment?: string }> }).jobs).map(
      ({ environment }) => [name, environment],
    ),
  )
  expect(Object.fromEntries(environments)).toMatchObject({
    ...{ 'sync.yml': 'gateway', 'deploy.yml': 'gateway', 'restore.yml': 'gateway-restore' },
    ...{ 'drift.yml': undefined, 'doctor.yml': undefined, 'report.yml': undefined, 'plan.yml': undefined },
    ...{ 'backup-verify.yml': 'gateway-watch', 'drill.yml': 'gateway-watch' },
  })
})

test('only what sends them gets keys of providers', () => {
  const given = Object.entries(templates()).flatMap(([name, text]) => (/_API_KEY/.test(text) ? [name] : []))
  expect(given).toEqual(['deploy.yml', 'sync.yml', 'upgrade.yml'])
  // What rehearses an upgrade sends none: those that the host has reach nobody from there.
  expect(templates()['upgrade.yml']?.split('\n  deploy:')[0]).not.toMatch(/_API_KEY/)
})

test('no check that can be required is left pending by a filter', () => {
  for (const name of ['plan', 'verify-image']) {
    const { on } = parse(templates()[`${name}.yml`] ?? '')
    expect(on).toEqual({ pull_request: null, merge_group: null })
  }
})

test('what is there already stays as it is', async () => {
  mkdirSync(join(folder, '.github/workflows'), { recursive: true })
  writeFileSync(join(folder, '.github/workflows/plan.yml'), 'mine')
  writeFileSync(join(folder, 'gateway.yaml'), 'domain: mine.example.com\n')
  const { report, text } = await run('init', {})
  expect(report.failed, text).toBe(false)
  expect(text).toContain('kept gateway.yaml: it exists already')
  expect([read('gateway.yaml'), read('.github/workflows/plan.yml')]).toEqual([
    'domain: mine.example.com\n',
    'mine',
  ])
})

test('the models of a config.yaml are taken over, its secrets as references', async () => {
  writeFileSync(
    join(folder, 'config.yaml'),
    'model_list:\n  - model_name: own\n    litellm_params: {model: openai/gpt-4o, api_key: os.environ/MY_KEY}\n',
  )
  const { report, text } = await run('init', GIVEN)
  expect(report.failed, text).toBe(false)
  expect(parse(read('gateway.yaml'))).toMatchObject({
    domain: 'llm.example.com',
    model_list: [{ model_name: 'own' }],
  })
  expect(read('.github/workflows/sync.yml')).toMatch(/MY_KEY: \$\{\{ secrets\.MY_KEY \}\}\n/)
})

describe('a host key that nobody has given', () => {
  let server: ssh2.Server
  let host: string
  // One for each test: a program that another test starts meanwhile may hold the socket of the last for a moment.
  let number = 76
  beforeEach(async () => {
    number += 1
    server = new ssh2.Server({ hostKeys: [pair.private] }, (client) => client.on('error', () => {}))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(22, `127.0.0.${number}`, resolve)
    })
    host = (server.address() as AddressInfo).address
  })
  afterEach(async () => {
    await new Promise<void>((resolve) => server.close(() => resolve()))
  })
  const fingerprint = fingerprintOf(Buffer.from(pair.public.split(' ')[1] ?? '', 'base64'))

  test('is shown, and pinned when a person says that it is the machine’s', async () => {
    const { 'host-key': _, ...given } = GIVEN
    const answers: string[] = []
    const ask = async (question: string, preset?: string) => {
      if (!question.includes('Type yes')) return preset ?? ''
      answers.push(question)
      return 'yes'
    }
    const { report, text } = await run('init', { ...given, host }, { ask })
    expect(report.failed, text).toBe(false)
    expect(answers).toEqual([expect.stringContaining(fingerprint)])
    expect(parse(read('gateway.yaml')).vm.ssh.host_key).toBe(pair.public)
  })

  test('is never taken on first sight', async () => {
    const { 'host-key': _, ...given } = GIVEN
    const { report, text } = await run('init', { ...given, host })
    expect(report.failed).toBe(true)
    expect(text).toContain(fingerprint)
    expect(text).toContain(`--host-key "${pair.public}"`)
    expect(filesIn(folder).list('**/*')).toEqual([])
  })
})

describe('a template', () => {
  const sync = templates()['sync.yml'] ?? ''

  test('is pinned to a commit, with its version beside it', () => {
    const pin = { commit: 'c'.repeat(40), name: 'v9.0.0' }
    expect(workflowFor(sync, { pin, references: [] })).toContain(
      `uses: litellm-gitops/litellm-gitops@${pin.commit} # v9.0.0\n`,
    )
  })

  test.each(Object.keys(templates()))('%s stays what it was but for that', (name) => {
    const template = templates()[name] ?? ''
    const same = {
      pin: undefined,
      references: secretsOf([template])
        .map((one) => one.name)
        .filter((one) => one.endsWith('_API_KEY')),
    }
    const sorted = (text: string) => text.split('\n').sort()
    expect(sorted(workflowFor(template, same))).toEqual(sorted(template))
  })

  test('tells which secret goes into which environment', () => {
    expect(secretsOf([templates()['plan.yml'] ?? '', sync])).toEqual([
      { name: 'GATEWAY_READ_SSH_KEY', environment: undefined },
      ...[
        'ANTHROPIC_API_KEY',
        'GATEWAY_SSH_KEY',
        'OPENAI_API_KEY',
        'OPENROUTER_API_KEY',
        'PERPLEXITY_API_KEY',
      ].map((name) => ({ name, environment: 'gateway' })),
    ])
  })
})

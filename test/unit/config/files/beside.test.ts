import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { loadDesired } from '../../../../src/config/desired.ts'
import { besideOf } from '../../../../src/config/files/beside.ts'
import { ConfigError, formatProblem, type Problem } from '../../../../src/config/problem.ts'
import { readSource } from '../../../../src/config/yaml/source.ts'
import { filesIn } from '../../../../src/steps/files.ts'
import { cases } from '../../../lab/proof.ts'

const HEAD = {
  domain: 'llm.example.com',
  vm: { ssh: { host: '192.0.2.10', user: 'debian', host_key: 'ssh-ed25519 AAAA' } },
  litellm: { image: `ghcr.io/berriai/litellm-database@sha256:${'b'.repeat(64)}` },
  model_list: [],
}
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'beside-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function put(files: Readonly<Record<string, string | Buffer>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

/** Sections that gateway.yaml may not have yet are looked at all the same. */
function beside(declared: object, file = 'gateway.yaml') {
  put({ [file]: stringify({ ...HEAD, ...declared }) })
  const files = filesIn(folder)
  return besideOf(readSource(file, files), files)
}

const paths = (declared: object) => beside(declared).files.map(({ path }) => path)
const told = (declared: object) => beside(declared).problems.map(formatProblem).join('\n')
const severities = (problems: readonly Problem[]) => problems.map(({ severity, code }) => [severity, code])
const settings = (litellm_settings: object) => ({ litellm_settings })
const general = (general_settings: object) => ({ general_settings })
const model = (litellm_params: object) => ({
  model_list: [{ model_name: 'a', litellm_params: { model: 'openai/a', ...litellm_params } }],
})
const guardrail = (litellm_params: object) => ({ guardrails: [{ guardrail_name: 'g', litellm_params }] })

const PLACES: readonly (readonly [string, (value: string) => object])[] = [
  ['callbacks, one', (value) => settings({ callbacks: value })],
  ['callbacks', (value) => settings({ callbacks: ['langfuse', value] })],
  ['success_callback', (value) => settings({ success_callback: [value] })],
  ['failure_callback', (value) => settings({ failure_callback: [value] })],
  ['audit_log_callbacks', (value) => settings({ audit_log_callbacks: [value] })],
  ['post_call_rules', (value) => settings({ post_call_rules: value })],
  [
    'custom_provider_map',
    (value) => settings({ custom_provider_map: [{ provider: 'p', custom_handler: value }] }),
  ],
  [
    'guardrails as they were',
    (value) => settings({ guardrails: [{ mine: { callbacks: [value], default_on: true } }] }),
  ],
  ...[
    'custom_auth',
    'custom_key_generate',
    'custom_key_update',
    'custom_key_policy',
    'custom_team_metadata_validate',
    'custom_sso',
    'custom_ui_sso_sign_in_handler',
  ].map((name) => [name, (value: string) => general({ [name]: value })] as const),
  ['custom_validate', (value) => general({ litellm_jwtauth: { custom_validate: value } })],
  [
    'custom_secret_manager',
    (value) => general({ key_management_settings: { custom_secret_manager: value } }),
  ],
  ['guardrails', (value) => guardrail({ guardrail: value, mode: 'pre_call' })],
  ['plugins', (value) => ({ router_settings: { plugins: [value] } })],
  ['plugins of a complexity router', (value) => model({ complexity_router_config: { plugins: [value] } })],
  ['classifier_plugin', (value) => model({ complexity_router_config: { classifier_plugin: value } })],
  ['mcp_tools', (value) => ({ mcp_tools: [{ name: 't', description: 'd', handler: value }] })],
]

describe.each(PLACES)('Python under %s', (_, declared) => {
  test('goes along', () => {
    put({ 'hooks.py': 'handler = 1\n', 'other.py': '' })
    expect(beside(declared('hooks.handler'))).toMatchObject({
      files: [{ path: 'hooks.py', text: 'handler = 1\n' }],
      problems: [],
    })
  })

  test('of a folder goes along with what makes it a package', () => {
    put({ 'team/ours/hooks.py': '', 'team/__init__.py': '', 'team/other.py': '' })
    expect(paths(declared('team.ours.hooks.handler'))).toEqual(['team/__init__.py', 'team/ours/hooks.py'])
  })

  test('that is missing is an error with its place', () => {
    expect(told(declared('hooks.handler'))).toMatch(
      /^gateway\.yaml:\d+:\d+: .* is "hooks\.handler", but there is no hooks\.py beside this file: LiteLLM would not start\. Fix: put hooks\.py into the folder/,
    )
  })

  test.each([
    'litellm.integrations.langfuse.x',
    's3://bucket/hooks.handler',
    'gcs://bucket/hooks.handler',
    'os.environ/HOOK',
    'langfuse',
  ])('is not looked for when it is %s', (value) =>
    expect(beside(declared(value))).toEqual({ files: [], problems: [] }),
  )

  test('may be in an image of one’s own', () => {
    const litellm = { ...HEAD.litellm, in_image: ['acme'] }
    expect(beside({ ...declared('acme.hooks.handler'), litellm })).toEqual({ files: [], problems: [] })
    expect(told({ ...declared('acmes.hooks.handler'), litellm })).toMatch(/litellm\.in_image/)
  })
})

test('all callers of get_instance_fn in LiteLLM have a place here', () => {
  // grep get_instance_fn in 1.106.2: callbacks ×2, legacy and new guardrails, pass-through, secret manager, JWT, MCP tools, routing.
  expect(PLACES).toHaveLength(22)
  put({ 'adapter.py': '' })
  expect(paths(general({ pass_through_endpoints: [{ path: '/x', target: 'adapter.handler' }] }))).toEqual([
    'adapter.py',
  ])
  // Any other text is an address to LiteLLM.
  expect(beside(general({ pass_through_endpoints: [{ path: '/x', target: 'api.example.com' }] }))).toEqual({
    files: [],
    problems: [],
  })
})

describe('what Python imports', () => {
  test.each([
    ['import words', ['words.py']],
    ['import os, words as w', ['words.py']],
    ['from words import LIST', ['words.py']],
    ['def f():\n    from words import LIST', ['words.py']],
    ['from pack import one', ['pack/__init__.py', 'pack/one.py']],
    ['from pack.one import x', ['pack/__init__.py', 'pack/one.py']],
    ['from pack import (\n    one,\n    two as t,\n)', ['pack/__init__.py', 'pack/one.py', 'pack/two.py']],
    ['from bare.deep import x', ['bare/deep.py']],
    ['import litellm.proxy\nfrom fastapi import Request', []],
    ['text = "nothing to import here"', []],
  ])('%s', (text, more) => {
    put({
      'hooks.py': text,
      'words.py': '',
      'pack/__init__.py': '',
      'pack/one.py': '',
      'pack/two.py': '',
      'bare/deep.py': '',
      'unused.py': '',
    })
    expect(paths(settings({ callbacks: ['hooks.h'] }))).toEqual([...more, 'hooks.py'].sort())
  })

  test('goes along too, from file to file, and round', () => {
    put({ 'a.py': 'import b', 'b.py': 'import c', 'c.py': 'import a' })
    expect(paths(settings({ callbacks: ['a.h'] }))).toEqual(['a.py', 'b.py', 'c.py'])
  })

  test.each([
    ['from .two import x', ['pack/hooks.py', 'pack/two.py']],
    ['from . import two', ['pack/hooks.py', 'pack/two.py']],
    ['from ..words import x', ['pack/hooks.py', 'words.py']],
  ])('relatively: %s', (text, all) => {
    put({ 'pack/hooks.py': text, 'pack/two.py': '', 'words.py': '' })
    expect(paths(settings({ callbacks: ['pack.hooks.h'] }))).toEqual(all)
  })
})

const FILES: readonly (readonly [string, (value: string) => object])[] = [
  ['ssl_verify', (value) => settings({ ssl_verify: value })],
  ['ssl_verify of a model', (value) => model({ ssl_verify: value })],
  ['auto_router_config_path', (value) => model({ auto_router_config_path: value })],
  ['global_prompt_directory', (value) => settings({ global_prompt_directory: value })],
  [
    'prompt_file',
    (value) => ({
      prompts: [{ prompt_id: 'p', litellm_params: { prompt_integration: 'dotprompt', prompt_file: value } }],
    }),
  ],
  [
    'presidio_ad_hoc_recognizers',
    (value) => guardrail({ guardrail: 'presidio', presidio_ad_hoc_recognizers: value }),
  ],
  [
    'blocked_words_file',
    (value) => guardrail({ guardrail: 'litellm_content_filter', blocked_words_file: value }),
  ],
  ['custom_routes_file', (value) => guardrail({ guardrail: 'semantic_guard', custom_routes_file: value })],
  ['spec_path', (value) => ({ mcp_servers: { pets: { spec_path: value } } })],
]

describe.each(FILES)('a file under %s', (_, declared) => {
  test.each(['data/a.json', './data/a.json', '/etc/litellm/data/a.json'])('goes along as %s', (value) => {
    put({ 'data/a.json': '{}' })
    expect(beside(declared(value))).toMatchObject({ files: [{ path: 'data/a.json' }], problems: [] })
  })

  test('may be a folder; what nobody wrote stays', () => {
    put({
      'data/a.prompt': '',
      'data/deep/b.prompt': '',
      'data/.hidden': '',
      'data/__pycache__/a.pyc': 'x',
      'other.prompt': '',
    })
    expect(paths(declared('data'))).toEqual(['data/a.prompt', 'data/deep/b.prompt'])
  })

  test('that is missing is an error with its place', () => {
    expect(told(declared('data/a.json'))).toMatch(
      /^gateway\.yaml:\d+:\d+: .*"data\/a\.json", but there is no such file or folder/,
    )
  })

  test('that is elsewhere in the container is a warning with the way on, unless the image has it', () => {
    const { files, problems } = beside(declared('/app/a.json'))
    expect(files).toEqual([])
    expect(severities(problems)).toEqual([['warning', 'container-path']])
    expect(formatProblem(problems[0] as Problem)).toMatch(
      /Fix: write it relative to this file, and put the file there; .*litellm\.in_image/,
    )
    expect(told({ ...declared('/app/a.json'), litellm: { ...HEAD.litellm, in_image: ['/app'] } })).toBe('')
    expect(told(declared('/etc/ssl/certs/ca-certificates.crt'))).toBe('')
  })

  test('does not lead out of the folder', () => {
    writeFileSync(join(folder, 'secret.json'), '{}')
    put({ 'deploy/x': '' })
    const { files, problems } = beside(declared('../secret.json'), 'deploy/gateway.yaml')
    expect(files).toEqual([])
    expect(severities(problems)).toEqual([['error', 'beside-path']])
  })

  test.each(['https://example.com/a.json', 'true', 'os.environ/A'])('is none when it is %s', (value) =>
    expect(beside(declared(value))).toEqual({ files: [], problems: [] }),
  )
})

test('what may be a file goes along where it is one, and is in nobody’s way elsewhere', () => {
  put({ 'tools/server.py': '', 'ca.pem': '' })
  const stdio = {
    mcp_servers: {
      pets: { command: 'python', args: ['-u', 'tools/server.py', '@scope/package', '../x', '/app/y.py'] },
    },
  }
  expect(beside(stdio)).toMatchObject({ files: [{ path: 'tools/server.py' }], problems: [] })
  expect(paths({ environment_variables: { SSL_CERT_FILE: 'ca.pem', LOG: 'ca.pem' } })).toEqual(['ca.pem'])
})

describe('the file of a key', () => {
  const KEYS: readonly (readonly [string, (value: string) => object])[] = [
    ['vertex_credentials', (value) => model({ vertex_credentials: value })],
    ['oci_key_file', (value) => model({ oci_key_file: value })],
    [
      'credential_list',
      (value) => ({
        credential_list: [{ credential_name: 'c', credential_values: { vertex_credentials: value } }],
      }),
    ],
    [
      'GOOGLE_APPLICATION_CREDENTIALS',
      (value) => ({ environment_variables: { GOOGLE_APPLICATION_CREDENTIALS: value } }),
    ],
    ['gcs_path_service_account', (value) => settings({ cache_params: { gcs_path_service_account: value } })],
  ]
  test.each(KEYS)('under %s never goes along', (_, declared) => {
    const missing = beside(declared('keys/vertex.json'))
    expect(severities(missing.problems)).toEqual([['warning', 'key-file']])
    expect(formatProblem(missing.problems[0] as Problem)).toMatch(
      /store the content of the file as a GitHub secret.*os\.environ\/NAME/,
    )
    expect(severities(beside(declared('/app/key.json')).problems)).toEqual([['warning', 'key-file']])
    put({ 'keys/vertex.json': '{}' })
    const found = beside(declared('keys/vertex.json'))
    expect(found.files).toEqual([])
    expect(severities(found.problems)).toEqual([['error', 'key-in-repository']])
    for (const text of ['os.environ/VERTEX', '{"type": "service_account"}', 'plain'])
      expect(told(declared(text))).toBe('')
  })
})

describe('files', () => {
  test('lists paths, folders and patterns', () => {
    put({ 'a.txt': '', 'b/c.txt': '', 'b/d.md': '', 'e/f/g.txt': '', 'e/h.txt': '' })
    expect(paths({ files: ['a.txt', 'b', 'e/**/*.txt'] })).toEqual([
      'a.txt',
      'b/c.txt',
      'b/d.md',
      'e/f/g.txt',
      'e/h.txt',
    ])
    expect(paths({ files: ['./a.txt', 'b/'] })).toEqual(['a.txt', 'b/c.txt', 'b/d.md'])
  })

  test('that match nothing, or lead out, are errors with their place', () => {
    put({ 'a.txt': '' })
    expect(told({ files: ['a.txt', 'b/*.md'] })).toMatch(
      /^gateway\.yaml:\d+:\d+: no file matches files\[1\], "b\/\*\.md"\. Fix: /,
    )
    expect(told({ files: ['../a.txt'] })).toMatch(/"\.\.\/a\.txt" is refused: it leads out of the folder/)
    expect(told({ files: ['/etc/passwd'] })).toMatch(/is refused: it is an absolute path/)
  })

  test('are never the declaration itself, nor in the place of the configuration', () => {
    put({ 'a.yaml': '' })
    expect(paths({ files: ['*.yaml'] })).toEqual(['a.yaml'])
    put({ 'config.yaml': '' })
    expect(told({ files: ['*.yaml'] })).toMatch(/config\.yaml would be in the place of the configuration/)
  })

  test('are from the folder of the declaration', () => {
    put({ 'deploy/a.txt': 'there', 'a.txt': 'elsewhere' })
    expect(beside({ files: ['a.txt'] }, 'deploy/gateway.yaml').files).toMatchObject([
      { path: 'a.txt', text: 'there' },
    ])
  })
})

describe('is refused', () => {
  const FORMS: readonly (readonly [string, () => void, RegExp])[] = [
    [
      'a link',
      () => symlinkSync('/etc/passwd', join(folder, 'x.txt')),
      /it is a link that leads out of the repository/,
    ],
    [
      'a link within the repository',
      () => {
        put({ 'y.txt': '' })
        symlinkSync('y.txt', join(folder, 'x.txt'))
      },
      /it is a link, or in a folder that is one/,
    ],
    [
      'a name that may mean something else',
      () => put({ 'x y.txt': '' }),
      /"x y\.txt" has a name that is not taken along/,
    ],
    [
      'what is no text',
      () => put({ 'x.txt': Buffer.from([0xff, 0xfe, 0x00]) }),
      /x\.txt:1:1: the file is not UTF-8 .* only text goes to the host/,
    ],
    [
      'a large file',
      () => put({ 'x.txt': 'x'.repeat(1024 * 1024 + 1) }),
      /x\.txt has 1025 KiB, and 1024 are taken/,
    ],
  ]
  test.each(FORMS)('%s', (_, make, message) => {
    make()
    const { files, problems } = beside({ files: ['x*'] })
    expect(files.filter(({ path }) => path.startsWith('x'))).toEqual([])
    expect(problems.map(formatProblem).join('\n')).toMatch(message)
  })

  test('a folder that is a link', () => {
    put({ 'real/x.txt': '' })
    symlinkSync('real', join(folder, 'prompts'))
    expect(told(settings({ global_prompt_directory: 'prompts' }))).toMatch(
      /is refused: it is a link, or in a folder that is one|there is no such/,
    )
    expect(paths(settings({ callbacks: ['prompts.x.h'] }))).toEqual([])
  })

  test('more than there is room for', () => {
    put(Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`x${index}`, 'x'.repeat(1000 * 1024)])))
    expect(told({ files: ['x*'] })).toMatch(/more than 4096 KiB together/)
    put(Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`y/${index}`, ''])))
    expect(told({ files: ['y'] })).toMatch(/more than 200 files are named/)
  })
})

describe('a text that would keep the runner busy', () => {
  // As long as a file may be, in the proof.
  const LONG = cases(250_000, 1_000_000)
  test.each([
    ['imports that never end', 'from a import (\n'.repeat(LONG / 16)],
    ['names without end', `import ${Array.from({ length: LONG / 8 }, (_, index) => `m${index}`).join(',')}`],
    ['one long line', `x = "${'a'.repeat(LONG)}"`],
    ['what could be a key, over and over', 'sk-'.repeat(LONG / 3)],
    ['what could be an address', '://a:'.repeat(LONG / 5)],
    ['what could be a token', 'Bearer '.repeat(LONG / 7)],
    ['what could be a private key', '-----BEGIN '.repeat(LONG / 11)],
    ['variables', 'os.environ["'.repeat(LONG / 12)],
  ])('is read in time: %s', (_, text) => {
    put({ 'hooks.py': text })
    const from = performance.now()
    beside(settings({ callbacks: ['hooks.h'] }))
    expect(performance.now() - from).toBeLessThan(20_000)
  })

  test('with too many imports is refused', () => {
    put({ 'hooks.py': Array.from({ length: 6_000 }, (_, index) => `import m${index}`).join('\n') })
    expect(told(settings({ callbacks: ['hooks.h'] }))).toMatch(/imports more than 10000 modules/)
  })
})

describe('a secret that is written out', () => {
  const KEY = 'sk-proj-Ab1cdefghijklmnopqrstuvwxyz012345'
  const SECRETS = [
    `KEY = "${KEY}"`,
    'ghp_0123456789abcdefghijABCDEFGHIJ012345',
    'AKIAIOSFODNN7EXAMPLE',
    `AIza${'Sy0'.repeat(12).slice(0, 35)}`,
    'xoxb-123456789012-abcdefghijklmnop',
    '-----BEGIN RSA PRIVATE KEY-----\nMIIE',
    '{"type": "service_account", "private_key": "-----BEGIN PRIVATE KEY-----\\nMII"}',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U',
    'https://hooks.slack.com/services/T0000/B0000/XXXXXXXXXXXXXXXXXXXXXXXX',
    'postgresql://app:hunter2hunter2@db.example/x',
    'headers = {"Authorization": "Bearer abcdefgh01234567ijklmnop"}',
  ]
  test.each(SECRETS)('is refused with its place, and not quoted: %s', (text) => {
    put({ 'hooks.py': `import os\n# below\n  ${text}\n` })
    const { files, problems } = beside(settings({ callbacks: ['hooks.h'] }))
    expect(files).toEqual([])
    expect(problems).toMatchObject([{ code: 'secret-in-file', at: { file: 'hooks.py', line: 3 } }])
    expect(problems.map(formatProblem).join()).not.toContain(text.slice(-12))
  })

  test.each([
    'key = os.environ["LITELLM_MASTER_KEY"]',
    'if api_key == "sk-1234": pass',
    'headers = {"Authorization": f"Bearer {api_key}"}',
    'task-force-one-two-three-four-five-six',
    'postgresql://user:password@localhost/db',
    'postgresql://{user}:{password}@{host}/db',
    'prefix = "sk-your-key-goes-here-and-nowhere-else"',
    '-----BEGIN CERTIFICATE-----\nMIIB',
  ])('is not what only looks like one: %s', (text) => {
    put({ 'hooks.py': text })
    expect(beside(settings({ callbacks: ['hooks.h'] })).problems).toEqual([])
  })
})

describe('a variable that a hook reads', () => {
  const hook = (text: string) => put({ 'deploy/hooks.py': `import os\n${text}\n` })
  const declared = settings({ callbacks: ['hooks.h'] })
  const problems = (more: object = {}) => beside({ ...declared, ...more }, 'deploy/gateway.yaml').problems

  test('and nothing gives is a warning with its place', () => {
    hook('A = 1; TOKEN = os.environ["TOKEN"]\nAGAIN = os.environ["TOKEN"]')
    expect(problems()).toMatchObject([
      { severity: 'warning', code: 'hook-environment', at: { file: 'deploy/hooks.py', line: 2, column: 16 } },
    ])
    expect(problems({ environment_variables: { TOKEN: 'os.environ/TOKEN' } })).toEqual([])
    expect(problems({ credential_list: [{ credential_values: { api_key: 'os.environ/TOKEN' } }] })).toEqual(
      [],
    )
  })

  test.each([
    'os.environ["LITELLM_MASTER_KEY"]',
    "os.environ['HOME']",
    'os.environ["MINE"] = "set here"',
    'os.environ.get("MAYBE")',
    'os.getenv("MAYBE")',
  ])('is given, or not needed: %s', (text) => {
    hook(text)
    expect(problems()).toEqual([])
  })
})

test('a declaration is refused with all of its problems at once, and has its files when it is right', () => {
  put({ 'gateway.yaml': stringify({ ...HEAD, users: 'many', ...settings({ callbacks: ['hooks.h'] }) }) })
  const load = () => loadDesired('gateway.yaml', filesIn(folder))
  expect(load).toThrow(ConfigError)
  expect(load).toThrow(/users is "many"/)
  expect(load).toThrow(/no hooks\.py/)
  put({
    'gateway.yaml': stringify({ ...HEAD, ...settings({ callbacks: ['hooks.h'] }) }),
    'hooks.py': 'h = 1\n',
  })
  expect(load().beside).toMatchObject([{ path: 'hooks.py', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }])
})

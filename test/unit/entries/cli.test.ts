import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { VERSION } from '../../../src/version.ts'

const CLI = pathToFileURL(join(import.meta.dirname, '../../../src/entries/cli.ts')).href
const START = `process.exitCode = await (await import(${JSON.stringify(CLI)})).cli(process.argv.slice(1))`

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'))
  // A provider that LiteLLM does not know is worth a warning.
  writeFileSync(join(folder, 'gateway.yaml'), GATEWAY)
  mkdirSync(join(folder, 'sub'))
  writeFileSync(
    join(folder, 'sub/lite.yaml'),
    'model_list: [{model_name: a, litellm_params: {model: openai/a, rpm: [1]}}]\n',
  )
  writeFileSync(
    join(folder, 'broken.yaml'),
    GATEWAY.replace('os.environ/OPENAI_API_KEY', 'sk-1234567890abcdef'),
  )
})
afterAll(() => rmSync(folder, { recursive: true }))

const GATEWAY = `domain: llm.example.com
vm:
  ssh: {host: 192.0.2.10, user: debian, host_key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUTyz1HwHReFVvD5obVsALAgJRNarH4TRpNePnAS"}
litellm:
  image: ghcr.io/berriai/litellm-database@sha256:b5a63cf7167cf11ad7ed774dfecfeafc427b8a56fc4e990c42a49c97bd582f99
users: 10
model_list:
  - {model_name: gpt, litellm_params: {model: opnai/gpt-4o, api_key: os.environ/OPENAI_API_KEY}}
`

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const env = { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, NO_COLOR: '1' }

/** The command line as a process of its own. */
function runAlone(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const argv = ['--input-type=module', '-e', START, '--', ...args]
    const child = execFile(process.execPath, argv, { cwd: folder, env }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })
}

let server: ChildProcess
const asked: ((ended: Ended) => void)[] = []
beforeAll(() => {
  server = spawn(process.execPath, [join(import.meta.dirname, 'cli-server.ts')], {
    cwd: folder,
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  server.once('exit', (code) => {
    for (const answer of asked.splice(0))
      answer({ code: -1, stdout: '', stderr: `the process of the command line ended with ${code}` })
  })
  if (server.stdout !== null)
    createInterface({ input: server.stdout }).on('line', (line) => asked.shift()?.(JSON.parse(line)))
})
afterAll(() => server.stdin?.end())

/** The command line, in one process with all others that are run so. */
function run(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    asked.push(resolve)
    server.stdin?.write(`${JSON.stringify(args)}\n`)
  })
}

describe('the command line', () => {
  test('says its version', async () => {
    expect(await runAlone('--version')).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' })
  })

  test.each([
    [['pln'], "error: unknown command 'pln'", '(Did you mean plan?)'],
    [['plan', '--ofline'], "error: unknown option '--ofline'", '(Did you mean --offline?)'],
  ])('names the nearest right one for %j, in three lines', async (args, wrong, nearest) => {
    const { code, stdout, stderr } = await run(...args)
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr.trim().split('\n').filter(Boolean)).toEqual([
      wrong,
      nearest,
      'Run `litellm-gitops --help` for the commands, `litellm-gitops COMMAND --help` for the options of one.',
    ])
  })

  test('says that a declaration is valid', async () => {
    const { stderr } = await run('plan', '--offline')
    expect(stderr).toMatch(/^gateway\.yaml is valid: 1 model, 0 budgets/m)
  })

  test('prints warnings of a declaration that is checked offline, with --json and without', async () => {
    const [plain, json] = await Promise.all([run('plan', '--offline'), run('plan', '--offline', '--json')])
    const { problems } = JSON.parse(json.stdout) as { problems: { message: string; severity: string }[] }
    expect(problems.length).toBeGreaterThan(0)
    for (const { message, severity } of problems) {
      expect(severity).toBe('warning')
      for (const { stderr } of [plain, json]) expect(stderr.split(message)).toHaveLength(2)
    }
    expect(plain.stderr).toMatch(/^warning gateway\.yaml:8:\d+: /m)
    expect([plain.code, plain.stdout]).toEqual([0, ''])
  })

  test.each([
    ['/nope/key', 'there is no such file'],
    ['/tmp', 'it is a folder'],
    ['gateway.yaml/key', 'there is no such file'],
  ])('says why the SSH key in %s cannot be read', async (path, why) => {
    const [plain, json] = await Promise.all([
      run('plan', '--ssh-key-file', path),
      run('plan', '--ssh-key-file', path, '--json'),
    ])
    expect([plain.code, plain.stdout, json.code]).toEqual([1, '', 1])
    expect(plain.stderr).toMatch(new RegExp(`^error The SSH key in ${path} cannot be read: ${why}\\. `))
    expect(plain.stderr).not.toMatch(/\n +at |ENO|EIS/)
    expect(JSON.parse(json.stdout)).toMatchObject({ failed: true })
  })

  test('says why a file cannot be written', async () => {
    const { code, stderr } = await run(
      'import',
      '--from',
      'sub/lite.yaml',
      '--config',
      'gateway.yaml/new.yaml',
    )
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/gateway\.yaml\/new\.yaml cannot be written: ./),
    ])
    expect(stderr).not.toMatch(/\n +at |ENO|EEX/)
  })

  test.each(['nope.yaml', 'sub', '/nope/gateway.yaml'])(
    'says what is wrong with --config %s',
    async (path) => {
      const { code, stderr } = await run('plan', '--offline', '--config', path)
      expect(code).toBe(1)
      expect(stderr).toMatch(/the file cannot be read \((?:there is no such file|it is a folder)\)/)
      expect(stderr.includes('litellm-gitops init')).toBe(path.endsWith('gateway.yaml'))
    },
  )

  test.each(['sync', 'deploy', 'rollback', 'rotate', 'import', 'restore', 'destroy', 'report', 'backup'])(
    '%s --help tells of its own options alone',
    async (command) => {
      const { stdout } = await run(command, '--help')
      const options = stdout.slice(0, stdout.indexOf('Examples:'))
      expect(options).not.toMatch(/\b(?:sync|deploy|rollback|rotate|import|restore|destroy|report|backup): /)
      for (const line of options.split('\n').filter((line) => line.startsWith('  --')))
        expect(line).toMatch(/^ {2}--\S+(?: <[^>]+>)? {2,}\S/)
    },
  )

  test('import ends with 2 when it tells errors, and writes what it could', async () => {
    const { code, stdout, stderr } = await run(
      ...['import', '--from', 'sub/lite.yaml', '--config', 'new.yaml', '--json'],
    )
    expect(stderr).toMatch(/^error new\.yaml:\d+/m)
    expect([code, JSON.parse(stdout)]).toEqual([2, expect.objectContaining({ failed: true })])
    expect(readFileSync(join(folder, 'new.yaml'), 'utf8')).toContain('model_list')
    expect(stderr.slice(stderr.indexOf('What is left to do:'))).toMatch(/Correct:\n +new\.yaml:\d+/)
  })

  test('import takes any path, and ends with 0 when only head and secrets are left', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'config-'))
    const config = join(outside, 'config.yaml')
    writeFileSync(
      config,
      'model_list: [{model_name: a, litellm_params: {model: openai/a, api_key: sk-abcdefgh12345}}]\n',
    )
    for (const from of [config, relative(folder, config)]) {
      const { code, stdout, stderr } = await run(
        'import',
        '--from',
        from,
        '--config',
        'any.yaml',
        '--force',
        '--json',
      )
      expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ failed: false })])
      expect(stderr).toMatch(/\n +OPENAI_API_KEY: \$\{\{ secrets\.OPENAI_API_KEY \}\}\n$/)
      expect(stdout + stderr).not.toContain('abcdefgh12345')
    }
    expect(readFileSync(config, 'utf8')).toContain('sk-abcdefgh12345')
    rmSync(outside, { recursive: true })
  })

  test('import says once what LiteLLM reads from its environment, in the list of what is left', async () => {
    writeFileSync(
      join(folder, 'sub/cloud.yaml'),
      'model_list: [{model_name: a, litellm_params: {model: bedrock/a}}]\n',
    )
    const { stderr } = await run('import', '--from', 'sub/cloud.yaml', '--config', 'cloud-gateway.yaml')
    expect(stderr.split('LiteLLM reads AWS_ACCESS_KEY_ID')).toHaveLength(2)
    expect(stderr.indexOf('LiteLLM reads AWS_')).toBeGreaterThan(stderr.indexOf('What is left to do:'))
  })

  test('prints them beside errors too, each once', async () => {
    const { code, stderr } = await runAlone('plan', '--offline', '--config', 'broken.yaml')
    expect(code).toBe(1)
    expect(stderr.match(/^error broken\.yaml/gm)).toHaveLength(1)
    expect(stderr.match(/^warning broken\.yaml:8/gm)).toHaveLength(1)
  })
})

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startLoad } from '../lab/load/load.ts'
import { type CliRun, runCli } from '../story/cli.ts'
import { type DeployedLab, KEYS, startDeployedLab } from '../story/deployed-lab.ts'
import { gatewayFile } from '../story/gateway-file.ts'

/** A gateway with files beside its configuration: they run, are changed under load, taken back, backed up and restored. */
const GUEST = 'word-of-the-day'
let deployed: DeployedLab
let folder: string

/** What the hook answers with each request, and a module that it imports. */
const hooks = (version: string) => `import os
from litellm.integrations.custom_logger import CustomLogger
from words import named


class Hooks(CustomLogger):
    async def async_post_call_response_headers_hook(self, data, user_api_key_dict, response, **kwargs):
        return {"x-hook": named("${version}"), "x-caller": str(user_api_key_dict.user_id)}


hooks = Hooks()
`
const WORDS = `from pathlib import Path

SUFFIX = Path("data/suffix.txt").read_text().strip()


def named(version: str) -> str:
    return f"{version}-{SUFFIX}"
`
/** `master`: whether it lets the master key administer. */
const auth = (master: boolean) => `import os
from litellm.proxy._types import LitellmUserRoles, UserAPIKeyAuth


async def check(request, api_key):
    if api_key == "${GUEST}":
        return UserAPIKeyAuth(api_key=api_key, user_id="guest")
    if ${master ? 'api_key == os.environ["LITELLM_MASTER_KEY"]' : 'False'}:
        return UserAPIKeyAuth(api_key=api_key, user_role=LitellmUserRoles.PROXY_ADMIN)
    raise Exception("nobody knows this key")
`
const DECLARED = {
  litellm_settings: {
    cache: true,
    cache_params: { type: 'redis', ttl: 600 },
    callbacks: ['hooks.hooks'],
  },
  general_settings: { custom_auth: 'access.auth.check' },
  files: ['data/*.txt'],
}

beforeAll(async () => {
  deployed = await startDeployedLab(console.log)
  folder = mkdtempSync(join(tmpdir(), 'beside-'))
  put({
    'hooks.py': hooks('one'),
    'words.py': WORDS,
    'data/suffix.txt': 'red\n',
    'access/auth.py': auth(true),
  })
})
afterAll(async () => {
  if (folder !== undefined) rmSync(folder, { recursive: true })
  await deployed?.lab.stop()
})

function put(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

async function command(...args: string[]): Promise<CliRun> {
  put({ 'gateway.yaml': gatewayFile(deployed.lab, { more: DECLARED }) })
  return await runCli(folder, args, { ...KEYS, SSH_KEY: deployed.lab.host.privateKey })
}

async function succeeds(...args: string[]): Promise<CliRun> {
  const run = await command(...args)
  expect(run.code, run.stderr).toBe(0)
  return run
}

/** What the plan shows of files; it exits 2 where there is anything to change. */
async function planned(): Promise<CliRun> {
  const run = await command('plan')
  expect(run.code, run.stderr).toBe(run.json.changes.length === 0 ? 0 : 2)
  return run
}

async function ask(key: string, model = 'gpt-4') {
  const answer = await fetch(`${deployed.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: `hello ${Math.random()}` }] }),
  })
  await answer.text()
  return { status: answer.status, hook: answer.headers.get('x-hook'), caller: answer.headers.get('x-caller') }
}

const ANSWERED = (hook: string) => ({ status: 200, hook, caller: 'guest' })
const filesOf = (run: CliRun): { action: string; path: string }[] =>
  run.json.changes.filter((change: { kind: string }) => change.kind === 'file')

describe('files beside the configuration', () => {
  test('are planned by name and hash, and none of their text', async () => {
    const run = await planned()
    expect(filesOf(run).map(({ action, path }) => [action, path])).toEqual([
      ['create', 'access/auth.py'],
      ['create', 'data/suffix.txt'],
      ['create', 'hooks.py'],
      ['create', 'words.py'],
    ])
    expect(run.stderr).toMatch(/\+ hooks\.py, beside config\.yaml\n.*added, SHA-256 [0-9a-f]{12}/)
    expect(run.stdout + run.stderr).not.toContain('CustomLogger')
  })

  test('run: the hook answers, and who may call is decided by the one for that', async () => {
    const run = await succeeds('sync')
    expect(run.stderr).toMatch(/none probed, as general_settings\.custom_auth decides/)
    expect(await ask(GUEST)).toEqual(ANSWERED('one-red'))
    expect(await ask('sk-somebody-else')).toMatchObject({ status: 401 })
    expect((await planned()).json.changes).toEqual([])
  })

  test('are root’s, and read-only to the container', async () => {
    const { stdout } = await deployed.lab.exec(
      `cd /etc/litellm/slots/main/beside && find . -printf '%p %U:%G %m\\n' | sort;
       podman exec litellm sh -c 'touch /etc/litellm/x; echo x >>/etc/litellm/hooks.py; pwd; ls /proc/1/cwd' 2>&1`,
    )
    expect(stdout).toContain('./hooks.py 0:0 644')
    expect(stdout).toContain('./access 0:0 755')
    expect(stdout.match(/Read-only file system/g)).toHaveLength(2)
    expect(stdout).toContain('hooks.py')
  })

  test('are changed, added and removed while people are served, without a lost request', async () => {
    const load = await startLoad({ url: deployed.url, key: GUEST, plain: { model: 'gpt-4' } })
    put({ 'hooks.py': hooks('two'), 'data/more.txt': 'x\n' })
    const run = await succeeds('sync')
    const report = await load.stop()
    expect(report.failures).toEqual([])
    expect(report).toMatchObject({ failed: 0 })
    expect(report.requests).toBeGreaterThan(100)
    expect(filesOf(run).map(({ action, path }) => [action, path])).toEqual([
      ['create', 'data/more.txt'],
      ['update', 'hooks.py'],
    ])
    expect(await ask(GUEST)).toEqual(ANSWERED('two-red'))
  })

  test('that somebody changed on the host are seen, and put right', async () => {
    await deployed.lab.exec('echo "# mine" >>/etc/litellm/slots/main/beside/words.py')
    expect(filesOf(await planned())).toMatchObject([{ action: 'update', path: 'words.py' }])
    await succeeds('sync')
    expect((await planned()).json.changes).toEqual([])
    expect(await ask(GUEST)).toEqual(ANSWERED('two-red'))
  })
})

describe('what cannot serve is refused with the reason, and the gateway serves as before', () => {
  test.each([
    [
      'Python that does not run',
      { 'hooks.py': 'import no_such_library\n' },
      /Could not import hooks from hooks/,
    ],
    [
      'a hook that refuses the master key',
      { 'access/auth.py': auth(false) },
      /It refuses the master key\. general_settings\.custom_auth is asked about the master key too/,
    ],
  ])('%s', async (_, files, message) => {
    put(files)
    const run = await command('sync')
    expect(run.code).toBe(1)
    expect(run.stderr).toMatch(message)
    expect(run.stderr).not.toContain(deployed.masterKey)
    put({ 'hooks.py': hooks('two'), 'access/auth.py': auth(true) })
    expect(await ask(GUEST)).toEqual(ANSWERED('two-red'))
  })
})

describe('they are part of the release', () => {
  test('a backup has them, and is proven with them', async () => {
    await succeeds('backup')
    const run = await succeeds('verify')
    expect(run.stdout + run.stderr).toContain('general_settings.custom_auth decides whose requests are taken')
  })

  test('a restore brings back those of the backup', async () => {
    put({ 'hooks.py': hooks('three') })
    await succeeds('sync')
    expect(await ask(GUEST)).toEqual(ANSWERED('three-red'))
    await succeeds('restore', '--scope', 'all', '--confirm', 'llm.example.com')
    expect(await ask(GUEST)).toEqual(ANSWERED('two-red'))
  })

  test('a rollback brings back those of before', async () => {
    await succeeds('rollback')
    expect(await ask(GUEST)).toEqual(ANSWERED('three-red'))
    expect(filesOf(await planned())).toEqual([])
  })
})

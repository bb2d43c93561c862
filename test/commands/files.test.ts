import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startLoad } from '../lab/load/load.ts'
import { type CliRun, runCli } from '../story/cli.ts'
import { type DeployedLab, KEYS, startDeployedLab } from '../story/deployed-lab.ts'
import { gatewayFile, type Model, PROVIDERS } from '../story/gateway-file.ts'

/**
 * A gateway with a Python callback, a hook that decides who may call, a guardrail, an MCP server and a folder of prompts: they run, are
 * changed under load, backed up, restored and taken back.
 */
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
const GUARD = `from fastapi import HTTPException
from litellm.integrations.custom_guardrail import CustomGuardrail

from guards.words import WORD


class Words(CustomGuardrail):
    async def async_pre_call_hook(self, user_api_key_dict, cache, data, call_type):
        if any(WORD in str(message.get("content")) for message in data.get("messages", [])):
            raise HTTPException(status_code=400, detail={"error": "not " + WORD})
        return data
`
interface Generation {
  /** What the callback answers with each request. */
  readonly hook: string
  /** What the guardrail does not let through. */
  readonly word: string
  /** What the tool answers, and the model that the prompt chooses. */
  readonly place: string
}
const ONE = { hook: 'one', word: 'tulip', place: 'leiden' }
const TWO = { hook: 'two', word: 'daisy', place: 'kew' }
const THREE = { hook: 'three', word: 'rose', place: 'leiden' }

const filesOf = ({ hook, word, place }: Generation) => ({
  'hooks.py': hooks(hook),
  'guards/guard.py': GUARD,
  'guards/words.py': `WORD = "${word}"\n`,
  'prompts/gardener.prompt': `---\nmodel: ${place}\n---\n\nUser: You work in ${place}.\n`,
  'tools/garden.py': `import json
import sys

TOOL = {"name": "where", "description": "Where the garden is.", "inputSchema": {"type": "object", "properties": {}}}


def answer(method, params):
    if method == "initialize":
        about = {"name": "garden", "version": "1"}
        return {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": about}
    if method == "tools/list":
        return {"tools": [TOOL]}
    if method == "tools/call":
        return {"content": [{"type": "text", "text": "${place}"}]}
    return {}


for line in sys.stdin:
    asked = json.loads(line)
    if "id" in asked:
        result = answer(asked["method"], asked.get("params"))
        print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": result}), flush=True)
`,
})
const api_key = 'os.environ/OPENAI_API_KEY'
const MODELS: readonly Model[] = [
  ...['gpt-4', 'leiden', 'kew'].map((name) => ({
    model_name: name,
    litellm_params: { model: `openai/${name}`, api_key },
  })),
  {
    model_name: 'gardener',
    litellm_params: { model: 'dotprompt/gpt-4', prompt_id: 'gardener', api_key },
  },
]
const DECLARED = {
  environment_variables: { ...PROVIDERS, LITELLM_ENABLE_MCP_STDIO: 'true' },
  guardrails: [
    {
      guardrail_name: 'words',
      litellm_params: { guardrail: 'guards.guard.Words', mode: 'pre_call', default_on: true },
    },
  ],
  mcp_servers: {
    garden: {
      transport: 'stdio',
      command: 'python3',
      args: ['tools/garden.py'],
      allow_all_keys: true,
    },
  },
  litellm_settings: {
    global_prompt_directory: 'prompts',
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
    ...filesOf(ONE),
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
  put({ 'gateway.yaml': gatewayFile(deployed.lab, { models: MODELS, more: DECLARED }) })
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

interface Answer {
  readonly status: number
  readonly text: string
  readonly hook: string | null
  readonly caller: string | null
}

async function ask(path: string, key: string, body?: object): Promise<Answer> {
  const answer = await fetch(`${deployed.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const header = (name: string) => answer.headers.get(name)
  return {
    status: answer.status,
    text: await answer.text(),
    hook: header('x-hook'),
    caller: header('x-caller'),
  }
}

const say = (message: string, model = 'gpt-4', key = GUEST) =>
  ask('/v1/chat/completions', key, {
    model,
    messages: [{ role: 'user', content: `${message} ${Math.random()}` }],
  })

/** All that is beside the configuration does as this generation of it says. */
async function serves({ hook, word, place }: Generation): Promise<void> {
  expect(await say('hello')).toMatchObject({ status: 200, hook: `${hook}-red`, caller: 'guest' })
  expect(await say('hello', 'gpt-4', 'sk-somebody-else')).toMatchObject({ status: 401 })
  expect(await say(`a ${word}`)).toMatchObject({
    status: 400,
    text: expect.stringContaining(`not ${word}`),
  })
  await deployed.lab.upstream.reset()
  expect(await say('hello', 'gardener')).toMatchObject({ status: 200 })
  expect(await deployed.lab.upstream.calls()).toMatchObject([{ model: place, status: 200 }])
  const listed = await ask('/mcp-rest/tools/list', deployed.masterKey)
  const { tools = [] }: { tools?: { name: string; mcp_info: { server_id: string } }[] } = JSON.parse(
    listed.text,
  )
  const where = tools.find(({ name }) => name.endsWith('where'))
  expect(where, listed.text).toBeDefined()
  const call = { server_id: where?.mcp_info.server_id, name: where?.name, arguments: {} }
  expect(await ask('/mcp-rest/tools/call', deployed.masterKey, call)).toMatchObject({
    status: 200,
    text: expect.stringContaining(place),
  })
}

const changesOf = (run: CliRun): [string, string][] =>
  run.json.changes.flatMap(({ kind, action, path }: { kind: string; action: string; path: string }) =>
    kind === 'file' ? [[action, path]] : [],
  )

describe('files beside the configuration', () => {
  test('are planned by name and hash, and none of their text', async () => {
    const run = await planned()
    expect(changesOf(run)).toEqual(
      [
        'access/auth.py',
        'data/suffix.txt',
        'guards/guard.py',
        'guards/words.py',
        'hooks.py',
        'prompts/gardener.prompt',
        'tools/garden.py',
        'words.py',
      ].map((path) => ['create', path]),
    )
    expect(run.stderr).toMatch(/\+ hooks\.py, beside config\.yaml\n.*added, SHA-256 [0-9a-f]{12}/)
    expect(run.stdout + run.stderr).not.toContain('CustomLogger')
  })

  test('run', async () => {
    const run = await succeeds('sync')
    expect(run.stderr).toMatch(/none probed, as general_settings\.custom_auth decides/)
    await serves(ONE)
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
    put({ ...filesOf(TWO), 'data/more.txt': 'x\n' })
    const run = await succeeds('sync')
    const report = await load.stop()
    expect(report.failures).toEqual([])
    expect(report).toMatchObject({ failed: 0 })
    expect(report.requests).toBeGreaterThan(100)
    expect(changesOf(run)).toEqual([
      ['create', 'data/more.txt'],
      ...['guards/words.py', 'hooks.py', 'prompts/gardener.prompt', 'tools/garden.py'].map((path) => [
        'update',
        path,
      ]),
    ])
    await serves(TWO)
  })

  test('that somebody changed on the host are seen, and put right', async () => {
    await deployed.lab.exec('echo "# mine" >>/etc/litellm/slots/main/beside/words.py')
    expect(changesOf(await planned())).toEqual([['update', 'words.py']])
    await succeeds('sync')
    expect((await planned()).json.changes).toEqual([])
    await serves(TWO)
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
    put({ ...filesOf(TWO), 'access/auth.py': auth(true) })
    await serves(TWO)
  })
})

describe('they are part of the release', () => {
  test('a backup has them, and is proven with them', async () => {
    await succeeds('backup')
    const run = await succeeds('verify')
    expect(run.stdout + run.stderr).toContain('general_settings.custom_auth decides whose requests are taken')
  })

  test('a restore brings back those of the backup', async () => {
    put(filesOf(THREE))
    await succeeds('sync')
    await serves(THREE)
    await succeeds('restore', '--scope', 'all', '--confirm', 'llm.example.com')
    await serves(TWO)
  })

  test('a rollback brings back those of before', async () => {
    await succeeds('rollback')
    await serves(THREE)
    expect(changesOf(await planned())).toEqual([])
  })
})

import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inAgent } from './agent.ts'

// The agent is asked synchronously, so its provider has to live in a process of its own.
const PROVIDER = `
import { createServer } from 'node:http'
const server = createServer((request, response) => {
  const key = request.headers['x-api-key'] ?? (request.headers.authorization ?? '').slice(7)
  if (request.url === '/v1/models') response.writeHead(key.startsWith('good') ? 200 : 401).end('{}')
  else if (request.url === '/away/models') response.writeHead(302, { location: '/v1/models' }).end()
  else response.writeHead(404).end()
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))`
let provider: ChildProcess
let base: string

beforeAll(async () => {
  provider = spawn(process.execPath, ['--input-type=module', '-e', PROVIDER], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const port = await new Promise<string>((resolve) =>
    provider.stdout?.once('data', (data) => resolve(String(data).trim())),
  )
  base = `http://127.0.0.1:${port}`
})
afterAll(() => {
  provider.kill()
})

/** What is said while a release with these keys is prepared, beside one that serves. */
function tried(model: Readonly<Record<string, unknown>>, key: string, before: string | null = 'good-before') {
  const script = `
import sys, json, types
yaml = types.ModuleType("yaml"); yaml.SafeLoader = None; yaml.load = lambda text, Loader: json.loads(text); sys.modules["yaml"] = yaml
from agent.base import events
from agent.litellm import provider_keys
said = []
say = events._writer
events.write_to(lambda document: said.append(document) if "event" in document else say(document))
config = json.dumps({"model_list": [{"model_name": "m", "litellm_params": given["model"]}], "environment_variables": given["variables"]})
before = {"KEY": given["before"]} if given["before"] else {}
provider_keys.try_changed(config, {"KEY": given["key"]}, before)
return [document.get("detail") for document in said if document.get("detail")]`
  const variables = { OPENAI_BASE_URL: `${base}/v1`, ANTHROPIC_API_BASE: base }
  return inAgent<string[]>(script, {
    model: { api_key: 'os.environ/KEY', ...model },
    key,
    before,
    variables,
  })
}

test.each([{ model: 'openai/gpt-4' }, { model: 'anthropic/claude-3' }])(
  'a new key is tried at the provider: %o',
  (model) => {
    expect(tried(model, 'good-new')).toEqual(['1 of 1 new keys are taken by their provider'])
    expect(() => tried(model, 'bad')).toThrow(
      /^provider-key: The provider refuses the new value of KEY \((openai|anthropic)\)\. Nothing was changed/,
    )
  },
)

test('what cannot be tried is told, and taken', async () => {
  const unused = createServer().listen(0)
  const { port } = unused.address() as AddressInfo
  await new Promise((resolve) => unused.close(resolve))
  for (const [address, status] of [
    [`http://127.0.0.1:${port}`, 'nothing'],
    [`${base}/none`, '404'],
    // Not followed: the key would go along.
    [`${base}/away`, '302'],
  ])
    expect(tried({ model: 'openai/gpt-4', api_base: address }, 'bad')).toContain(
      `KEY could not be tried at openai: it answered ${status}.`,
    )
})

test('the same key, the first key, and a provider without a free request are left alone', () => {
  expect(tried({ model: 'openai/gpt-4' }, 'good-before')).toEqual([])
  expect(tried({ model: 'openai/gpt-4' }, 'bad', null)).toEqual([])
  expect(tried({ model: 'perplexity/sonar' }, 'bad')).toEqual([])
})

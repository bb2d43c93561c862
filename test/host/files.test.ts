import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ReleaseContent } from '../../src/contract/programs/rollout.ts'
import { deploy } from '../../src/host/deploy.ts'
import { HostProgramError } from '../../src/host/errors.ts'
import { rollback, rollout } from '../../src/host/rollout.ts'
import type { Session } from '../../src/host/session.ts'
import { startLoad } from '../lab/load/load.ts'
import { canary, type DeployedGateway, deployInput, open, startGateway } from './gateway.ts'

/** What LiteLLM reads beside its configuration besides hooks: a guardrail, an MCP server and a folder of prompts. */
let gateway: DeployedGateway
let session: Session

beforeAll(async () => {
  gateway = await startGateway()
  session = await open(gateway.lab)
})
afterAll(async () => {
  session?.close()
  await gateway?.lab.stop()
})

const model = (name: string, more = `model: openai/${name}`) => `- model_name: ${name}
  litellm_params: {${more}, api_key: os.environ/OPENAI_API_KEY, api_base: "http://upstream.lab:8099/openai/v1"}
  model_info: {id: id-of-${name}}`
const MODELS = [
  ...['gpt-4', 'leiden', 'kew'].map((name) => model(name)),
  model('gardener', 'model: dotprompt/gpt-4, prompt_id: gardener'),
]
const CONFIG = `model_list:
${MODELS.join('\n')}
litellm_settings: {global_prompt_directory: prompts}
general_settings: {master_key: os.environ/LITELLM_MASTER_KEY, database_url: os.environ/DATABASE_URL}
environment_variables: {LITELLM_ENABLE_MCP_STDIO: "true"}
guardrails:
- guardrail_name: words
  litellm_params: {guardrail: guards.words.Words, mode: pre_call, default_on: true}
mcp_servers:
  garden: {transport: stdio, command: python3, args: [tools/garden.py], allow_all_keys: true}
`

/** The word that is not let through, and where the garden is: the prompt chooses the model of that name. */
const content = (word: string, place: string): ReleaseContent => ({
  config: CONFIG,
  env: { OPENAI_API_KEY: canary },
  beside: {
    'guards/__init__.py': '',
    'guards/words.py': `from fastapi import HTTPException
from litellm.integrations.custom_guardrail import CustomGuardrail

from guards.list import WORD


class Words(CustomGuardrail):
    async def async_pre_call_hook(self, user_api_key_dict, cache, data, call_type):
        if any(WORD in str(message.get("content")) for message in data.get("messages", [])):
            raise HTTPException(status_code=400, detail={"error": "not " + WORD})
        return data
`,
    'guards/list.py': `WORD = "${word}"\n`,
    'prompts/gardener.prompt': `---\nmodel: ${place}\n---\n\nUser: You work in ${place}.\n`,
    'tools/garden.py': `from mcp.server.fastmcp import FastMCP

server = FastMCP("garden")


@server.tool()
def where() -> str:
    """Where the garden is."""
    return "${place}"


server.run()
`,
  },
})

async function ask(path: string, body: object | undefined): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${gateway.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: answer.status, text: await answer.text() }
}

const say = (message: string, model = 'gpt-4') =>
  ask('/v1/chat/completions', { model, messages: [{ role: 'user', content: `${message} ${Math.random()}` }] })

/** The guardrail, the prompts and the tool are those of this word and place. */
async function works(word: string, place: string): Promise<void> {
  expect((await say('a rose')).status).toBe(200)
  const blocked = await say(`a ${word}`)
  expect(blocked).toMatchObject({ status: 400, text: expect.stringContaining(`not ${word}`) })
  await gateway.lab.upstream.reset()
  expect((await say('hello', 'gardener')).status).toBe(200)
  expect(await gateway.lab.upstream.calls()).toMatchObject([{ model: place, status: 200 }])
  const { status, text } = await ask('/mcp-rest/tools/list', undefined)
  expect(status, text).toBe(200)
  const tools: { name: string; mcp_info: { server_id: string } }[] = JSON.parse(text).tools
  const where = tools.find(({ name }) => name.endsWith('where'))
  expect(where, text).toBeDefined()
  const called = await ask('/mcp-rest/tools/call', {
    server_id: where?.mcp_info.server_id,
    name: where?.name,
    arguments: {},
  })
  expect(called).toMatchObject({ status: 200, text: expect.stringContaining(place) })
}

describe('a guardrail, an MCP server and a folder of prompts', () => {
  it('work from beside the configuration', async () => {
    const result = await rollout(session, {
      release: content('tulip', 'leiden'),
      probe: { models: ['gpt-4'] },
      run: 'one',
    })
    expect(result.outcome).toBe('rolled-out')
    await works('tulip', 'leiden')
  })

  it('are changed together under load, without a lost request', async () => {
    const load = await startLoad({ url: gateway.url, key: gateway.key, plain: { model: 'gpt-4' } })
    const result = await rollout(session, { release: content('daisy', 'kew'), run: 'two' })
    const report = await load.stop()
    expect(result).toMatchObject({ outcome: 'rolled-out', cut: 0 })
    expect(report.failures).toEqual([])
    await works('daisy', 'kew')
    expect((await say('a tulip')).status).toBe(200)
  })

  it('are as before after a rollback', async () => {
    await rollback(session, { run: 'back' })
    await works('tulip', 'leiden')
  })

  it('that are the same are nothing to do', async () => {
    expect((await rollout(session, { release: content('tulip', 'leiden'), run: 'same' })).outcome).toBe(
      'unchanged',
    )
  })
})

describe('on a host of an earlier version, whose units show LiteLLM its configuration alone', () => {
  const units = '/etc/containers/systemd/litellm*.container'

  it('a rollout with files says that deploy comes first, and changes nothing', async () => {
    await gateway.lab.exec(
      `sed -i '/slots.*beside/d' ${units}; rm -r /etc/litellm/releases/*/beside; systemctl daemon-reload; systemctl restart litellm`,
    )
    const before = await gateway.lab.exec('readlink /etc/litellm/config.yaml; ls /etc/litellm/releases')
    const refused = await rollout(session, { release: content('daisy', 'kew'), run: 'early' }).catch(
      (error) => error,
    )
    expect(refused).toBeInstanceOf(HostProgramError)
    expect(refused).toMatchObject({ code: 'deploy-first' })
    expect(await gateway.lab.exec('readlink /etc/litellm/config.yaml; ls /etc/litellm/releases')).toEqual(
      before,
    )
  })

  it('deploy makes the place, also for the releases of before, which start again with the new units', async () => {
    const result = await deploy(session, deployInput(gateway.lab, content('daisy', 'kew')))
    expect(result.outcome).toBe('rolled-out')
    await works('daisy', 'kew')
    const { stdout } = await gateway.lab.exec(
      'ls -d /etc/litellm/releases/*/ | wc -l; ls /etc/litellm/releases/*/beside/config.yaml | wc -l',
    )
    const [releases, places] = stdout.trim().split('\n')
    expect(places).toBe(releases)
  })
})

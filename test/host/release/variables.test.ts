import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ReleaseContent } from '../../../src/contract/programs/rollout.ts'
import { rollback, rollout } from '../../../src/host/rollout.ts'
import type { Session } from '../../../src/host/session.ts'
import { canary, type DeployedGateway, open, startGateway } from '../gateway.ts'

/** `environment_variables` are there when LiteLLM is imported, which is when it reads its constants (BerriAI/litellm#22088). */
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

const SHOWN = 'https://traces.example.com/of/the/gateway'

const content = (variables: string): ReleaseContent => ({
  config: `model_list:
- model_name: gpt-4
  litellm_params: {model: openai/gpt-4, api_key: os.environ/OPENAI_API_KEY, api_base: "http://upstream.lab:8099/openai/v1"}
  model_info: {id: id-of-gpt-4}
general_settings: {master_key: os.environ/LITELLM_MASTER_KEY, database_url: os.environ/DATABASE_URL}
environment_variables: {${variables}}
guardrails:
- guardrail_name: show
  litellm_params: {guardrail: show.Show, mode: pre_call, default_on: true}
`,
  env: { OPENAI_API_KEY: canary, TRACES: SHOWN },
  beside: {
    'show.py': `import os
from fastapi import HTTPException
from litellm import constants
from litellm.integrations.custom_guardrail import CustomGuardrail

AT_IMPORT = os.environ.get("LANGFUSE_HOST")


class Show(CustomGuardrail):
    async def async_pre_call_hook(self, user_api_key_dict, cache, data, call_type):
        if "show" in str(data.get("messages")):
            said = f"{constants.MAX_STRING_LENGTH_PROMPT_IN_DB} {AT_IMPORT}."
            raise HTTPException(status_code=400, detail={"error": said})
        return data
`,
  },
})

async function shown(): Promise<string> {
  const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-4', messages: [{ role: 'user', content: `show ${Math.random()}` }] }),
  })
  return await answer.text()
}

it('a constant that is declared takes effect, with what a reference stands for', async () => {
  const variables = 'MAX_STRING_LENGTH_PROMPT_IN_DB: 4711, LANGFUSE_HOST: os.environ/TRACES'
  const result = await rollout(session, {
    release: content(variables),
    probe: { models: ['gpt-4'] },
    run: 'one',
  })
  expect(result.outcome).toBe('rolled-out')
  expect(await shown()).toContain(`4711 ${SHOWN}.`)
  expect((await gateway.lab.exec('stat -Lc %a /etc/litellm/env')).stdout.trim()).toBe('600')
})

it('the same is nothing to do; another value is a rollout, and goes back with a rollback', async () => {
  const first = content('MAX_STRING_LENGTH_PROMPT_IN_DB: 4711, LANGFUSE_HOST: os.environ/TRACES')
  await rollout(session, { release: first, run: 'two' })
  expect((await rollout(session, { release: first, run: 'same' })).outcome).toBe('unchanged')
  await rollout(session, { release: content('MAX_STRING_LENGTH_PROMPT_IN_DB: 815'), run: 'three' })
  expect(await shown()).toContain('815 None.')
  await rollback(session, { run: 'back' })
  expect(await shown()).toContain(`4711 ${SHOWN}.`)
})

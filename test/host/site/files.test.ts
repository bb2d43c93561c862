import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ReleaseContent } from '../../../src/contract/programs/rollout.ts'
import { deploy } from '../../../src/host/deploy.ts'
import { HostProgramError } from '../../../src/host/errors.ts'
import { observe } from '../../../src/host/observe.ts'
import { rollout } from '../../../src/host/rollout.ts'
import type { Session } from '../../../src/host/session.ts'
import { type DeployedGateway, deployInput, open, release, startGateway } from '../gateway.ts'

/** Files beside the configuration on a host of an earlier version; what they do, and what becomes of them, is in test/commands/files.test.ts. */
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

/** A guardrail that lets one word not through. */
function guarded(word: string): ReleaseContent {
  const { config, env } = release()
  const guardrails = `guardrails:
- guardrail_name: words
  litellm_params: {guardrail: guards.words.Words, mode: pre_call, default_on: true}
`
  const python = `from fastapi import HTTPException
from litellm.integrations.custom_guardrail import CustomGuardrail


class Words(CustomGuardrail):
    async def async_pre_call_hook(self, user_api_key_dict, cache, data, call_type):
        if "${word}" in str(data.get("messages")):
            raise HTTPException(status_code=400, detail={"error": "not ${word}"})
        return data
`
  return { config: config + guardrails, env, beside: { 'guards/words.py': python } }
}

async function says(message: string): Promise<number> {
  const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'gpt-4',
      messages: [{ role: 'user', content: `${message} ${Math.random()}` }],
    }),
  })
  await answer.text()
  return answer.status
}

describe('a host of an earlier version, whose units show LiteLLM its configuration alone', () => {
  const standing = () => gateway.lab.exec('readlink /etc/litellm/config.yaml; ls /etc/litellm/releases')

  beforeAll(async () => {
    const { code, stderr } = await gateway.lab.exec(
      `set -e
       sed -i '/slots.*beside/d' /etc/containers/systemd/litellm.container /etc/containers/systemd/litellm-standby.container
       rm -r /etc/litellm/releases/*/beside
       systemctl daemon-reload
       systemctl restart litellm`,
    )
    if (code !== 0) throw new Error(stderr)
  })

  it('has no files, which is no error', async () => {
    expect((await observe(session, {})).gateway?.beside).toEqual({})
  })

  it('refuses a rollout with files, says that deploy comes first, and changes nothing', async () => {
    const before = await standing()
    const refused = await rollout(session, { release: guarded('tulip'), run: 'early' }).catch(
      (error) => error,
    )
    expect(refused).toBeInstanceOf(HostProgramError)
    expect(refused).toMatchObject({ code: 'deploy-first' })
    expect(await standing()).toEqual(before)
  })

  it('takes one without, as ever', async () => {
    const result = await rollout(session, {
      release: release('added'),
      probe: { models: ['added'] },
      run: 'none',
    })
    expect(result.outcome).toBe('rolled-out')
    expect(await says('a tulip')).toBe(200)
  })

  it('has a place for them after deploy, in each of its releases, as any may start again', async () => {
    await gateway.lab.exec('rm -r /etc/litellm/releases/*/beside')
    const result = await deploy(session, deployInput(gateway.lab, guarded('tulip')))
    expect(result.outcome).toBe('rolled-out')
    expect([await says('a rose'), await says('a tulip')]).toEqual([200, 400])
    expect(Object.keys((await observe(session, {})).gateway?.beside ?? {})).toEqual(['guards/words.py'])
    const { stdout } = await gateway.lab.exec(
      'cd /etc/litellm/releases; ls -d */ | wc -l; ls */beside/config.yaml | wc -l',
    )
    const [releases, places] = stdout.trim().split('\n')
    expect(places).toBe(releases)
    const again = await rollout(session, { release: guarded('tulip'), run: 'again' })
    expect(again.outcome).toBe('unchanged')
  })
})

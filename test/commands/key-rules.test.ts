import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { chat } from '../story/chat.ts'
import { runCli } from '../story/cli.ts'
import { KEYS } from '../story/deployed-lab.ts'
import { type RotationLab, startRotationLab } from './rotation.ts'

/**
 * Rules that LiteLLM makes for keys and requests of people. They hold for people, and fail no rollout, no proof of a backup and no rotation.
 */
let rotation: RotationLab

beforeAll(async () => {
  rotation = await startRotationLab()
})
afterAll(async () => {
  await rotation?.close()
})

interface Declared {
  general_settings?: object
  litellm_settings?: object
  model_list: { litellm_params: { rpm?: number } }[]
}

/** Declares these rules in place of those before, with a change to each model so that all of them are probed, and syncs. */
async function sync(rules: Pick<Declared, 'general_settings' | 'litellm_settings'>, rpm: number) {
  const declared = parse(rotation.declaration) as Declared
  const text = stringify({
    ...declared,
    model_list: declared.model_list.map((model) => ({
      ...model,
      litellm_params: { ...model.litellm_params, rpm },
    })),
    budget_config: [{ user_id: 'team-dev', max_budget: rpm, time_period: 'monthly' }],
    general_settings: { ...declared.general_settings, ...rules.general_settings },
    litellm_settings: { ...declared.litellm_settings, ...rules.litellm_settings },
  })
  writeFileSync(join(rotation.folder, 'gateway.yaml'), text)
  return await command('sync')
}

async function command(...args: string[]) {
  return await runCli(rotation.folder, args, { ...KEYS, SSH_KEY: rotation.lab.host.privateKey })
}

const STRICT = {
  general_settings: { enforce_user_param: true },
  litellm_settings: {
    default_key_generate_params: { models: ['gpt-4'], team_id: 'core-infra', max_budget: 0, rpm_limit: 1 },
    upperbound_key_generate_params: { duration: '30d', rpm_limit: 2, max_budget: 10 },
  },
}

describe('under rules for people', () => {
  test('a rollout is proven, each of its models', async () => {
    const team = await fetch(`${rotation.url}/team/new`, {
      method: 'POST',
      headers: { authorization: `Bearer ${rotation.masterKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ team_id: 'core-infra' }),
    })
    expect(team.status, await team.text()).toBe(200)
    const run = await sync(STRICT, 1000)
    expect(run.code, run.stderr).toBe(0)
    expect(run.stderr + run.stdout).toMatch(/[3-9] probed/)
    const key = await rotation.inFile()
    // LiteLLM refuses it in its check of the key, so with 401.
    expect(await chat(rotation.url, key, 'gpt-4')).toMatchObject({
      status: 401,
      text: expect.stringContaining("'user' param not passed in"),
    })
  })

  test('a backup is proven up to an answer of LiteLLM', async () => {
    const taken = await command('backup')
    expect(taken.code, taken.stderr).toBe(0)
    const proven = await command('verify')
    expect(proven.code, proven.stderr).toBe(0)
  })

  test('a key is rotated whose registrations may not outlive a bound, and no limit of others holds them', async () => {
    const old = await rotation.inFile()
    const run = await rotation.rotate()
    expect(run.code, run.stderr).toBe(0)
    const fresh = await rotation.inFile()
    expect(fresh).not.toBe(old)
    const body = (word: string) =>
      JSON.stringify({ model: 'gpt-4', user: 'somebody', messages: [{ role: 'user', content: word }] })
    // More than a key may in a minute, by the old key, which is a registered one now.
    for (const word of ['a', 'b', 'c', 'd', 'e', 'f']) {
      const answer = await fetch(`${rotation.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${old}`, 'content-type': 'application/json' },
        body: body(word),
      })
      expect(answer.status, await answer.text()).toBe(200)
    }
    expect(await rotation.asks(old)).toBe(200)
    expect((await rotation.rotate('--force')).code).toBe(0)
    expect(await rotation.asks(old)).toBe(401)
  })
})

test('keys in a header of their own: a rollout, a budget and a rotation go on', async () => {
  const header = { general_settings: { litellm_key_header_name: 'X-Litellm-Key' } }
  const first = await sync(header, 700)
  expect(first.code, first.stderr).toBe(0)
  const second = await sync(header, 600)
  expect(second.code, second.stderr).toBe(0)
  const old = await rotation.inFile()
  expect((await rotation.rotate()).code).toBe(0)
  expect((await rotation.rotate('--force')).code).toBe(0)
  const asked = (key: string) =>
    fetch(`${rotation.url}/key/list?size=1`, { headers: { 'x-litellm-key': `Bearer ${key}` } })
  expect((await asked(old)).status).toBe(401)
  expect((await asked(await rotation.inFile())).status).toBe(200)
})

describe('a rule that no rotation can keep is named, and nothing is changed', () => {
  const shorter = { upperbound_key_generate_params: { duration: '1h' } }
  test.each([
    [
      'a bound below the grace time',
      { litellm_settings: shorter },
      /upperbound_key_generate_params\.duration/,
      900,
    ],
    [
      'keys chosen by hand',
      { general_settings: { disable_custom_api_keys: true } },
      /general_settings\.disable_custom_api_keys/,
      800,
    ],
  ])('%s', async (_, rules, said, rpm) => {
    const synced = await sync(rules, rpm)
    expect(synced.code, synced.stderr).toBe(0)
    const before = await rotation.inFile()
    const run = await rotation.rotate()
    expect(run.code).toBe(1)
    expect(run.stderr).toMatch(said)
    expect(run.stderr).toContain('Nothing was changed')
    expect(await rotation.inFile()).toBe(before)
    expect((await rotation.lab.exec('ls /etc/litellm/rotation')).stdout.trim()).not.toContain('state')
  })
})

import { describe, expect, test } from 'vitest'
import { inAgent } from './agent.ts'

const BOX = 'A'.repeat(70)
const GCM = 'v2:gcm:AAAA'

/** Which texts of a stored value are encrypted for sure, and which perhaps. */
function sorted(column: readonly [string, string], stored: unknown): { sure: string[]; perhaps: string[] } {
  const script = `
from agent.gateway import stored_secrets
sure, perhaps = [], []
stored_secrets.sort(given["stored"], tuple(given["column"]), sure, perhaps)
return {"sure": sure, "perhaps": perhaps}`
  return inAgent(script, { column, stored })
}

describe('what is stored encrypted', () => {
  test.each([
    [
      'models: each text at the top that can be a box',
      ['LiteLLM_ProxyModelTable', 'litellm_params'],
      { api_key: BOX, rpm: 5, model: 'gpt-4', extra: { header: BOX.replace('A', 'B') } },
      { sure: [BOX], perhaps: [BOX.replace('A', 'B')] },
    ],
    [
      'credentials in the other form',
      ['LiteLLM_CredentialsTable', 'credential_values'],
      { api_key: GCM },
      { sure: [GCM], perhaps: [] },
    ],
    [
      'settings: perhaps',
      ['LiteLLM_Config', 'param_value'],
      { environment_variables: { A: BOX, B: 'plain' } },
      { sure: [], perhaps: [BOX] },
    ],
    [
      'a column that is a text itself',
      ['LiteLLM_MCPUserCredentials', 'credential_b64'],
      BOX,
      { sure: [], perhaps: [BOX] },
    ],
    [
      'metadata: what is marked, and nothing that only looks so',
      ['LiteLLM_TeamTable', 'metadata'],
      { callback: [`litellm_enc::${BOX}`], note: BOX },
      { sure: [BOX], perhaps: [] },
    ],
    [
      'nothing',
      ['LiteLLM_CredentialsTable', 'credential_values'],
      { api_base: 'https://example.com' },
      { sure: [], perhaps: [] },
    ],
  ] as const)('%s', (_, column, stored, expected) => {
    expect(sorted(column, stored)).toEqual(expected)
  })
})

describe('the key that encrypts', () => {
  const script = `
from pathlib import Path
from agent.gateway import release, stored_secrets
class Salt:
    def exists(self): return given["salt"] is not None
    def read_text(self): return given["salt"]
    def __str__(self): return "/etc/litellm/salt_key"
stored_secrets.SALT_KEY = Salt()
release.serving = lambda: "release"
release.environment = lambda name: given["served"]
return stored_secrets.encryption_key()[0]`
  const key = (salt: string | null, served: Readonly<Record<string, string>>) =>
    inAgent<string>(script, { salt, served })

  test('is the salt key that the next release will have', () => {
    expect(key('salt\n', { LITELLM_MASTER_KEY: 'sk-m', LITELLM_SALT_KEY: 'other' })).toBe('salt')
  })
  test('is the master key where there was never a salt key', () => {
    expect(key(null, { LITELLM_MASTER_KEY: 'sk-m' })).toBe('sk-m')
  })
  test.each([
    [' ', { LITELLM_SALT_KEY: 'salt' }, /^salt-key: The salt key is empty/],
    [null, { LITELLM_SALT_KEY: '' }, /^salt-key: The salt key is empty/],
    [null, { LITELLM_SALT_KEY: 'salt' }, /^key-missing: .* runs with a salt key/],
  ] as const)('is refused for %o beside %o', (salt, served, message) => {
    expect(() => key(salt, { LITELLM_MASTER_KEY: 'sk-m', ...served })).toThrow(message)
  })
})

import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { loadDesired } from '../../../../src/config/desired.ts'
import { ConfigError } from '../../../../src/config/problem.ts'
import { HOST_OWNED } from '../../../../src/contract/names.ts'
import { callAgent } from '../../host/agent.ts'
import { base } from '../../plan/applied.ts'

/** The problems of a declaration, each as `code path-of-the-message`; none when it is taken. */
function problemsOf(parts: object): string[] {
  const text = stringify({ ...base, budget_config: [], ...parts })
  try {
    loadDesired('gateway.yaml', { read: () => text, list: () => [] })
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems
      .filter(({ severity }) => severity === 'error')
      .map(({ code, message, at }) => {
        expect(at.line).toBeGreaterThan(1)
        return `${code}: ${message}`
      })
  }
}

const model = (litellm_params: object) => ({
  model_list: [{ model_name: 'a', litellm_params: { model: 'openai/a', ...litellm_params } }],
})
test('the host’s variables are those that the host itself knows of', () => {
  const [known] = callAgent(['gateway.release.HOST_OWNED'])
  expect(known).toEqual({ value: [...HOST_OWNED].sort() })
})

describe('a variable that belongs to somebody else', () => {
  const foreign = [
    ...HOST_OWNED,
    ...['GITHUB_TOKEN', 'ACTIONS_RUNTIME_TOKEN', 'RUNNER_TEMP', 'INPUT_SSH-KEY'.replace('-', '_')],
    ...['SSH_KEY', 'LIBVIRT_SSH_KEY', 'PROXMOX_TOKEN', 'BACKUP_PASSWORD', 'GATEWAY_SSH_KEY'],
    ...['PATH', 'HOME', 'LD_PRELOAD', 'LD_LIBRARY_PATH', 'PYTHONPATH', 'NODE_OPTIONS', 'BASH_ENV'],
    ...['github_token', 'litellm_master_key'],
  ]

  test.each(foreign)(
    '%s is refused in a model, a header, an endpoint, a credential and a heartbeat',
    (name) => {
      const reference = `os.environ/${name}`
      const endpoint = (headers: object) => ({
        general_settings: {
          pass_through_endpoints: [{ path: '/x', target: 'https://evil.example', headers }],
        },
      })
      for (const parts of [
        model({ api_key: reference, api_base: 'https://evil.example' }),
        model({ extra_headers: { 'x-key': reference } }),
        model({ aws_web_identity_token: `oidc/env/${name}` }),
        model({ extra_body: { deep: [{ deeper: reference }] } }),
        endpoint({ 'x-key': reference }),
        endpoint({ 'x-key': `Bearer ${reference}` }),
        {
          credential_list: [
            { credential_name: 'c', credential_info: {}, credential_values: { api_key: reference } },
          ],
        },
        { litellm_settings: { s3_callback_params: { s3_aws_secret_access_key: reference } } },
        { environment_variables: { MY_KEY: reference } },
        { backup: { heartbeat: reference } },
        { backup: { environment: { AWS_SECRET_ACCESS_KEY: reference } } },
      ])
        expect(problemsOf(parts).join('\n'), JSON.stringify(parts)).toContain(`names ${name}, which`)
    },
  )

  test.each([
    ...foreign,
    'DATABASE_HOST',
    'REDIS_URL',
    'DIRECT_URL',
    'PRISMA_QUERY_ENGINE_BINARY',
    'CONFIG_FILE_PATH',
  ])('%s is not set by environment_variables', (name) => {
    expect(problemsOf({ environment_variables: { [name]: 'os.environ/MINE' } }).join()).toContain(
      `owned-variable: environment_variables sets ${name}, which`,
    )
  })

  test('by its bare name is one, too, where LiteLLM looks a name up', () => {
    expect(problemsOf(model({ aws_web_identity_token: 'LITELLM_SALT_KEY' })).join()).toContain(
      'names LITELLM_SALT_KEY',
    )
    expect(problemsOf({ rotate: { targets: [{ repository: 'a/b', name: 'LITELLM_MASTER_KEY' }] } })).toEqual(
      [],
    )
  })

  test('is not reached by the file of a process', () => {
    expect(problemsOf(model({ aws_web_identity_token: 'oidc/file//proc/self/environ' })).join()).toContain(
      'reads a file of a process',
    )
  })
})

describe('where the product itself writes the host’s variables, a pasted config.yaml may have them', () => {
  const redis = {
    host: 'os.environ/REDIS_HOST',
    port: 'os.environ/REDIS_PORT',
    password: 'os.environ/REDIS_PASSWORD',
  }
  const router = Object.fromEntries(Object.entries(redis).map(([name, value]) => [`redis_${name}`, value]))

  test.each([
    {
      general_settings: {
        master_key: 'os.environ/LITELLM_MASTER_KEY',
        database_url: 'os.environ/DATABASE_URL',
      },
    },
    { litellm_settings: { cache: true, cache_params: { type: 'redis', ...redis } } },
    { litellm_settings: { cache: true, cache_params: { password: redis.password } } },
    { router_settings: router },
    { general_settings: { coordination_redis: redis } },
  ])('%j', (parts) => expect(problemsOf(parts)).toEqual([]))

  test.each([
    { general_settings: { master_key: 'os.environ/DATABASE_URL' } },
    { general_settings: { alert_to_webhook_url: { spend: 'os.environ/DATABASE_URL' } } },
    { litellm_settings: { cache: true, cache_params: { ...redis, host: 'evil.example' } } },
    { litellm_settings: { cache: true, cache_params: { ...redis, host: redis.password } } },
    {
      litellm_settings: {
        cache: true,
        cache_params: { password: redis.password, url: 'redis://evil.example' },
      },
    },
    { litellm_settings: { cache_params: { nested: redis } } },
    { router_settings: { ...router, redis_host: 'evil.example' } },
    { general_settings: { coordination_redis: { ...redis, host: 'evil.example' } } },
    { general_settings: { coordination_redis: { password: redis.password, url: 'redis://evil.example' } } },
    { router_settings: { redis_password: redis.password, redis_startup_nodes: [{ host: 'evil.example' }] } },
    { router_settings: { ...router, redis_username: redis.password } },
  ])('and nowhere else: %j', (parts) => expect(problemsOf(parts)).not.toEqual([]))
})

describe('backup.environment, which a process of root’s gets', () => {
  test.each([
    'LD_PRELOAD',
    'RESTIC_PASSWORD_COMMAND',
    'RESTIC_REPOSITORY',
    'PATH',
    'HOME',
    'AWS_CONFIG_FILE',
    'RCLONE_CONFIG',
  ])('takes no %s', (name) =>
    expect(problemsOf({ backup: { environment: { [name]: 'os.environ/MINE' } } })).not.toEqual([]),
  )

  test.each([
    'AWS_ACCESS_KEY_ID',
    'B2_ACCOUNT_KEY',
    'AZURE_ACCOUNT_KEY',
    'OS_PASSWORD',
    'RESTIC_REST_PASSWORD',
  ])('takes %s, which shows restic’s storage who it is', (name) =>
    expect(problemsOf({ backup: { environment: { [name]: 'os.environ/MINE' } } })).toEqual([]),
  )
})

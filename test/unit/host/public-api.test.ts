import { describe, expect, test } from 'vitest'
import { passThroughPaths, publicApi } from '../../../src/host/public-api.ts'

const isOpen = (path: string, more: unknown = []) => new RegExp(publicApi(passThroughPaths(more))).test(path)

describe('what is open to whoever the firewall lets in', () => {
  test.each([
    '/chat/completions',
    '/v1/chat/completions',
    '/v1/completions',
    '/engines/gpt-4/chat/completions',
    '/openai/deployments/gpt-4/chat/completions',
    '/v1/embeddings',
    '/v1/images/generations',
    '/v1/audio/transcriptions',
    '/v1/models',
    '/v1/models/openai/gpt-4',
    '/models',
    '/models/gemini-pro:generateContent',
    '/v1beta/models/gemini-pro:streamGenerateContent',
    '/v1/responses',
    '/v1/responses/resp_1/input_items',
    '/v1/messages',
    '/v1/messages/count_tokens',
    '/rerank',
    '/v1/rerank',
    '/v2/rerank',
    '/v1/moderations',
    '/v1/batches/batch_1/cancel',
    '/azure/v1/batches',
    '/v1/files/file-1/content',
    '/v1/fine_tuning/jobs',
    '/v1/assistants',
    '/v1/threads/t/runs',
    '/v1/realtime',
    '/v1/vector_stores/v/search',
    '/mcp',
    '/mcp/',
    '/mcp/tools/list',
    '/github/mcp',
    '/a2a/agent/message/send',
    '/anthropic/v1/messages',
    '/vertex_ai/v1/projects/p',
    '/bedrock/model/arn:aws:bedrock:x/invoke',
    '/health/liveliness',
    '/health/readiness',
    '/v1/model/info',
    '/.well-known/oauth-protected-resource/github/mcp',
  ])('%s', (path) => expect(isOpen(path)).toBe(true))
})

describe('what is closed, as all is that is not listed', () => {
  test.each([
    '/',
    '',
    '/ui',
    '/ui/login',
    '/_next/x.js',
    '/login',
    '/v2/login',
    '/sso/key/generate',
    '/docs',
    '/openapi.json',
    '/routes',
    '/key/generate',
    '/key/info',
    '/v2/key/info',
    '/user/new',
    '/team/list',
    '/organization/new',
    '/model/new',
    '/v2/model/info',
    '/model/info/x',
    '/models_admin',
    '/v1/modelsx',
    '/config/update',
    '/budget/new',
    '/credentials',
    '/spend/logs',
    '/global/spend/reset',
    '/health',
    '/health/services',
    '/health/readiness/details',
    '/metrics',
    '/cache/flushall',
    '/v1/mcp/server',
    '/v1/mcp/server/x/mcp',
    '/v1/mcp/sessions',
    '/v1/agents',
    '/v1/agents/a/kill_switch',
    '/v1/tool/policy',
    '/v1/access_group',
    '/v1/a-new-kind-of-thing',
    '/guardrails/register',
    '/vector_store/new',
    '/search_tools',
    '/scim/v2/Users',
    '/Chat/Completions',
    '/v1//chat/completions',
    '//v1/chat/completions',
    '/x/v1/chat/completions',
    '/key/list\n/v1/models',
    '/v1/chat/completions;x',
    '/v1/v1/models',
  ])('%j', (path) => expect(isOpen(path)).toBe(false))
})

describe('what the declaration passes on', () => {
  test('is open as far as it is declared', () => {
    const declared = [{ path: '/own' }, { path: '/own.too', include_subpath: true }, { path: '/x/{y}/z' }]
    for (const path of ['/own', '/own/', '/own.too', '/own.too/a/b', '/x/1/z'])
      expect(isOpen(path, declared), path).toBe(true)
    for (const path of ['/own/a', '/ownx', '/ownxtoo', '/x/1/2/z', '/x/z'])
      expect(isOpen(path, declared), path).toBe(false)
  })

  test('opens nothing when it cannot be told, and is no text of another language', () => {
    for (const wrong of [
      undefined,
      'x',
      [1],
      [null],
      [{}],
      [{ path: 1 }],
      [{ path: 'own' }],
      [{ path: '/a`b' }],
      [{ path: '/a\nb' }],
    ])
      expect(publicApi(passThroughPaths(wrong))).toBe(publicApi([]))
    expect(publicApi([])).not.toMatch(/[`\n@]/)
  })
})

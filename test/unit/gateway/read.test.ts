import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { readGateway } from '../../../src/gateway/read.ts'
import { HostError } from '../../../src/host/errors.ts'

/** Gateways of other versions than the lab can run, by the signatures of their own endpoints (the wheels of 1.63.14, 1.74.15, 1.106.2, 1.110.2). */
type Answers = Readonly<Record<string, (query: URLSearchParams) => unknown>>
let server: Server | undefined
afterEach(() => server?.close())

async function gateway(
  answers: Answers,
  keyHeader = 'authorization',
): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = []
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://gateway')
    asked.push(request.url ?? '')
    const answer = answers[pathname]
    const status = request.headers[keyHeader] !== 'Bearer sk-admin' ? 401 : answer === undefined ? 404 : 200
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(status === 200 ? answer?.(searchParams) : { detail: 'Not Found' }))
  })
  await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

const customers = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    user_id: `c${String(index).padStart(4, '0')}`,
    litellm_budget_table: { max_budget: index + 1 },
  }))
const paged = (items: readonly object[]) => (query: URLSearchParams) => {
  const [page, size] = [Number(query.get('page') ?? 1), Number(query.get('page_size') ?? 50)]
  if (size > 100) throw new Error('422')
  return items.slice((page - 1) * size, page * size)
}
const none = { users: [], teams: [], keys: [], total_pages: 1 }
const CURRENT: Answers = {
  '/v2/model/info': () => ({ data: [{ model_name: 'gpt-4', litellm_params: { model: 'openai/gpt-4' } }] }),
  '/router/settings': () => ({ fields: [{ field_name: 'num_retries', field_value: 3, field_default: 2 }] }),
  '/config/list': () => [],
  '/user/list': () => none,
  '/v2/team/list': () => none,
  '/key/list': () => none,
  '/customer/list': () => customers(0),
  '/tag/list': () => [],
}
const without = (...paths: string[]): Answers =>
  Object.fromEntries(Object.entries(CURRENT).filter(([path]) => !paths.includes(path)))

describe('customers', () => {
  test.each([
    ['in pages, as since 1.109', paged, 120],
    ['in pages, of which the last is full', paged, 200],
    ['in one list, as before', (items: readonly object[]) => () => items, 120],
    ['in one list of as many as a page has', (items: readonly object[]) => () => items, 100],
    ['nobody', paged, 0],
  ])('%s are all read, each once', async (_, form, count) => {
    const { url, asked } = await gateway({ ...CURRENT, '/customer/list': form(customers(count)) })
    const { budgets } = await readGateway(url, 'sk-admin')
    const found = budgets.filter(({ subject }) => subject === 'customer')
    expect(found.map(({ max_budget }) => max_budget)).toEqual(customers(count).map((_, index) => index + 1))
    expect(asked.filter((path) => path.startsWith('/customer/list')).length).toBeLessThanOrEqual(3)
  })
})

describe('a gateway of an older version', () => {
  test('of 1.74, which has no settings of the router, is read with a note', async () => {
    const { url } = await gateway(without('/router/settings'))
    const { config, fields } = await readGateway(url, 'sk-admin')
    expect(config).toMatchObject({ model_list: [{ model_name: 'gpt-4' }], router_settings: {} })
    expect(fields).toContainEqual({
      path: 'router_settings',
      outcome: 'left-out',
      detail: 'this version of LiteLLM does not list them',
    })
  })

  test('of 1.63, which has an older list of teams and none of tags, is read by what it has', async () => {
    const { url } = await gateway({
      ...without('/router/settings', '/v2/team/list', '/tag/list'),
      '/team/list': () => [{ team_id: 'data', max_budget: 7 }],
    })
    const { budgets, fields } = await readGateway(url, 'sk-admin')
    expect(budgets).toEqual([{ subject: 'team', id: 'data', max_budget: 7 }])
    expect(fields.map(({ path }) => path)).toContain('budgets of tags')
  })

  test.each(['/user/list', '/key/list', '/customer/list', '/tag/list', '/config/list'])(
    'without %s is read too',
    async (path) => {
      const { url } = await gateway(without(path))
      const { fields } = await readGateway(url, 'sk-admin')
      expect(fields.filter(({ detail }) => /does not list them/.test(detail))).toHaveLength(1)
    },
  )

  test('that lists keys by their hashes alone says nothing of their budgets, and that is said', async () => {
    const { url } = await gateway({ ...CURRENT, '/key/list': () => ({ ...none, keys: ['d533', 'f8f5'] }) })
    const { budgets, fields } = await readGateway(url, 'sk-admin')
    expect(budgets).toEqual([])
    expect(fields.map(({ path }) => path)).toContain('budgets of keys')
  })

  test('without the newer list of models is read by the older one', async () => {
    const { url } = await gateway({
      ...without('/v2/model/info'),
      '/model/info': () => ({ data: [{ model_name: 'old', litellm_params: { model: 'openai/gpt-4' } }] }),
    })
    expect((await readGateway(url, 'sk-admin')).config).toMatchObject({ model_list: [{ model_name: 'old' }] })
  })

  test('what is no LiteLLM at all is an error', async () => {
    const { url } = await gateway({})
    await expect(readGateway(url, 'sk-admin')).rejects.toThrow(
      /\/model\/info answered 404: this is no LiteLLM/,
    )
    await expect(readGateway(url, 'sk-admin')).rejects.toBeInstanceOf(HostError)
  })
})

describe('the key', () => {
  test('is sent in the header that the gateway looks at, and in no other', async () => {
    const { url } = await gateway(CURRENT, 'x-litellm-key')
    await expect(readGateway(url, 'sk-admin')).rejects.toThrow(/401: .*another header/)
    expect((await readGateway(url, 'sk-admin', 'x-litellm-key')).config).toHaveProperty('model_list')
  })
})

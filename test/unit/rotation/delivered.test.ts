import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { KeyRecord } from '../../../src/contract/programs/keys.ts'
import { type AdminApi, GatewayError } from '../../../src/gateway/admin-api.ts'
import { createClient, type Octokit } from '../../../src/github/client.ts'
import type { Session } from '../../../src/host/session.ts'
import { createKnownSecrets } from '../../../src/log/known-secrets.ts'
import { createRecordingLogger } from '../../../src/log/logger.ts'
import { replaceKeys } from '../../../src/rotation/delivered/replace.ts'
import type { Delivering, Wanted } from '../../../src/rotation/delivered/room.ts'
import { type KeyPurpose, type KeysRotated, rotateKeys } from '../../../src/rotation/delivered/rotate.ts'
import { settle } from '../../../src/rotation/delivered/settle.ts'
import type { Failure } from '../../github/failures.ts'
import { type LocalGitHub, startGitHub } from '../../github/server.ts'

/** Every death and every refusal on the way of a key, with GitHub's API as described; that LiteLLM does its part is proven on a real one. */
let github: LocalGitHub
let client: Octokit
const REPOSITORY = 'example/gateway'
const SECRETS = ['ONE', 'TWO']
const wanted: Wanted = {
  of: 'ci',
  targets: SECRETS.map((secret) => ({ repository: REPOSITORY, secret })),
  graceSeconds: 3600,
  body: { team_id: 'data', max_budget: 40 },
}

class Died extends Error {}

/** LiteLLM's keys and the host's records, with a death before or after the operation of that number. */
class World {
  readonly keys = new Map<string, Record<string, unknown>>()
  records: KeyRecord[] = []
  operations = 0
  dies = 0
  /** Of every value that was ever made. */
  readonly values = new Map<string, string>()

  private readonly through = async <Answer>(work: () => Answer | Promise<Answer>): Promise<Answer> => {
    const point = () => {
      this.operations += 1
      // Once dead, it does nothing more.
      if (this.dies > 0 && this.operations >= this.dies) throw new Died()
    }
    point()
    const answer = await work()
    point()
    return answer
  }

  private ask(path: string, body: Record<string, unknown>): unknown {
    const { pathname, searchParams } = new URL(path, 'http://litellm')
    switch (pathname) {
      case '/key/generate': {
        const value = `sk-${randomBytes(16).toString('hex')}`
        const token = createHash('sha256').update(value).digest('hex')
        this.requireFree(String(body.key_alias), undefined)
        this.values.set(token, value)
        this.keys.set(token, { ...body })
        return { key: value }
      }
      case '/key/info': {
        const row = this.keys.get(searchParams.get('key') ?? '')
        if (row === undefined) throw new GatewayError('GET /key/info', 404, 'Key not found')
        return { info: row }
      }
      case '/key/list': {
        const alias = searchParams.get('key_alias')
        const found = [...this.keys].filter(([, row]) => row.key_alias === alias)
        return { keys: found.map(([token, row]) => ({ ...row, token })) }
      }
      case '/key/update': {
        const token = String(body.key)
        this.requireFree(String(body.key_alias), token)
        Object.assign(this.keys.get(token) ?? expect.fail('no such key'), { key_alias: body.key_alias })
        return {}
      }
      case '/key/delete':
        for (const token of body.keys as string[]) this.keys.delete(token)
        return {}
      default:
        return expect.fail(path)
    }
  }

  private requireFree(alias: string, own: string | undefined): void {
    if ([...this.keys].some(([token, row]) => row.key_alias === alias && token !== own))
      throw new GatewayError('POST', 400, `Key with alias '${alias}' already exists`)
  }

  room(): Delivering {
    const api: AdminApi = {
      get: (path) => this.through(() => this.ask(path, {})),
      post: (path, body) => this.through(() => this.ask(path, body as Record<string, unknown>)),
      send: () => expect.fail('not used'),
    }
    const run = (_: string, question: { action: string; put: KeyRecord[]; drop: string[] }) =>
      this.through(() => {
        if (question.action === 'change') {
          const all = new Map([...this.records, ...question.put].map((record) => [record.id, record]))
          this.records = [...all.values()].filter(({ id }) => !question.drop.includes(id))
        }
        return { records: this.records, time: new Date().toISOString() }
      })
    const octokit = new Proxy(client, {
      get: (target, name) =>
        name === 'rest' ? watched(target.rest, this.through) : Reflect.get(target, name),
    })
    return {
      session: { run } as unknown as Session,
      run: 'r',
      api,
      octokit,
      metadataOf: async () => ({}),
      secrets: createKnownSecrets(),
      logger: createRecordingLogger(),
    }
  }

  /** Whether a key is taken. */
  takes(value: string | undefined): boolean {
    return this.keys.has(
      createHash('sha256')
        .update(value ?? '')
        .digest('hex'),
    )
  }
}

function watched(
  rest: Octokit['rest'],
  through: World['room'] extends never ? never : (work: () => unknown) => unknown,
) {
  const actions = new Proxy(rest.actions, {
    get: (target, name) => {
      const call = Reflect.get(target, name) as (given: unknown) => unknown
      return (given: unknown) => through(() => call(given))
    },
  })
  return { ...rest, actions }
}

const held = () => SECRETS.map((name) => github.state.repository(REPOSITORY).secrets.secrets.get(name)?.value)

/** What sync does for a key that is not as declared. */
async function sync(world: World, one = wanted): Promise<string | undefined> {
  const room = world.room()
  let said: string | undefined
  const settled = await settle(room, [one], { records: world.records, time: new Date().toISOString() })
  await replaceKeys(room, [one], settled, (_, failure) => {
    said = failure
  })
  return said
}

async function rotate(
  world: World,
  purpose: KeyPurpose = 'due',
  all = true,
  force = false,
): Promise<KeysRotated> {
  return await rotateKeys(world.room(), { wanted: [wanted], all, isDue: () => false, purpose, force })
}

/** One key has the alias and every secret holds it. */
function expectOne(world: World, alone: boolean): void {
  const [value, ...others] = new Set(held())
  expect(others).toEqual([])
  expect(world.takes(value)).toBe(true)
  const named = [...world.keys]
    .filter(([, row]) => row.key_alias === 'ci')
    .map(([token]) => world.values.get(token))
  expect(named).toEqual([value])
  const [current, ...more] = world.records.filter(({ state }) => state === 'delivered')
  expect(more).toEqual([])
  expect(world.values.get(current?.token ?? '')).toBe(value)
  if (alone) expect([world.keys.size, world.records.length]).toEqual([1, 1])
}

beforeAll(async () => {
  github = await startGitHub()
  const token = github.issueToken({ kind: 'app', login: 'keys[bot]', permissions: { secrets: 'write' } })
  client = createClient({ token, apiUrl: github.url, wait: async () => {}, timeoutMs: 1_000 })
})
afterAll(async () => {
  await github.close()
  expect(github.violations).toEqual([])
})
beforeEach(() => github.state.repository(REPOSITORY).secrets.secrets.clear())

/** A world in which the key was delivered. */
async function delivered(): Promise<World> {
  const world = new World()
  expect(await sync(world)).toBe(undefined)
  expectOne(world, true)
  return world
}

test('a key that is made has its limits from the start, and is in every secret', async () => {
  const world = await delivered()
  expect([...world.keys.values()]).toEqual([{ key_alias: 'ci', team_id: 'data', max_budget: 40 }])
})

test('a key that was made in the UI is replaced, and works on', async () => {
  const world = new World()
  world.keys.set('made-in-the-ui', { key_alias: 'ci', team_id: 'data', spend: 3 })
  expect(await sync(world)).toBe(undefined)
  expectOne(world, false)
  expect(world.keys.get('made-in-the-ui')?.key_alias).toMatch(/^ci\.old-/)
  await rotate(world, 'due', true, true)
  expectOne(world, true)
  expect([...world.keys.values()]).toMatchObject([{ spend: 3 }])
})

test('of a key that a restore took back, one of before is what the next one takes over from', async () => {
  const world = await delivered()
  await rotate(world)
  const current = world.records.find(({ state }) => state === 'delivered')
  const old = world.records.find(({ state }) => state === 'retired')
  world.keys.delete(current?.token ?? '')
  Object.assign(world.keys.get(old?.token ?? '') ?? {}, { key_alias: 'ci', max_budget: 7 })
  const { body: _, ...bare } = wanted
  const said = await sync(world, bare)
  expect(said).toBe(undefined)
  expectOne(world, false)
  await rotate(world, 'due', true, true)
  expect([...world.keys.values()]).toMatchObject([{ key_alias: 'ci', max_budget: 7 }])
})

describe('a death at any operation', () => {
  test('of a rotation refuses nobody, and the next runs end with one key', async () => {
    let died = 0
    for (let operation = 1; ; operation += 1) {
      const world = await delivered()
      const old = held()
      world.operations = 0
      world.dies = operation
      const outcome = await rotate(world).catch((error) => error)
      if (world.operations < operation) break
      died += 1
      expect(outcome instanceof Died || outcome.failures.length > 0 || outcome.replaced.length > 0).toBe(true)
      for (const value of [...old, ...held()]) expect(world.takes(value), `died at ${operation}`).toBe(true)
      world.dies = 0
      const between = held()
      const next = await rotate(world, 'due', false)
      expect(next.failures).toEqual([])
      for (const value of [...old, ...between, ...held()]) expect(world.takes(value)).toBe(true)
      expectOne(world, false)
      expect((await rotate(world, 'due', true, true)).failures).toEqual([])
      expectOne(world, true)
    }
    expect(died).toBeGreaterThan(30)
  })

  test('while the first one is made leaves what the next sync finishes', async () => {
    for (let operation = 1; ; operation += 1) {
      github.state.repository(REPOSITORY).secrets.secrets.clear()
      const world = new World()
      world.dies = operation
      await sync(world).catch((error) => expect(error).toBeInstanceOf(Died))
      if (world.operations < operation) break
      const between = held().filter((value) => value !== undefined)
      for (const value of between) expect(world.takes(value), `died at ${operation}`).toBe(true)
      world.dies = 0
      expect(await sync(world)).toBe(undefined)
      for (const value of between) expect(world.takes(value)).toBe(true)
      expectOne(world, false)
      await rotate(world, 'due', true, true)
      expectOne(world, true)
    }
  })
})

const put = 'actions/create-or-update-repo-secret'
describe.each<Failure>([
  { route: put, with: 403 },
  { route: put, with: 404 },
  { route: put, with: 422, times: 2 },
  { route: put, with: 429, headers: { 'retry-after': '3600' } },
  { route: put, with: 500, times: 4 },
  { route: put, with: 'hang', times: 4 },
  { route: put, with: 'reset', times: 4 },
  { route: put, with: 'lost', times: 4 },
  { route: 'actions/get-repo-secret', with: 500, times: 8 },
  { route: 'actions/get-repo-public-key', with: 403 },
])('while GitHub answers by %o', (fault) => {
  test('nobody is refused, and the next run ends with one key', async () => {
    const world = await delivered()
    const old = held()
    github.fail(fault)
    const first = await rotate(world)
    expect(first.failures).toHaveLength(1)
    for (const value of [...old, ...held()]) expect(world.takes(value)).toBe(true)
    const between = held()
    const next = await rotate(world)
    expect(next.failures).toEqual([])
    for (const value of [...old, ...between]) expect(world.takes(value)).toBe(true)
    await rotate(world, 'due', true, true)
    expectOne(world, true)
  })
})

describe('a key that has leaked', () => {
  test('is ended with every one of before', async () => {
    const world = await delivered()
    await rotate(world)
    const leaked = held()
    const { ended, failures } = await rotate(world, 'revoke')
    expect([ended, failures]).toEqual([['key ci: every one of before is ended'], []])
    expect(leaked.map((value) => world.takes(value))).toEqual([false, false])
    expectOne(world, true)
  })

  test('stays where the new one cannot be delivered, and is ended with force', async () => {
    const world = await delivered()
    const leaked = held()
    github.fail({ route: put, with: 403 })
    expect((await rotate(world, 'revoke')).ended).toEqual([])
    expect(world.takes(leaked[0])).toBe(true)
    github.fail({ route: put, with: 403 })
    expect((await rotate(world, 'revoke', true, true)).failures).toHaveLength(1)
    expect(world.takes(leaked[0])).toBe(false)
    expect(await sync(world)).toBe(undefined)
    expectOne(world, true)
  })
})

import { afterEach, beforeEach, expect, test } from 'vitest'
import { Registry, type RegistryOptions } from '../../../src/registry/client.ts'
import type { RegistryError } from '../../../src/registry/errors.ts'
import { FakeRegistry, type Play, putImage, refuse } from './fake-registry.ts'

let fake: FakeRegistry
beforeEach(async () => {
  fake = await new FakeRegistry().start()
})
afterEach(() => fake.stop())

const LOGIN = { username: 'robot', password: 'word-of-the-robot' }
const BASIC = `Basic ${Buffer.from('robot:word-of-the-robot').toString('base64')}`

function opened(options: RegistryOptions = {}): Registry {
  return new Registry({ registry: fake.place, path: 'acme/litellm' }, options)
}

async function refusal(asked: Promise<unknown>): Promise<RegistryError> {
  return await asked.then(
    () => expect.fail('it was answered'),
    (error: RegistryError) => error,
  )
}

test('a tag has the digest of its index, and the facts are those of linux/amd64', async () => {
  const { index, image } = putImage(fake, 'v1')
  expect(await opened().digestOf('v1')).toBe(index)
  expect(await opened().facts('v1')).toMatchObject({
    digest: index,
    imageDigest: image,
    created: new Date('2026-11-20T10:00:00Z'),
    labels: { 'org.opencontainers.image.version': '1.106.2' },
    workingDirectory: '/app',
    bytes: 100,
  })
  expect(await opened().facts(index)).toMatchObject({ imageDigest: image })
})

test('an image that is in no index is pinned by its own digest', async () => {
  const { image } = putImage(fake, 'v1')
  expect(await opened().facts(image)).toMatchObject({ digest: image, imageDigest: image })
})

test('tags come page by page, and what cannot be a tag is left out', async () => {
  fake.play = (request, response) => {
    const url = new URL(request.url ?? '', 'http://x')
    const last = url.searchParams.get('last')
    const link = last === null ? { Link: '</v2/acme/litellm/tags/list?n=1000&last=b>; rel="next"' } : {}
    response.writeHead(200, link)
    response.end(JSON.stringify({ tags: last === null ? ['a', 'b', '../x', '\u001b[31m'] : ['c'] }))
    return true
  }
  expect(await opened().tags()).toEqual(['a', 'b', 'c'])
})

test('a repository whose last tag was deleted has none', async () => {
  fake.play = (_, response) => Boolean(response.end('{"name":"acme/litellm","tags":null}'))
  expect(await opened().tags()).toEqual([])
})

/** As distribution's token server; the realm is this same server. */
function withToken(grant: (authorization: string | undefined) => object | number): Play {
  return (request, response) => {
    const { authorization } = request.headers
    if (request.url?.startsWith('/token?')) {
      const granted = grant(authorization)
      if (typeof granted === 'number') refuse(response, granted, 'UNAUTHORIZED')
      else response.end(JSON.stringify(granted))
      return true
    }
    if (authorization === 'Bearer good') return false
    const challenge = `Bearer realm="http://${fake.place}/token",service="the, service",scope="repository:acme/litellm:pull"`
    refuse(response, 401, 'UNAUTHORIZED', { 'WWW-Authenticate': challenge })
    return true
  }
}

test('a public image is read with a token that anyone gets, asked for once', async () => {
  const { index } = putImage(fake, 'v1')
  fake.play = withToken((authorization) => (authorization === undefined ? { access_token: 'good' } : 403))
  const registry = opened()
  expect(await registry.digestOf('v1')).toBe(index)
  await registry.facts('v1')
  const tokens = fake.seen.filter(({ path }) => path.startsWith('/token'))
  expect(tokens).toEqual([
    {
      path: '/token?service=the%2C+service&scope=repository%3Aacme%2Flitellm%3Apull',
      authorization: undefined,
    },
  ])
})

test('the login goes to the place of tokens, and only the token to the registry', async () => {
  putImage(fake, 'v1')
  fake.play = withToken((authorization) => (authorization === BASIC ? { token: 'good' } : 401))
  await opened({ login: LOGIN }).facts('v1')
  for (const { path, authorization } of fake.seen)
    if (!path.startsWith('/token')) expect([undefined, 'Bearer good']).toContain(authorization)
})

test('a registry with Basic gets the login only after it asked for it', async () => {
  putImage(fake, 'v1')
  fake.play = (request, response) => {
    if (request.headers.authorization === BASIC) return false
    refuse(response, 401, 'UNAUTHORIZED', { 'WWW-Authenticate': 'Basic realm="private"' })
    return true
  }
  await opened({ login: LOGIN }).facts('v1')
  expect(fake.seen[0]?.authorization).toBeUndefined()
  const denied = await refusal(opened({ login: { ...LOGIN, password: 'wrong-word' } }).digestOf('v1'))
  expect(denied).toMatchObject({
    code: 'registry-denied',
    message: expect.stringMatching(/refuses the declared login .*401/),
  })
  expect(denied.message).not.toContain('wrong-word')
  expect(await refusal(opened().digestOf('v1'))).toMatchObject({
    code: 'registry-denied',
    message: expect.stringMatching(/wants a login .*litellm\.registry/),
  })
})

test('a token that expired is asked for again', async () => {
  putImage(fake, 'v1')
  let served = 0
  const play = withToken(() => ({ token: 'good' }))
  fake.play = (request, response) => {
    if (request.headers.authorization === 'Bearer good' && ++served === 2) {
      const challenge = `Bearer realm="http://${fake.place}/token"`
      refuse(response, 401, 'UNAUTHORIZED', { 'WWW-Authenticate': challenge })
      return true
    }
    return play(request, response)
  }
  expect(await opened().facts('v1')).toMatchObject({ workingDirectory: '/app' })
})

test('where a blob is redirected to, no credentials are sent, and a challenge from there is not answered', async () => {
  const { blob } = putImage(fake, 'v1')
  const store = await new FakeRegistry().start()
  store.put('blobs', Buffer.from('x'))
  const play = withToken(() => ({ token: 'good' }))
  const away: Play = (request, response) => {
    if (!request.url?.includes('/blobs/')) return play(request, response)
    response.writeHead(307, { Location: `http://${store.place}/elsewhere` })
    response.end()
    return true
  }
  fake.play = away
  store.play = (_, response) => {
    refuse(response, 401, 'DENIED', { 'WWW-Authenticate': `Basic realm="give"` })
    return true
  }
  expect(await refusal(opened({ login: LOGIN }).blob(blob, 1000))).toMatchObject({ code: 'registry-denied' })
  expect(store.seen).toEqual([{ path: '/elsewhere', authorization: undefined }])
  store.stop()
})

const answering =
  (status: number, body: string, headers = {}): Play =>
  (_, response) => {
    response.writeHead(status, headers)
    response.end(body)
    return true
  }

test.each<[string, string, RegExp, () => Play]>([
  [
    'is down',
    'registry-unreachable',
    /is down: it answered 503/,
    () => answering(503, 'Service Unavailable'),
  ],
  [
    'is rate-limited',
    'registry-limited',
    /no more requests for now \(429\).*: run again in 21600 seconds/,
    () => answering(429, '', { 'Retry-After': '21600' }),
  ],
  [
    'is rate-limited until a date',
    'registry-limited',
    /run again after 2026-12-01T00:00:00\.000Z/,
    () => answering(429, '', { 'Retry-After': 'Tue, 01 Dec 2026 00:00:00 GMT' }),
  ],
  ['refuses the token', 'registry-denied', /wants a login for 127/, () => withToken(() => 403)],
  [
    'does not know the tag',
    'image-unknown',
    /does not have .*:v1 \(404 MANIFEST_UNKNOWN\)/,
    () => () => false,
  ],
  ['answers no JSON', 'registry-answer', /is no JSON/, () => answering(200, '<html>Sign in</html>')],
  ['answers another form', 'registry-answer', /in another form/, () => answering(200, '{"schemaVersion":1}')],
  [
    'sends more than it should',
    'registry-answer',
    /sends more than \d+ bytes/,
    () => answering(200, 'x'.repeat(5 * 1024 * 1024)),
  ],
  [
    'breaks off',
    'registry-answer',
    /broke off before its end/,
    () => (_, response) => {
      response.writeHead(200, { 'Content-Length': 1000 })
      response.write('{"schemaVersion":2,')
      setTimeout(() => response.destroy(), 20)
      return true
    },
  ],
  [
    'names another digest',
    'image-digest',
    /has the digest sha256:[0-9a-f]{64}, and not sha256:a{64}/,
    () => answering(200, '{}', { 'Docker-Content-Digest': `sha256:${'a'.repeat(64)}` }),
  ],
  [
    'writes into the header what no digest is',
    'image-digest',
    /and not another digest/,
    () => answering(200, '{}', { 'Docker-Content-Digest': 'sha256:[x](javascript:1)' }),
  ],
  [
    'leads in a circle',
    'registry-answer',
    /from place to place/,
    () => answering(302, '', { Location: '/v2/acme/litellm/manifests/v1' }),
  ],
  [
    'leads out in clear',
    'registry-answer',
    /leads to http:\/\/registry\.example, which is not asked/,
    () => answering(302, '', { Location: 'http://registry.example/x' }),
  ],
  [
    'leads to a file',
    'registry-answer',
    /which is not asked/,
    () => answering(302, '', { Location: 'file:///etc/passwd' }),
  ],
  [
    'wants tokens to be asked for in clear',
    'registry-answer',
    /leads to http:\/\/auth\.example, which is not asked/,
    () => answering(401, '', { 'WWW-Authenticate': 'Bearer realm="http://auth.example/token"' }),
  ],
  [
    'gives a token that is none',
    'registry-answer',
    /without a token/,
    () => withToken(() => ({ token: 'a\r\nX: y' })),
  ],
])('a registry that %s is one clear error', async (_, code, message, play) => {
  fake.play = play()
  const refused = await refusal(opened({ callMs: 5000 }).digestOf('v1'))
  expect(refused).toMatchObject({ code, message: expect.stringMatching(message) })
  expect(refused.message).not.toMatch(/[^ -~…]|javascript|evil/)
})

test('a registry that does not answer, or answers byte by byte for ever, is left in time', async () => {
  fake.play = () => true
  const waited = await refusal(opened({ requestMs: 100 }).digestOf('v1'))
  expect(waited).toMatchObject({ code: 'registry-unreachable', message: expect.stringMatching(/in time/) })
  fake.play = (_, response) => {
    response.writeHead(200)
    const drip = setInterval(() => response.write(' '), 10)
    response.on('close', () => clearInterval(drip))
    return true
  }
  expect(await refusal(opened({ callMs: 200 }).digestOf('v1'))).toMatchObject({
    code: 'registry-unreachable',
  })
})

test('a registry where nobody listens is named', async () => {
  const { place } = fake
  fake.stop()
  const registry = new Registry({ registry: place, path: 'acme/litellm' })
  expect(await refusal(registry.digestOf('v1'))).toMatchObject({
    code: 'registry-unreachable',
    message: expect.stringMatching(/127\.0\.0\.1:\d+ cannot be reached: .*ECONNREFUSED/),
  })
})

test('other bytes under a digest are refused, in manifests and blobs', async () => {
  const { index, blob } = putImage(fake, 'v1')
  fake.play = answering(200, '{}')
  expect(await refusal(opened().facts(index))).toMatchObject({ code: 'image-digest' })
  expect(await refusal(opened().blob(blob, 1000))).toMatchObject({ code: 'image-digest' })
})

test('an index without our architecture says which it has', async () => {
  putImage(fake, 'v1')
  expect(await refusal(opened({ architecture: 'riscv64' }).facts('v1'))).toMatchObject({
    code: 'image-architecture',
    message: expect.stringMatching(/not built for linux\/riscv64; it is for linux\/arm64, linux\/amd64/),
  })
})

test('an image for another architecture that is in no index is refused by its configuration', async () => {
  const { image } = putImage(fake, 'v1')
  expect(await refusal(opened({ architecture: 'arm64' }).facts(image))).toMatchObject({
    code: 'image-architecture',
  })
})

test.each([
  ['another registry', '<http://127.0.0.2:1/v2/acme/litellm/tags/list?last=x>; rel="next"'],
  ['another repository', '</v2/other/tags/list?last=x>; rel="next"'],
  ['itself', '</v2/acme/litellm/tags/list?n=1000>; rel="next"'],
])('a list of tags that continues at %s is refused', async (_, link) => {
  fake.play = answering(200, '{"tags":["a"]}', { Link: link })
  expect(await refusal(opened({ login: LOGIN }).tags())).toMatchObject({ code: 'registry-answer' })
})

test('a list of tags without an end is given up', async () => {
  let page = 0
  fake.play = (_, response) => {
    page += 1
    response.writeHead(200, { Link: `</v2/acme/litellm/tags/list?n=1000&last=${page}>; rel="next"` })
    response.end(JSON.stringify({ tags: [`t${page}`] }))
    return true
  }
  expect(await refusal(opened().tags())).toMatchObject({
    code: 'registry-answer',
    message: expect.stringMatching(/does not come to an end/),
  })
})

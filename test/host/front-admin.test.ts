import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deploy } from '../../src/host/deploy.ts'
import type { Session } from '../../src/host/session.ts'
import { chat, type DeployedGateway, deployInput, manifestFor, open, startGateway } from './gateway.ts'

const CLOSED = 'The admin API and UI of this gateway are not open to your network.'
/** Networks that this side of the lab's link is in none of. */
const ELSEWHERE = ['192.0.2.0/24', '2001:db8::/32']

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

async function declare(admin: readonly string[] | undefined): Promise<void> {
  const manifest = manifestFor(gateway.lab, { admin, passThrough: [{ path: '/own', below: true }] })
  const result = await deploy(session, { ...deployInput(gateway.lab), manifest })
  expect(result).toMatchObject({ outcome: 'converged', changed: ['/etc/caddy/Caddyfile'] })
}

/** Sends a request line as it stands, with the master key; no client's own tidying is between. */
function ask(line: string, door: 'plain' | 'tls' = 'plain'): Promise<{ status: number; text: string }> {
  const { address: host } = gateway.lab.host
  return new Promise((resolve, reject) => {
    const send = (socket: Socket) => {
      let text = ''
      socket.on('data', (data) => {
        text += data.toString('latin1')
      })
      socket.once('end', () => resolve({ status: Number(text.split(' ')[1]), text }))
      socket.once('error', reject)
      const headers = [
        'Host: llm.example.com',
        `Authorization: Bearer ${gateway.key}`,
        'Content-Type: application/json',
        'Content-Length: 2',
        'Connection: close',
      ]
      socket.write(`${line} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n{}`, 'latin1')
    }
    if (door === 'plain') {
      const socket = connect({ host, port: 4000 }, () => send(socket))
      socket.once('error', reject)
    } else {
      const options = { host, port: 443, servername: 'llm.example.com', rejectUnauthorized: false }
      const socket = connectTls(options, () => send(socket))
      socket.once('error', reject)
    }
  })
}

const ADMIN = [
  'GET /',
  'GET /ui/',
  'GET /ui/login/',
  'GET /openapi.json',
  'GET /key/list',
  'POST /key/generate',
  'GET /user/list',
  'GET /team/list',
  'GET /v2/team/list',
  'GET /model/new',
  'GET /spend/logs',
  'GET /global/spend',
  'GET /config/yaml',
  'GET /health',
  'GET /health/readiness/details',
  'GET /v1/mcp/server',
  'GET /v1/agents',
  'GET /metrics/',
  'GET /sso/key/generate',
  'GET /a-route-of-a-later-litellm',
]

/** Each is the list of keys to somebody: to Caddy before or after it tidied the path up, to LiteLLM, or to a server between. */
const TRICKS = [
  'GET //key/list',
  'GET ///key/list',
  'GET /./key/list',
  'GET /%2e/key/list',
  'GET /v1/models/../../key/list',
  'GET /v1/models/..%2f..%2fkey/list',
  'GET /v1/models/%2e%2e/%2e%2e/key/list',
  'GET /v1/models/.%2e/.%2e/key/list',
  'GET /v1/models/..\\..\\key\\list',
  'GET /v1/models/..%5c..%5ckey%5clist',
  'GET /openai/../key/list',
  'GET /openai/%2e%2e/key/list',
  'GET /mcp/../key/list',
  'GET /%6bey/list',
  'GET /key%2flist',
  'GET /key/%6cist',
  'GET /KEY/list',
  'GET /Key/List',
  'GET /key/list/',
  'GET /key/list;/v1/models',
  'GET /key/list;.css',
  'GET /key/list?x=/v1/models',
  'GET /key/list#/v1/models',
  'GET /key/list%00/v1/models',
  'GET /key/list%0a/v1/models',
  'GET /key/list%3f/v1/models',
  'GET /key/list%23/v1/models',
  'GET /key/list/../../v1/models/x/../../../key/list',
  'GET http://llm.example.com/key/list',
  'GET http://llm.example.com//key/list',
  'GET http://llm.example.com/v1/models/../../key/list',
  'HEAD /key/list',
  'OPTIONS /key/list',
]

describe.each(['plain', 'tls'] as const)('from elsewhere, through %s', (door) => {
  beforeAll(async () => {
    if (door === 'plain') await declare(ELSEWHERE)
  })

  it.each(ADMIN)('%s is closed', async (line) => {
    const { status, text } = await ask(line, door)
    expect(status, text).toBe(403)
    expect(text).toContain(CLOSED)
  })

  it.each(TRICKS)('%s does not get around it', async (line) => {
    const { status, text } = await ask(line, door)
    expect([400, 403, 404, 405], text).toContain(status)
    expect(text).not.toContain('total_count')
  })

  it('a request that names another host comes to nobody', async () => {
    const { status, text } = await ask('GET http://127.0.0.1:4001/key/list', door)
    // Caddy's own answer under a name that no site has.
    if (door === 'tls') expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\nContent-Length: 0\r\n/)
    else expect(status, text).toBe(403)
    expect(text).not.toContain('total_count')
  })

  it.each([
    ['GET /v1/models', 200],
    ['GET /models', 200],
    ['GET /models/', 307],
    ['GET /v1%2Fmodels', 200],
    ['GET /v1/models/gpt-4', 200],
    ['GET /health/liveliness', 200],
    ['GET /health/readiness', 200],
    ['GET /v1/model/info', 200],
    ['GET http://llm.example.com/v1/models', 200],
  ])('%s is open', async (line, wanted) => {
    const { status, text } = await ask(line, door)
    expect(status, text).toBe(wanted)
  })

  it('what is passed on by declaration comes to LiteLLM', async () => {
    for (const path of ['/own', '/own/below']) {
      const { text } = await ask(`GET ${path}`, door)
      expect(text).not.toContain(CLOSED)
    }
    expect((await ask('GET /owner', door)).text).toContain(CLOSED)
  })
})

describe('who is open to it', () => {
  it('a model answers to everybody', async () => {
    expect((await chat(gateway, 'gpt-4')).status).toBe(200)
  })

  it('the machine itself and a tunnel to it reach the UI', async () => {
    const { stdout } = await gateway.lab.exec(
      `python3 -c 'import urllib.request as u; print(u.urlopen("http://127.0.0.1:4000/ui/").status)'`,
    )
    expect(stdout.trim()).toBe('200')
  })

  it('private networks do, when they are declared', async () => {
    await declare(['10.0.0.0/8', '169.254.0.0/16'])
    expect((await ask('GET /key/list')).status).toBe(200)
    expect((await ask('GET /ui/', 'tls')).status).toBe(200)
  })

  it('nobody does with none', async () => {
    await declare([])
    expect((await ask('GET /key/list')).status).toBe(403)
    expect((await ask('GET /v1/models')).status).toBe(200)
  })

  it('everybody does when nothing is declared', async () => {
    await declare(undefined)
    expect((await ask('GET /key/list')).status).toBe(200)
  })
})

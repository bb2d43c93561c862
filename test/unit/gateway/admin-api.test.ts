import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAdminApi } from '../../../src/gateway/admin-api.ts'
import { openTunnel } from '../../../src/host/tunnel.ts'

/** What answers at the gateway's port may be anything that runs in its container. */
const ANSWERS: Record<string, (answer: ServerResponse) => void> = {
  '/redirect': (answer) => answer.writeHead(307, { location: `http://127.0.0.1:${port(thief)}/` }).end(),
  '/text': (answer) => answer.end('<html>\n::stop-commands::x'),
  '/endless': (answer) => {
    const more = () => {
      while (answer.write('x'.repeat(65_536)));
      answer.once('drain', more)
    }
    more()
  },
  '/slow': (answer) => {
    const drip = setInterval(() => answer.write(' '), 50)
    answer.once('close', () => clearInterval(drip))
  },
}
let server: Server
let thief: Server
const stolen: unknown[] = []
const port = (one: Server) => (one.address() as AddressInfo).port

beforeAll(async () => {
  server = createServer((asked, answer) => ANSWERS[asked.url ?? '']?.(answer)).listen(0, '127.0.0.1')
  thief = createServer(({ headers }, answer) => {
    stolen.push(headers)
    answer.end('{}')
  }).listen(0, '127.0.0.1')
  await Promise.all([once(server, 'listening'), once(thief, 'listening')])
})
afterAll(() => {
  for (const one of [server, thief]) {
    one.closeAllConnections()
    one.close()
  }
})

describe('an answer in the place of LiteLLM', () => {
  it.each([
    ['/redirect', /answered 307/],
    ['/text', /answered 200: something that is not JSON/],
    ['/endless', /more than 1000000 bytes/],
    ['/slow', /no answer within 1 s/],
  ])('is an error within its time and size, and gets no key: %s', async (path, error) => {
    const open = async () => connect(port(server), '127.0.0.1')
    const tunnel = openTunnel(port(server), open, 1_000_000)
    await expect(createAdminApi(tunnel, 'sk-master', { timeoutMs: 1_000 }).get(path)).rejects.toThrow(error)
    tunnel.close()
    expect(stolen).toEqual([])
  })
})

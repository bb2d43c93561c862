import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { BODIES, type Notice, sendNotice } from '../../../src/github/notices.ts'
import { createRedactor } from '../../../src/log/redact.ts'

const NOTICE: Notice = {
  state: 'wrong',
  title: 'Something is wrong with the gateway',
  lines: ['PostgreSQL does not answer.', 'The certificate expired.'],
  repository: 'acme/gateway',
  command: 'doctor',
  run: 'https://github.com/acme/gateway/actions/runs/7/attempts/1',
  issue: 'https://github.com/acme/gateway/issues/3',
}
const HOSTILE =
  'a <!channel> & <https://evil.example|x> [pay](https://evil.example) *b* \u202e\u001b[31m @here\n::error::x'

let server: Server
let address: string
let taken: { path: string; type: string | undefined; body: unknown }[]
/** How the server answers; it never does with 0. */
let status: number

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}

beforeEach(async () => {
  taken = []
  status = 200
  server = createServer(async (request, response) => {
    const text = await textOf(request)
    taken.push({ path: request.url ?? '', type: request.headers['content-type'], body: JSON.parse(text) })
    if (status !== 0) response.writeHead(status, { location: 'https://evil.example/' }).end('ok')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/T0/B0/sEcReT`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

async function sent(
  notice: Notice,
  channels: Parameters<typeof sendNotice>[1],
  limitMs?: number,
): Promise<string[]> {
  const warnings: string[] = []
  const redact = createRedactor(['s3cr3t-value'])
  await sendNotice(notice, channels, { redact, warning: (text) => warnings.push(text) }, limitMs)
  return warnings
}

describe('a notice', () => {
  test('comes to each channel in its own form, once', async () => {
    expect(
      await sent(NOTICE, { slack: `${address}/slack`, teams: `${address}/teams`, webhook: address }),
    ).toEqual([])
    expect(taken).toHaveLength(3)
    expect(taken.map(({ type }) => type)).toEqual(Array(3).fill('application/json'))
    const of = (end: string) => taken.find(({ path }) => path.endsWith(end))?.body
    expect(of('/slack')).toEqual(BODIES.slack(NOTICE))
    expect(of('/teams')).toEqual(BODIES.teams(NOTICE))
    expect(of('sEcReT')).toEqual({ version: 1, ...NOTICE })
  })

  test('has no secret in it, and a bounded number of short lines', async () => {
    const lines = Array.from({ length: 40 }, (_, nth) => `${nth} s3cr3t-value ${'word '.repeat(500)}`)
    await sent({ ...NOTICE, lines }, { webhook: address })
    const { body } = taken[0] as { body: { lines: string[] } }
    expect(body.lines).toHaveLength(6)
    expect(body.lines.at(-1)).toBe('and 35 more')
    for (const line of body.lines) expect(line.length).toBeLessThanOrEqual(301)
    expect(JSON.stringify(body)).not.toContain('s3cr3t')
  })

  test('goes nowhere when nobody asked for it', async () => {
    expect(await sent(NOTICE, {})).toEqual([])
    expect(taken).toEqual([])
  })
})

describe('text of others', () => {
  test('mentions nobody and links nowhere in Slack: it is plain, and escaped where it is not', async () => {
    await sent({ ...NOTICE, title: HOSTILE, lines: [HOSTILE] }, { slack: address })
    const [{ body } = { body: {} }] = taken
    const { text, blocks } = body as { text: string; blocks: { type: string; text?: { type: string } }[] }
    expect(text).toContain('&lt;!channel&gt; &amp; &lt;https://evil.example|x&gt;')
    expect(text).not.toMatch(/[<>]/)
    for (const block of blocks.filter(({ type }) => type === 'section'))
      expect(block.text?.type).toBe('plain_text')
    expect(JSON.stringify(blocks.filter(({ type }) => type === 'context'))).not.toContain('evil')
  })

  test('is no Markdown in Teams', async () => {
    await sent({ ...NOTICE, lines: [HOSTILE] }, { teams: address })
    const card = JSON.stringify(taken[0]?.body)
    expect(card).toContain('"type":"TextRun","text":"a <!channel>')
    expect(card).not.toContain('"TextBlock"')
    for (const unseen of ['\u202e', '\u001b']) expect(card).not.toContain(unseen)
  })
})

describe('a channel that does not take it is a warning without the address', () => {
  test.each([
    [404, 'it answered 404'],
    [302, 'it cannot be reached, or redirects'],
    [500, 'it answered 500'],
  ])('%i', async (code, why) => {
    status = code
    const [warning, ...more] = await sent(NOTICE, { slack: address })
    expect(warning).toBe(`Slack did not take the notice: ${why}.`)
    expect(more).toEqual([])
    expect(taken.map(({ path }) => path)).toEqual(['/services/T0/B0/sEcReT'])
  })

  test('nobody listens', async () => {
    server.close()
    server.closeAllConnections()
    const warnings = await sent(NOTICE, { teams: address, webhook: address })
    expect(warnings.sort()).toEqual([
      expect.stringMatching(/^Teams did not take the notice: it cannot be reached, or redirects \(ECONN/),
      expect.stringMatching(/^The webhook did not take the notice: it cannot be reached/),
    ])
  })

  test('it never answers', async () => {
    status = 0
    expect(await sent(NOTICE, { webhook: address }, 200)).toEqual([
      'The webhook did not take the notice: it did not answer within 0.2 s.',
    ])
  })

  test.each([
    'hooks.slack.com/services/x',
    'http://hooks.slack.example/sEcReT',
    'ftp://127.0.0.1/x',
    'javascript:x',
  ])('%s is no address for it', async (slack) => {
    const [warning] = await sent(NOTICE, { slack })
    expect(warning).toBe('Slack did not take the notice: its secret is no address that begins with https://.')
    expect(taken).toEqual([])
  })
})

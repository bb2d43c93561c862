import { generateKeyPairSync } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import ssh2, { type Connection, type ServerChannel } from 'ssh2'
import { afterEach, describe, expect, test } from 'vitest'
import type { HostEvent } from '../../../src/contract/wire.ts'
import { Answer } from '../../../src/host/answer.ts'
import { HostError, HostProgramError, HostUnreachableError } from '../../../src/host/errors.ts'
import { connect } from '../../../src/host/session.ts'
import { createRecordingLogger } from '../../../src/log/logger.ts'

const none = () => new HostError('no answer')

function answerTo(chunks: readonly string[], longestLine?: number) {
  const events: HostEvent[] = []
  const notes: string[] = []
  const answer = new Answer({
    where: 'debian@192.0.2.10:22',
    note: (text) => notes.push(text),
    ...(longestLine === undefined ? {} : { longestLine }),
  })
  answer.onEvent = (event) => events.push(event)
  for (const chunk of chunks) answer.add(chunk)
  return { answer, events, notes }
}

const RESULT = '{"result":{"ok":true}}\n'

describe('what a host prints', () => {
  test.each([
    'Last login: Sun Nov 29 13:00:00 2026 from 192.0.2.1\n',
    'null\n',
    '42\ntrue\n"text"\n[1,2]\n',
    '{}\n{"a":1}\n{"event":"other"}\n{"event":"note"}\n{"error":"text"}\n{"error":null}\n',
    '\u001b[32mwelcome\u001b[0m\r\n\r\n',
    '{"result":\n',
    '\ufffd\0\n',
  ])('that is no answer is passed over with a note: %j', (noise) => {
    const { answer, notes, events } = answerTo([noise, RESULT])
    expect(answer.end(none)).toEqual({ ok: true })
    expect(events).toEqual([])
    expect(notes.length).toBeGreaterThan(0)
    expect(notes[0]).toMatch(/^debian@192\.0\.2\.10:22 printed a line that is not an answer: /)
  })

  test('that is never an answer is told as far as it helps', () => {
    const { answer, notes } = answerTo([
      'word '.repeat(39),
      'sk-secret-0123456789',
      '\n',
      'line\n'.repeat(1000),
    ])
    expect(() => answer.end(none)).toThrow('no answer')
    expect(notes).toHaveLength(5)
    // The begin of a secret would not be known as one.
    expect(answer.noise[0]).toBe(`${'word '.repeat(39)}…`)
  })

  test('without an end of the line is not kept beyond any answer', () => {
    expect(() =>
      answerTo(
        Array.from({ length: 11 }, () => 'x'.repeat(100)),
        1000,
      ),
    ).toThrow(
      'debian@192.0.2.10:22 answers with a line of more than 1000 characters, which is not from our programs.',
    )
    expect(answerTo([`${'x'.repeat(999)}\n`.repeat(50), RESULT], 1000).answer.end(none)).toEqual({ ok: true })
  })

  test('as an error is told, whatever of it is missing', () => {
    for (const [error, code, message] of [
      [{ code: 'busy', message: 'wait', log: ['a'], data: { lease: 1 } }, 'busy', 'wait'],
      [{}, 'unknown', 'the program on the host failed and did not say why'],
      [
        { code: 1, message: null, log: 'x', data: [] },
        'unknown',
        'the program on the host failed and did not say why',
      ],
    ] as const) {
      const { answer } = answerTo([`${JSON.stringify({ error })}\n`])
      expect(() => answer.end(none)).toThrow(HostProgramError)
      expect(() => answer.end(none)).toThrow(expect.objectContaining({ code, message }))
    }
  })

  test('property: comes out the same however it is cut', () => {
    const text = `motd\n{"event":"step","name":"a","state":"done","seconds":1}\n{"event":"note","name":"n","detail":"ä€"}\n${RESULT}`
    const cuts = fc.array(fc.nat(text.length)).map((places) => [...places].sort((a, b) => a - b))
    fc.assert(
      fc.property(cuts, (places) => {
        const chunks = [0, ...places].map((from, index) => text.slice(from, places[index] ?? text.length))
        const { answer, events } = answerTo(chunks)
        expect(events).toHaveLength(2)
        expect(answer.end(none)).toEqual({ ok: true })
      }),
    )
  })
})

describe('by SSH', () => {
  const host = ssh2.utils.generateKeyPairSync('ed25519')
  // One for all: an RSA key takes as long to make as most of these tests take.
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
  const open: { close(): void }[] = []
  afterEach(() => {
    for (const one of open.splice(0).reverse()) one.close()
  })

  /** A session with a machine that answers each command like this. */
  async function sessionWith(serve: (channel: ServerChannel, client: Connection) => void) {
    const server = new ssh2.Server({ hostKeys: [host.private] }, (client) => {
      client.on('error', () => {})
      client.on('authentication', (asked) => asked.accept())
      client.on('session', (accept) => {
        accept().on('exec', (take) => {
          const channel = take()
          channel.on('error', () => {})
          channel.resume()
          serve(channel, client)
        })
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    open.push(server)
    const logger = createRecordingLogger()
    const { port } = server.address() as AddressInfo
    const session = await connect({
      host: '127.0.0.1',
      port,
      user: 'root',
      hostKey: host.public,
      privateKey,
      logger,
    })
    open.push(session)
    return { session, logger }
  }

  test('a greeting before the answer is no crash', async () => {
    const { session, logger } = await sessionWith((channel) => {
      channel.write('Welcome!\nnull\n{"result":{"masterKey":"sk-1"}}\n')
      channel.exit(0)
      channel.end()
    })
    expect(await session.run('master_key', {})).toEqual({ masterKey: 'sk-1' })
    expect(logger.text).toContain('printed a line that is not an answer: Welcome!')
  })

  test('a greeting without an answer is told', async () => {
    const { session } = await sessionWith((channel) => {
      channel.write('This account is currently not available.\n')
      channel.exit(1)
      channel.end()
    })
    await expect(session.run('master_key', {})).rejects.toThrow(
      /ended \(exit 1\) without an answer\. This account is currently not available\./,
    )
  })

  test('a connection that breaks is told as that, not as a program without an answer', async () => {
    const { session } = await sessionWith((_, client) => client.end())
    const broken = session.run('master_key', {})
    await expect(broken).rejects.toThrow(HostUnreachableError)
    await expect(broken).rejects.toThrow(/^The connection to root@127\.0\.0\.1:\d+ broke/)
  })

  test('an endless line is an error at once, not all memory', async () => {
    let sent = 0
    const { session } = await sessionWith((channel) => {
      const chunk = Buffer.alloc(1 << 20, 'x')
      const more = () => {
        // 300 MB, when nobody stops it.
        while (sent < 300 && !channel.destroyed) {
          sent += 1
          if (!channel.write(chunk)) return channel.once('drain', more)
        }
        return channel.end()
      }
      more()
    })
    const before = process.memoryUsage().rss
    await expect(session.run('master_key', {})).rejects.toThrow(
      /answers with a line of more than 33554432 characters/,
    )
    expect(sent).toBeLessThan(60)
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * 2 ** 20)
  })

  async function* large(bytes: number): AsyncGenerator<Uint8Array> {
    for (let left = bytes; left > 0; left -= 65_536) yield Buffer.alloc(Math.min(left, 65_536), 'x')
  }
  const answered = '{"result":{"masterKey":"sk-1"}}\n'

  test('a body follows the question, whole, and then comes the end', async () => {
    const chunks: Buffer[] = []
    const { session } = await sessionWith((channel) => {
      channel.on('data', (chunk: Buffer) => chunks.push(chunk))
      channel.on('end', () => {
        channel.write(answered)
        channel.exit(0)
        channel.end()
      })
    })
    await session.run('master_key', {}, { body: large(5_000_000) })
    const [modules, question, ...body] = Buffer.concat(chunks).toString().split('\n')
    expect(modules).toContain('"main":"master_key"')
    expect(question).toBe('{}')
    expect(body.join('\n')).toBe('x'.repeat(5_000_000))
  })

  test('a program that refuses without reading the body is heard', async () => {
    const { session } = await sessionWith((channel) => {
      channel.pause()
      channel.write('{"error":{"code":"disk-full","message":"No room.","log":[],"data":{}}}\n')
      channel.exit(1)
      channel.close()
    })
    await expect(session.run('master_key', {}, { body: large(50_000_000) })).rejects.toMatchObject({
      code: 'disk-full',
    })
  })

  test('a body that cannot be read to its end is an error of the run', async () => {
    const { session } = await sessionWith(() => {})
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('x')
      throw new Error('the file is gone')
    }
    await expect(session.run('master_key', {}, { body: broken() })).rejects.toThrow('the file is gone')
  })
})

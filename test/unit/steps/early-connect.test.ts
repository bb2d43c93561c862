import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Session, SessionOptions } from '../../../src/host/session.ts'
import { createRecordingLogger } from '../../../src/log/logger.ts'
import { connectEarly } from '../../../src/steps/early-connect.ts'
import { sessionTo } from '../../../src/steps/reach.ts'
import { printed } from '../../lab/starter/starter.ts'

type Beginning = Parameters<typeof connectEarly>[0]

const folder = mkdtempSync(join(tmpdir(), 'early-'))
printed('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'key')])
const privateKey = readFileSync(join(folder, 'key'), 'utf8')
const publicKey = readFileSync(join(folder, 'key.pub'), 'utf8').trim()
afterAll(() => rmSync(folder, { recursive: true }))

const HOST_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUTyz1HwHReFVvD5obVsALAgJRNarH4TRpNePnAS'
const SSH = { host: 'llm.example.com', port: 22, user: 'debian', host_key: HOST_KEY }
const FILE = `domain: llm.example.com
vm:
  # Reached by SSH.
  ssh:
    host: llm.example.com

    user: debian
    host_key: ${HOST_KEY}
litellm: [ this is not
`
const logger = createRecordingLogger()

/** Begins with these, and answers what was connected to and begun there. */
function begin(
  text: string,
  other: Partial<Beginning> = {},
  refused?: Error,
  purpose: 'read' | 'write' = 'read',
) {
  const wanted: SessionOptions[] = []
  const begun: string[] = []
  const session = { begin: (program: string) => void begun.push(program) } as unknown as Session
  const context = {
    config: 'gateway.yaml',
    files: { read: () => text, list: () => [] },
    inputs: {},
    sshKey: privateKey,
    logger,
    connect: async (options: SessionOptions) => {
      wanted.push(options)
      if (refused) throw refused
      return session
    },
    ...other,
  }
  return { early: connectEarly(context, purpose), wanted, begun, session }
}

describe('what is begun before the declaration was read', () => {
  test('is the connection to the machine that it names, and the program there', async () => {
    const { early, wanted, begun, session } = begin(FILE)
    expect(await early?.connect(sessionTo(SSH, privateKey, logger))).toBe(session)
    expect(wanted).toMatchObject([{ host: SSH.host, user: 'debian', hostKey: HOST_KEY, readOnly: false }])
    expect(begun).toEqual(['observe'])
  })

  test('is as the read-only account, when the key is that of plan_key', async () => {
    const { early, wanted, session } = begin(
      FILE.replace('    user:', `    plan_key: ${publicKey}\n    user:`),
    )
    expect(await early?.connect(sessionTo({ ...SSH, plan_key: publicKey }, privateKey, logger))).toBe(session)
    expect(wanted).toMatchObject([{ user: 'litellm-plan', readOnly: true }])
  })

  test.each([
    ['another host', { ...SSH, host: '192.0.2.7' }],
    ['another user', { ...SSH, user: 'root' }],
    ['another port', { ...SSH, port: 2222 }],
    ['a machine to jump from', { ...SSH, proxy_jump: { ...SSH, host: 'jump.example.com' } }],
  ])('is not taken for %s', async (_, reach) => {
    const { early, wanted } = begin(FILE)
    const other = sessionTo(reach, privateKey, logger)
    await early?.connect(other)
    expect(wanted).toEqual([expect.anything(), other])
  })

  test.each<[string, string, Partial<Beginning>]>([
    ['the run is offline', FILE, { inputs: { offline: true } }],
    ['there is no key', FILE, { sshKey: undefined }],
    ['there is no machine in the file', 'domain: llm.example.com\n', {}],
    ['the machine is not declared as it must be', FILE.replace('    user: debian\n', ''), {}],
    ['the machine refers to what stands elsewhere', FILE.replace('user: debian', 'user: *somebody'), {}],
    [
      'only a hypervisor knows the key of the host',
      'vm: {proxmox: {api: "https://pve.example", node: pve}}\n',
      {},
    ],
  ])('is nothing when %s', (_, text, other) => {
    const { early, wanted } = begin(text, other)
    expect(early).toBeUndefined()
    expect(wanted).toEqual([])
  })

  test('is nothing when the key may only look and something is to be changed', () => {
    const file = FILE.replace('    user:', `    plan_key: ${publicKey}\n    user:`)
    expect(begin(file, {}, undefined, 'write').early).toBeUndefined()
    expect(begin(FILE, {}, undefined, 'write').early).toBeDefined()
  })

  test('is nothing when the file cannot be read', () => {
    const read = () => {
      throw new Error('no such file')
    }
    expect(begin('', { files: { read, list: () => [] } }).early).toBeUndefined()
  })

  test('fails for who takes it, and for nobody else', async () => {
    begin(FILE, {}, new Error('unreachable')).early?.close()
    const { early } = begin(FILE, {}, new Error('unreachable'))
    await expect(early?.connect(sessionTo(SSH, privateKey, logger))).rejects.toThrow('unreachable')
  })

  test('is ended also while it is being opened', () => {
    const { early, wanted } = begin(FILE)
    early?.close()
    expect(wanted[0]?.signal?.aborted).toBe(true)
  })
})

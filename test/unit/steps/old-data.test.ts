import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { createKnownSecrets } from '../../../src/log/known-secrets.ts'
import type { StepContext } from '../../../src/steps/command.ts'
import { oldData } from '../../../src/steps/import/old-data.ts'

const folder = mkdtempSync(join(tmpdir(), 'old-data-'))
afterAll(() => rmSync(folder, { recursive: true }))

const URL = 'postgresql://reader:p%40ss-of-the-old@db.example.com/llmproxy'

function read(data: string, env: Record<string, string> = {}, ca?: string) {
  const secrets = createKnownSecrets()
  const found = oldData(data, ca, { env, secrets } as unknown as StepContext)
  return { ...found, secrets }
}

async function bytesOf(body?: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body ?? []) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

describe('a database by its URL', () => {
  test('comes from the environment, and is a secret with its password and the keys', () => {
    const env = { OLD_DATABASE_URL: ` ${URL}\n`, OLD_SALT_KEY: 'the-old-salt', OLD_MASTER_KEY: '' }
    const { question, body, secrets } = read('postgres', env)
    expect(question).toEqual({ source: { kind: 'postgres' }, url: URL, salt: 'the-old-salt' })
    expect(body).toBeUndefined()
    expect(secrets.redacted(`${URL} p%40ss-of-the-old the-old-salt`)).toBe('*** *** ***')
  })

  test('is asked for when it is missing', () => {
    expect(() => read('postgres', {})).toThrow('OLD_DATABASE_URL is not set')
  })

  test('takes the certificates of a file along', () => {
    writeFileSync(join(folder, 'ca.pem'), 'PEM')
    expect(read('postgres', { OLD_DATABASE_URL: URL }, join(folder, 'ca.pem')).question.authority).toBe('PEM')
    expect(() => read('postgres', { OLD_DATABASE_URL: URL }, join(folder, 'none'))).toThrow(
      'there is no such file',
    )
  })
})

describe('a dump', () => {
  test('is sent as it is, and no URL with it', async () => {
    writeFileSync(join(folder, 'old.dump'), 'PGDMP…')
    const { question, body } = read(join(folder, 'old.dump'), { OLD_DATABASE_URL: URL })
    expect(question).toEqual({ source: { kind: 'files', files: [{ name: 'dump', bytes: 8 }] } })
    expect(await bytesOf(body)).toBe('PGDMP…')
  })

  test('that is a folder is sent file by file, in the order that is announced', async () => {
    mkdirSync(join(folder, 'dump'))
    for (const [name, text] of [
      ['toc.dat', 'toc'],
      ['12.dat', 'rows'],
      ['13.dat', ''],
    ] as const)
      writeFileSync(join(folder, 'dump', name), text)
    const { question, body } = read(join(folder, 'dump'))
    expect(question.source).toEqual({
      kind: 'files',
      files: [
        { name: '12.dat', bytes: 4 },
        { name: '13.dat', bytes: 0 },
        { name: 'toc.dat', bytes: 3 },
      ],
    })
    expect(await bytesOf(body)).toBe('rowstoc')
  })

  test('that is not there, or an empty folder, is named with the reason', () => {
    mkdirSync(join(folder, 'empty'))
    expect(() => read(join(folder, 'none'))).toThrow('there is no such file')
    expect(() => read(join(folder, 'empty'))).toThrow('it is an empty folder')
  })
})

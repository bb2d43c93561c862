import { describe, expect, test } from 'vitest'
import { HostError } from '../../../../src/host/errors.ts'
import type { Shell } from '../../../../src/host/shell.ts'
import { dumpOf, factsOf } from '../../../../src/steps/old-host/dump.ts'
import { oldPlace } from '../../../../src/steps/old-host/open.ts'
import type { DatabaseInside } from '../../../../src/steps/old-host/project.ts'

const INSIDE = {
  kind: 'container',
  container: { engine: 'docker', id: 'abc', name: 'db', running: true },
  port: 5432,
  user: 'llm',
  password: "p'a ss",
  database: 'llm',
} as unknown as DatabaseInside

/** A machine that answers with this. */
function shell(said: { code?: number; stdout?: string; stderr?: string; blocks?: readonly string[] }) {
  const asked: { command: string; stdin: string }[] = []
  const fake = {
    where: 'u@h:22',
    run: async (command: string, stdin = '') => {
      asked.push({ command, stdin })
      return { code: said.code ?? 0, stdout: said.stdout ?? '', stderr: said.stderr ?? '' }
    },
    async *stream(command: string, stdin: string) {
      asked.push({ command, stdin })
      for (const block of said.blocks ?? []) yield Buffer.from(block)
      if (said.stderr !== undefined) throw new HostError(said.stderr)
    },
    close: () => {},
  } as Shell
  return { fake, asked }
}

describe('a dump', () => {
  test('is blocks after their lengths, and an empty one at its end', async () => {
    const { fake, asked } = shell({ blocks: ['PGDMP', 'x'] })
    const chunks: Uint8Array[] = []
    for await (const chunk of dumpOf(fake, INSIDE)) chunks.push(chunk)
    expect(Buffer.concat(chunks).toString('latin1')).toBe('\0\0\0\x05PGDMP\0\0\0\x01x\0\0\0\0')
    expect(asked[0]?.stdin).toBe("llm\np'a ss\nllm\n5432\n")
    expect(asked[0]?.command).not.toContain('ss\n')
  })

  test('that pg_dump did not finish has no such end, and says why', async () => {
    const { fake } = shell({ blocks: ['PGDMP'], stderr: 'pg_dump: error: permission denied for table x' })
    const chunks: Uint8Array[] = []
    const reading = async () => {
      for await (const chunk of dumpOf(fake, INSIDE)) chunks.push(chunk)
    }
    await expect(reading()).rejects.toThrow(
      /llm in db on u@h:22, which was not changed.*permission denied.*as the owner/,
    )
    expect(Buffer.concat(chunks).toString('latin1')).toBe('\0\0\0\x05PGDMP')
  })
})

describe('the facts of a database', () => {
  test('are its version and size', async () => {
    expect(await factsOf(shell({ stdout: '16 4711\n' }).fake, INSIDE)).toEqual({ major: 16, bytes: 4711 })
  })

  test.each([
    [{ code: 127, stderr: 'sh: 1: exec: psql: not found' }, 'no psql or pg_dump'],
    [
      { code: 2, stderr: 'FATAL:  password authentication failed for user "llm"' },
      "those of the gateway's DATABASE_URL",
    ],
    [{ code: 0, stdout: 'nonsense' }, 'cannot be read'],
  ])('are refused with what to do: %j', async (said, text) => {
    await expect(factsOf(shell(said).fake, INSIDE)).rejects.toThrow(text)
  })

  test('need a database that runs', async () => {
    const stopped = { ...INSIDE, container: { ...INSIDE.container, running: false } }
    await expect(factsOf(shell({}).fake, stopped)).rejects.toThrow('Start it: docker start db')
  })
})

describe('the address of a machine', () => {
  test.each([
    ['ssh://root@old.example.com', { user: 'root', host: 'old.example.com', port: 22, folder: undefined }],
    ['ssh://me@10.0.0.5:2222/opt/llm', { user: 'me', host: '10.0.0.5', port: 2222, folder: '/opt/llm' }],
    ['ssh://me@10.0.0.5/opt/a%20b/100%', { user: 'me', host: '10.0.0.5', port: 22, folder: '/opt/a b/100%' }],
    ['ssh://me@[fe80::1]/', { user: 'me', host: 'fe80::1', port: 22, folder: undefined }],
  ])('%s', (text, place) => {
    expect(oldPlace(text)).toEqual(place)
  })

  test.each([
    ['ssh://old.example.com', 'names no user'],
    ['ssh://', 'no address of a machine'],
    ['ssh://me:secret@h', 'the key is in OLD_SSH_KEY'],
  ])('%s is refused', (text, said) => {
    expect(() => oldPlace(text)).toThrow(said)
  })
})

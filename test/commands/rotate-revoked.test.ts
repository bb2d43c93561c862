import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LoadHandle, startLoad } from '../lab/load/load.ts'
import { counted } from '../lab/proof.ts'
import { exposedIn, exposedOn } from '../story/canary.ts'
import { virtualKey } from '../story/chat.ts'
import { type RotationLab, startRotationLab } from './rotation.ts'

let rotation: RotationLab
let leaked: string
let load: LoadHandle
let said = ''

beforeAll(async () => {
  rotation = await startRotationLab()
  await rotation.hasten()
  leaked = await rotation.inFile()
  const key = await virtualKey(rotation.url, leaked, 'somebody')
  load = await startLoad({ url: rotation.url, key, clients: 2, plain: { model: 'gpt-4', pauseMs: 400 } })
})
afterAll(async () => {
  await load?.stop()
  await rotation?.close()
})

async function rotate(...options: string[]) {
  const run = await rotation.rotate(...options)
  said += run.stdout + run.stderr
  return run
}

async function asAdministrator(key: string, path: string, body: object): Promise<Record<string, string>> {
  const answer = await fetch(`${rotation.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(answer.status, `${path} ${JSON.stringify(body)}`).toBe(200)
  return (await answer.json()) as Record<string, string>
}

/** When the registrations of the two keys end, in seconds from now. */
async function registrations(): Promise<number[]> {
  const sql = `SELECT round(extract(epoch FROM expires - now() AT TIME ZONE 'UTC')) FROM "LiteLLM_VerificationToken" WHERE key_alias LIKE 'litellm-gitops-rotation-%'`
  const { stdout } = await rotation.lab.exec(`runuser -u postgres -- psql -At -d litellm`, { stdin: sql })
  return stdout.trim().split('\n').filter(Boolean).map(Number)
}

describe('a run that is to end a rotation', () => {
  test.each(['--phase finish', '--force'])('begins none when there is none: %s', async (options) => {
    const run = await rotate(...options.split(' '))
    expect(run.code, run.stderr).toBe(0)
    expect(run.stderr).toContain('No rotation is in progress')
    expect(await rotation.inFile()).toBe(leaked)
    expect(rotation.inTargets()).toEqual(['old', 'old'])
    expect(await rotation.underWay()).toBe(false)
  })

  test('is not asked for something else at the same time', async () => {
    expect((await rotate('--phase', 'begin', '--force')).stderr).toContain('force ends a grace time')
    expect((await rotate('--phase', 'end')).stderr).toContain('it can be begin or finish')
    expect(await rotation.inFile()).toBe(leaked)
  })
})

describe('a key that leaked', () => {
  let first: string

  test('may be one of an open rotation, whose registrations end by themselves soon after the grace time', async () => {
    const begun = await rotate('--phase', 'begin')
    expect(begun.code, begun.stderr).toBe(0)
    first = await rotation.inFile()
    const again = await rotate('--phase', 'begin')
    expect(again.code).toBe(0)
    expect(again.stderr).toMatch(/The old key works until 20\d\d-.*; nothing was changed/)
    expect(await rotation.inFile()).toBe(first)
    const ends = await registrations()
    expect(ends.length).toBe(2)
    for (const seconds of ends) {
      expect(seconds).toBeGreaterThan(24 * 3600)
      expect(seconds).toBeLessThan(24 * 3600 + 16 * 60)
    }
  })

  test('is refused at the end of one run, with every other key of before, and what was made with it is told', async () => {
    // By the old master, which is a registration now, and by the new one.
    const one = await asAdministrator(leaked, '/key/generate', { key_alias: 'minted' })
    // A name that LiteLLM does not take by its API.
    const named = `UPDATE "LiteLLM_VerificationToken" SET key_alias = E'minted\\n\`\`\` ::add-mask::x' WHERE key_alias = 'minted'`
    await rotation.lab.exec(`runuser -u postgres -- psql -q -d litellm`, { stdin: named })
    const other = await asAdministrator(first, '/key/generate', { key_alias: 'by-the-new-one' })
    await asAdministrator(leaked, '/user/new', {
      user_id: 'mallory',
      user_role: 'proxy_admin',
      auto_create_key: false,
    })
    const run = await rotate('--revoke')
    expect(run.code, run.stderr).toBe(0)
    const key = await rotation.inFile()
    expect(new Set([leaked, first, key]).size).toBe(3)
    expect(rotation.inTargets()).toEqual([key, key])
    expect([await rotation.asks(key), await rotation.asks(first), await rotation.asks(leaked)]).toEqual([
      200, 401, 401,
    ])
    expect(await rotation.underWay()).toBe(false)
    const lines = run.stderr.split('\n')
    expect(lines.filter((line) => /by-the-new-one .*by default_user_id/.test(line)).length).toBe(1)
    expect(lines.filter((line) => /minted.*by litellm-gitops-rotation/.test(line)).length).toBe(1)
    expect(lines.filter((line) => /mallory .*proxy_admin/.test(line)).length).toBe(1)
    expect(run.stderr).not.toContain('::add-mask')
    expect(exposedIn(said, [leaked, first, key, one.key ?? '', other.key ?? ''])).toEqual([])
    expect(await exposedOn(rotation.lab, [leaked, first, key])).toEqual([])
  })

  test('is refused also when the run that revokes it dies, by the next one', async () => {
    const before = await rotation.inFile()
    const { killed } = await rotation.rotateDying(6, { revoke: true })
    expect(killed).toBe(true)
    await rotation.endLease()
    const run = await rotate('--revoke')
    expect(run.code, run.stderr).toBe(0)
    const key = await rotation.inFile()
    expect(rotation.inTargets()).toEqual([key, key])
    expect([await rotation.asks(key), await rotation.asks(before)]).toEqual([200, 401])
  })

  test('costs nobody else a request', async ({ task }) => {
    const report = await load.stop()
    counted(task, `${report.requests} requests, ${report.failed} failed`)
    expect(report.failures).toEqual([])
  })
})

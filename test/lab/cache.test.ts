import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { cachedPart, contentHash, withLock } from './cache.ts'

const before = process.env.LAB_CACHE
let cache: string
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'lab-cache-'))
  process.env.LAB_CACHE = cache
})
afterEach(() => {
  rmSync(cache, { recursive: true })
  if (before === undefined) delete process.env.LAB_CACHE
  else process.env.LAB_CACHE = before
})

const write = (text: string) => async (folder: string) => writeFileSync(join(folder, 'content'), text)

test('builds a part once, also when many want it at the same time', async () => {
  let built = 0
  const recipe = {
    kind: 'thing',
    hash: contentHash('a'),
    build: async (folder: string) => {
      built += 1
      await write('made')(folder)
    },
  }
  const folders = await Promise.all([cachedPart(recipe), cachedPart(recipe), cachedPart(recipe)])
  expect(new Set(folders).size).toBe(1)
  expect(built).toBe(1)
  expect(readFileSync(join(folders[0], 'content'), 'utf8')).toBe('made')
})

test('a build that fails leaves no part, and the next one starts from an empty folder', async () => {
  const recipe = { kind: 'thing', hash: contentHash('a') }
  const failing = async (folder: string) => {
    await write('half')(folder)
    throw new Error('no mirror')
  }
  await expect(cachedPart({ ...recipe, build: failing })).rejects.toThrow('no mirror')
  const folder = await cachedPart({
    ...recipe,
    build: async (empty) => {
      expect(readdirSync(empty)).toEqual([])
      await write('whole')(empty)
    },
  })
  expect(readFileSync(join(folder, 'content'), 'utf8')).toBe('whole')
})

test('parts of a family that were not used lately go when there are more than six', async () => {
  const longAgo = new Date(Date.now() - 3_600_000)
  for (const name of ['1', '2', '3', '4', '5', '6', '7']) {
    const folder = await cachedPart({ kind: `snapshot-${name}`, hash: contentHash(name), build: write(name) })
    if (name !== '2') utimesSync(folder, longAgo, new Date(longAgo.getTime() + Number(name)))
  }
  await cachedPart({ kind: 'snapshots', hash: contentHash('other family'), build: write('') })
  await cachedPart({ kind: 'snapshot-8', hash: contentHash('8'), build: write('8') })
  const left = readdirSync(join(cache, 'parts')).map((name) => name.replace(/-[0-9a-f]{16}$/, ''))
  expect(left.sort()).toEqual([
    'snapshot-2',
    'snapshot-4',
    'snapshot-5',
    'snapshot-6',
    'snapshot-7',
    'snapshot-8',
    'snapshots',
  ])
})

test('a lock lets one in after the other and is given back on failure', async () => {
  const log: string[] = []
  const work = (name: string) => async () => {
    log.push(`${name} in`)
    await new Promise((resolve) => setTimeout(resolve, 20))
    log.push(`${name} out`)
    if (name === 'one') throw new Error('one failed')
  }
  await Promise.allSettled([withLock('l', work('one')), withLock('l', work('two'))])
  expect([
    log.slice(0, 2).map((line) => line.split(' ')[1]),
    log.slice(2).map((line) => line.split(' ')[1]),
  ]).toEqual([
    ['in', 'out'],
    ['in', 'out'],
  ])
})

test('the name of content depends on every part and on where one ends', () => {
  expect(contentHash('ab', 'c')).not.toBe(contentHash('a', 'bc'))
  expect(contentHash('ab')).toMatch(/^[0-9a-f]{16}$/)
})

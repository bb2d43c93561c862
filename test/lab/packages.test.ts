import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fetchedPackages, keepPackages } from './packages.ts'

const before = process.env.LAB_CACHE
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-packages-'))
  process.env.LAB_CACHE = join(folder, 'cache')
})
afterEach(() => {
  rmSync(folder, { recursive: true })
  if (before === undefined) delete process.env.LAB_CACHE
  else process.env.LAB_CACHE = before
})

/** What apt-cacher-ng stores: a file and, beside it, the head of the answer that it came with. */
function fetched(lab: string, path: string, content: string, announced = content.length): void {
  const file = join(folder, lab, 'apt/upper', path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
  writeFileSync(`${file}.head`, `HTTP/1.1 200 OK\r\nContent-Length: ${announced}\r\n\r\n`)
}

test('keeps what arrived whole, and never changes a generation that a lab may stand on', async () => {
  const empty = await fetchedPackages()
  fetched('one', 'archive/pool/a.deb', 'package a')
  fetched('one', 'archive/pool/half.deb', 'half', 4000)
  fetched('one', 'archive/dists/InRelease', 'older index')
  await keepPackages(join(folder, 'one'))
  const first = await fetchedPackages()
  expect(readdirSync(empty)).toEqual([])
  expect(readdirSync(join(first, 'archive/pool'))).toEqual(['a.deb', 'a.deb.head'])

  fetched('two', 'archive/dists/InRelease', 'newer index')
  await keepPackages(join(folder, 'two'))
  const second = await fetchedPackages()
  expect(readFileSync(join(first, 'archive/dists/InRelease'), 'utf8')).toBe('older index')
  expect(readFileSync(join(second, 'archive/dists/InRelease'), 'utf8')).toBe('newer index')
  expect(readFileSync(join(second, 'archive/pool/a.deb'), 'utf8')).toBe('package a')
})

test('a lab that fetched nothing makes no generation', async () => {
  const generation = await fetchedPackages()
  mkdirSync(join(folder, 'lab/apt/upper'), { recursive: true })
  await keepPackages(join(folder, 'lab'))
  expect(await fetchedPackages()).toBe(generation)
})

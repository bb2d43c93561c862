import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { restoreContainers, takeSnapshot } from './snapshot.ts'

const imageLayer = 'a'.repeat(64)
const containerLayer = 'b'.repeat(64)
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-snapshot-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function put(path: string, content: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), content)
}

const inode = (path: string) => statSync(join(folder, path)).ino

test('a restored podman storage shares the files of image layers and nothing else', async () => {
  const storage = 'lab/disk/containers/storage'
  put('lab/disk/written/etc/note', 'written')
  put(`${storage}/overlay/${imageLayer}/diff/usr/bin/tool`, 'read only')
  put(`${storage}/overlay/${containerLayer}/diff/state`, 'of a container')
  put(`${storage}/overlay-containers/containers.json`, JSON.stringify([{ id: 'c', layer: containerLayer }]))
  put(`${storage}/volumes/data/_data/file`, 'of a volume')
  put('lab/disk/containers/cache/known', 'beside the storage')
  mkdirSync(join(folder, storage, 'overlay/l'))
  symlinkSync(`../${imageLayer}/diff`, join(folder, storage, 'overlay/l/SHORT'))
  mkdirSync(join(folder, 'snapshot'))

  await takeSnapshot(join(folder, 'lab'), join(folder, 'snapshot'))
  await restoreContainers(join(folder, 'snapshot'), join(folder, 'next'))

  const restored = (path: string) => `next/disk/containers/${path}`
  const kept = (path: string) => `snapshot/containers/${path}`
  const shared = `storage/overlay/${imageLayer}/diff/usr/bin/tool`
  expect(inode(restored(shared))).toBe(inode(kept(shared)))
  for (const [path, content] of [
    [`storage/overlay/${containerLayer}/diff/state`, 'of a container'],
    ['storage/volumes/data/_data/file', 'of a volume'],
    ['cache/known', 'beside the storage'],
  ] as const) {
    expect(readFileSync(join(folder, restored(path)), 'utf8')).toBe(content)
    expect(inode(restored(path))).not.toBe(inode(kept(path)))
  }
  expect(inode(restored('storage/overlay/l/SHORT/usr/bin/tool'))).toBe(inode(kept(shared)))
  expect(readFileSync(join(folder, 'snapshot/written/etc/note'), 'utf8')).toBe('written')
})

test('a host that never had containers is restored as it was', async () => {
  put('lab/disk/written/etc/note', 'written')
  put('lab/disk/containers/kept', 'a file')
  mkdirSync(join(folder, 'snapshot'))
  await takeSnapshot(join(folder, 'lab'), join(folder, 'snapshot'))
  await restoreContainers(join(folder, 'snapshot'), join(folder, 'next'))
  expect(readFileSync(join(folder, 'next/disk/containers/kept'), 'utf8')).toBe('a file')
})

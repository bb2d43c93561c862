import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOMS } from '../../scripts/rooms.ts'

const root = join(import.meta.dirname, '../..')
const src = join(root, 'src')
const MOST_FILES = 25

test('each folder of src is a room, and each room a folder', () => {
  const folders = readdirSync(src, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  expect(folders.map(({ name }) => name).sort()).toEqual(Object.keys(ROOMS).sort())
})

test('a room stands only on rooms below it, so there are no circles', () => {
  const names = Object.keys(ROOMS)
  for (const [name, { on }] of Object.entries(ROOMS))
    for (const below of on.filter((room) => !/[*.]/.test(room)))
      expect(names.indexOf(below), `${name} → ${below}`).toBeGreaterThan(names.indexOf(name))
})

test('no folder holds more source files than somebody can look over', () => {
  const counts = new Map<string, number>()
  for (const top of ['src', 'test', 'scripts', 'bench'])
    for (const entry of readdirSync(join(root, top), { withFileTypes: true, recursive: true })) {
      const folder = entry.parentPath.slice(root.length + 1)
      if (/\.(ts|mjs|py)$/.test(entry.name)) counts.set(folder, (counts.get(folder) ?? 0) + 1)
    }
  expect([...counts].filter(([, count]) => count > MOST_FILES)).toEqual([])
})

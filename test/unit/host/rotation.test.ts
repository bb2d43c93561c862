import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { inAgent } from './agent.ts'

const WORLD = readFileSync(join(import.meta.dirname, 'rotation-world.py'), 'utf8')
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rotation-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

interface Lives {
  readonly operations: number
  readonly lives: number
}

describe('a rotation that dies before and after each thing that lasts', () => {
  test.each([
    { distribute: 'master-key', settles: 'finished' },
    { distribute: 'master-key', settles: 'undone' },
    { distribute: 'virtual-key', settles: 'finished' },
    { distribute: 'master-key', settles: 'undone', refuseRollouts: 2 },
    { distribute: 'virtual-key', settles: 'undone', fullDisk: true },
  ])('serves all who hold a key, and the next run ends with one: %o', (how) => {
    const { operations, lives } = inAgent<Lives>(WORLD, { folder: join(folder, 'world'), ...how })
    expect(operations).toBeGreaterThan(20)
    expect(lives).toBe(operations)
  })

  test('and dies again while it is brought to its end', { timeout: 60_000 }, () => {
    const how = { distribute: 'virtual-key', settles: 'undone', twice: 13 }
    const { operations, lives } = inAgent<Lives>(WORLD, { folder: join(folder, 'world'), ...how })
    expect(lives).toBeGreaterThan(operations * 2)
  })
})

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { inAgent } from './agent.ts'

const WORLD = readFileSync(join(import.meta.dirname, 'rotation-world.py'), 'utf8')
/** Files are replaced and removed by the thousand: on a disk that is most of the time, and no file has to outlive the test. */
const IN_MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(IN_MEMORY, 'rotation-'))
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

test('a rotation that a dead run brought to its swap meanwhile is gone on with', () => {
  const script = `
from pathlib import Path
from agent.rotation import files as rotation_files, rotation
rotation.ROTATION = Path(given["folder"])
rotation_files.state = lambda: {"id": "a1", "phase": "swapped", "distribute": "master-key"}
rotation._begin({"distribute": "virtual-key"})
return "went on"`
  expect(inAgent(script, { folder })).toBe('went on')
})

test.each([
  {
    what: 'does not take keys chosen by hand',
    raised: 'ApiError(path, 403, "Custom API keys are disabled: " + document["key"])',
    said: /^rotation-keys: .*403 Custom API keys are disabled: sk-\*\*\* The master/,
  },
  {
    what: 'is gone',
    raised: 'ApiError(path, None, "Connection refused")',
    said: /^gateway-down: The gateway does not answer: .*Connection refused/,
  },
])('a gateway that $what is told', ({ raised, said }) => {
  const script = `
from agent.gateway import release
from agent.rotation import keys as rotation_keys
from agent.litellm.admin_api import ApiError
class Api:
    def __init__(self, port, key, header): pass
    def get(self, path, **query): return {"keys": []}
    def post(self, path, document): raise ${raised}
    def close(self): pass
rotation_keys.AdminApi, rotation_keys.port = Api, lambda: 4001
release.serving = lambda: "release"
release.environment = lambda name: {"LITELLM_MASTER_KEY": "sk-master"}
release.configuration = lambda name: {}
with rotation_keys.Gateway() as gateway: gateway.register("sk-canary-0123", "old", 60)`
  expect(() => inAgent(script)).toThrow(said)
})

test.each([
  { answers: '[None, 200, 200, 200]', said: undefined },
  { answers: '[200, 403]', said: /^rotation-test: .* with 403 \(GET \/key\/list/ },
])('the keys of a rotation are an administrator’s: $answers', ({ answers, said }) => {
  const script = `
from agent.rotation import keys as rotation_keys
answers = ${answers}
rotation_keys.port, rotation_keys.time.sleep = lambda: 4001, lambda seconds: None
rotation_keys._status = lambda api, key, route: answers.pop(0)
rotation_keys.require_administrators(["sk-old", "sk-new"])
return answers`
  const asked = () => inAgent(script)
  if (said === undefined) expect(asked()).toEqual([])
  else expect(asked).toThrow(said)
})

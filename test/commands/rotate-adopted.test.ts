import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LoadHandle, startLoad } from '../lab/load/load.ts'
import { counted } from '../lab/proof.ts'
import { exposedIn, exposedOn } from '../story/canary.ts'
import { chat, virtualKey } from '../story/chat.ts'
import { type RotationLab, startRotationLab } from './rotation.ts'

let rotation: RotationLab
let old: string
let load: LoadHandle

/** Makes the gateway one that never had a salt key: its master key encrypts what is stored. */
const WITHOUT_SALT = `
set -eu
env=$(readlink -f /etc/litellm/env)
grep -v '^LITELLM_SALT_KEY=' "$env" > "$env.new"; chmod 600 "$env.new"; mv "$env.new" "$env"
rm /etc/litellm/salt_key
systemctl restart litellm
for attempt in $(seq 120); do
  python3 -c 'from urllib.request import urlopen; urlopen("http://127.0.0.1:4001/health/readiness")' 2>/dev/null && exit 0
  sleep 1
done
exit 1`

beforeAll(async () => {
  rotation = await startRotationLab({ distribute: 'virtual-key', key: { models: ['gpt-4'], max_budget: 5 } })
  const made = await rotation.lab.exec(WITHOUT_SALT, { timeoutMs: 180_000 })
  expect(made.code, made.stderr).toBe(0)
  old = await rotation.inFile()
  await rotation.storeCredential(old, 'kept')
  const key = await virtualKey(rotation.url, old, 'somebody')
  load = await startLoad({ url: rotation.url, key, clients: 4, plain: { model: 'gpt-4', pauseMs: 200 } })
})
afterAll(async () => {
  await load?.stop()
  await rotation?.close()
})

const salt = async () => (await rotation.lab.exec('cat /etc/litellm/salt_key')).stdout.trim()

test('a gateway without a salt key gets one, and reads on what is stored; programs get a virtual key', async () => {
  const run = await rotation.rotate()
  expect(run.code, run.stderr).toBe(0)
  expect(run.stderr).toMatch(
    /preflight.*: [1-9]\d* stored values are readable with the master key, which encrypts/,
  )
  expect(run.stderr).toMatch(/old one beside it, [1-9]\d* stored values are readable/)
  expect(await salt()).toBe(old)
  const key = await rotation.inFile()
  const [given = '', other] = rotation.inTargets()
  expect(given).toBe(other)
  expect(new Set([old, key, given]).size).toBe(3)
  expect([await rotation.asks(key), await rotation.asks(old)]).toEqual([200, 200])
  // It calls the models it may, and administers nothing.
  expect((await chat(rotation.url, given, 'gpt-4')).status).toBe(200)
  expect((await chat(rotation.url, given, 'claude-3')).status).not.toBe(200)
  expect(await rotation.asks(given)).not.toBe(200)
})

test('the next rotation gives programs another one; both work until it ends', async ({ task }) => {
  expect((await rotation.rotate('--force')).code).toBe(0)
  expect(await rotation.asks(old)).toBe(401)
  const [first = ''] = rotation.inTargets()
  const run = await rotation.rotate()
  expect(run.code, run.stderr).toBe(0)
  expect(await salt()).toBe(old)
  const [second = ''] = rotation.inTargets()
  expect(second).not.toBe(first)
  for (const key of [first, second]) expect((await chat(rotation.url, key, 'gpt-4')).status).toBe(200)
  expect((await rotation.rotate('--force')).code).toBe(0)
  expect((await chat(rotation.url, second, 'gpt-4')).status).toBe(200)
  expect((await chat(rotation.url, first, 'gpt-4')).status).toBe(401)
  const { requests, failed, failures } = await load.progress()
  expect(failures).toEqual([])
  counted(task, `${requests} requests, ${failed} failed`)
  const keys = [old, await rotation.inFile(), first, second]
  expect(exposedIn(run.stdout + run.stderr, keys)).toEqual([])
  expect(await exposedOn(rotation.lab, keys)).toEqual([])
})

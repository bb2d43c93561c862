import { afterAll, beforeAll, expect, test } from 'vitest'
import { exportProject } from '../../../src/backup/programs.ts'
import type { Exported } from '../../../src/contract/programs/backup.ts'
import type { Session } from '../../../src/host/session.ts'
import { chat, type DeployedGateway, open, startGateway } from '../gateway.ts'
import { composeImages } from './compose-images.ts'

// What export writes is started by podman-compose, on the same machine after the gateway was stopped there.

let gateway: DeployedGateway
let session: Session
let exported: Exported
let virtualKey: string

beforeAll(async () => {
  gateway = await startGateway(1)
  session = await open(gateway.lab)
  virtualKey = (await admin('/key/generate', { key_alias: 'of-before', max_budget: 5 })).key as string
  expect((await chat({ ...gateway, key: virtualKey }, 'gpt-4')).status).toBe(200)
})
afterAll(async () => {
  session?.close()
  await gateway?.lab.stop()
})

async function admin(path: string, body?: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`${gateway.url}${path}`, {
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  })
  return (await answer.json()) as Record<string, unknown>
}

const on = async (command: string, timeoutMs = 300_000) => {
  const { code, stdout, stderr } = await gateway.lab.exec(command, { timeoutMs })
  expect(code, stderr).toBe(0)
  return stdout.trim()
}

test('export writes a project that root alone can read, and the gateway serves on', async () => {
  exported = await exportProject(session, { run: 'test' })
  expect(exported).toMatchObject({
    folder: '/var/lib/litellm-gitops/export',
    image: gateway.lab.image,
    loopback: 0,
  })
  expect(exported.rows).toBeGreaterThan(0)
  expect(await on(`stat -c '%a %U' ${exported.folder} ${exported.folder}/compose.override.yaml`)).toBe(
    '700 root\n600 root',
  )
  // Every key is in the one file that is called secret.
  const found = await on(`grep -rlF -e '${gateway.key}' -e "$(cat /etc/litellm/salt_key)" ${exported.folder}`)
  expect(found).toBe(`${exported.folder}/compose.override.yaml`)
  expect(await on('ls /var/lib/litellm-gitops')).not.toContain('export.new')
  expect((await chat(gateway, 'gpt-4')).status).toBe(200)
})

/** Asks the exported gateway, which only its own machine reaches. */
async function ask(path: string, key: string, body?: object): Promise<Record<string, unknown>> {
  const given = JSON.stringify({ url: `http://127.0.0.1:4000${path}`, key, body: body ?? null })
  return JSON.parse(await on(`python3 - <<'END'\n${ASK}ask(${JSON.stringify(given)})\nEND`))
}

const ASK = `import json, urllib.request
def ask(given):
    given = json.loads(given)
    head = {"Authorization": "Bearer " + given["key"], "Content-Type": "application/json"}
    body = None if given["body"] is None else json.dumps(given["body"]).encode()
    print(urllib.request.urlopen(urllib.request.Request(given["url"], body, head), timeout=60).read().decode())
`

test('podman-compose starts it: the same keys, budgets and models', async () => {
  await composeImages(gateway.lab, exported.postgres)
  await on('apt-get install -qq -y --no-install-recommends podman-compose netavark aardvark-dns >/dev/null')
  // The host's firewall lets no container ask for names; another machine has its own.
  await on('systemctl stop caddy litellm litellm-standby postgresql redis-server litellm-firewall')
  await on(`cd ${exported.folder} && timeout 600 podman-compose up -d 2>&1`, 700_000)
  const ready = "urllib.request.urlopen('http://127.0.0.1:4000/health/readiness')"
  await on(
    `for i in $(seq 150); do python3 -c "import urllib.request; ${ready}" 2>/dev/null && exit 0; sleep 2; done; podman logs --tail 30 litellm_litellm_1 >&2; exit 1`,
    400_000,
  )
  const listed = await ask('/key/list?return_full_object=true', gateway.key)
  expect(listed.keys).toContainEqual(expect.objectContaining({ key_alias: 'of-before', max_budget: 5 }))
  const messages = [{ role: 'user', content: 'still there?' }]
  expect(await ask('/v1/chat/completions', virtualKey, { model: 'gpt-4', messages })).toHaveProperty(
    'choices',
  )
})

import { afterAll, beforeAll, expect, it } from 'vitest'
import { deploy } from '../../../src/host/deploy.ts'
import type { Session } from '../../../src/host/session.ts'
import { type DeployedGateway, deployInput, manifestFor, open, startGateway } from '../gateway.ts'

const CLIENT = '203.0.113.9'
/** As a proxy sends it that adds the client's address to what the client wrote. */
const FORWARDED = { 'x-forwarded-proto': 'https', 'x-forwarded-for': `198.51.100.1, ${CLIENT}` }

let gateway: DeployedGateway
let session: Session
beforeAll(async () => {
  gateway = await startGateway()
  session = await open(gateway.lab)
})
afterAll(async () => {
  session?.close()
  await gateway?.lab.stop()
})

async function declare(trustedProxies: readonly string[]): Promise<void> {
  const manifest = manifestFor(gateway.lab, { proxy: 'external', trustedProxies })
  const { changed } = await deploy(session, { ...deployInput(gateway.lab), manifest })
  expect(changed).toEqual(['/etc/caddy/Caddyfile'])
}

async function psql(query: string): Promise<string> {
  return (await gateway.lab.exec(`psql -U litellm -Atc '${query}'`)).stdout.trim()
}

/** Where LiteLLM sends a browser that asks for the UI, and whom its spend log names as the client. */
async function seen(): Promise<{ scheme: string; client: string }> {
  const headers = { ...FORWARDED, authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' }
  const ui = await fetch(`${gateway.url}/ui`, { headers, redirect: 'manual' })
  const message = `who am I ${Math.random()}`
  const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ model: 'gpt-4', messages: [{ role: 'user', content: message }] }),
  })
  const { id } = (await answer.json()) as { id: string }
  const query = `SELECT requester_ip_address FROM "LiteLLM_SpendLogs" WHERE request_id = $$${id}$$`
  const client = await expect
    .poll(() => psql(query), { timeout: 90_000, interval: 1000 })
    .not.toBe('')
    .then(() => psql(query))
  return { scheme: new URL(ui.headers.get('location') ?? '', 'none://').protocol, client }
}

it('what a client writes into X-Forwarded headers is not believed', async () => {
  await declare([])
  const { scheme, client } = await seen()
  expect(scheme).not.toBe('https:')
  expect(client).not.toMatch(/203\.0\.113|198\.51\.100/)
})

it('what a declared proxy says of scheme and client comes to LiteLLM', async () => {
  const before = await seen()
  await declare([`${before.client}/32`])
  expect(await seen()).toEqual({ scheme: 'https:', client: CLIENT })
})

it('another proxy than the declared one is not believed', async () => {
  await declare(['192.0.2.7'])
  expect((await seen()).client).not.toMatch(/203\.0\.113|198\.51\.100/)
})

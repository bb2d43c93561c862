import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { deploy } from '../../../src/host/deploy.ts'
import { rollout } from '../../../src/host/rollout.ts'
import type { Session } from '../../../src/host/session.ts'
import { type DeployedGateway, deployInput, manifestFor, open, release, startGateway } from '../gateway.ts'

const DOMAIN = 'llm.example.com'
let gateway: DeployedGateway
let session: Session
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'certificate-'))
  gateway = await startGateway()
  session = await open(gateway.lab)
})
afterAll(async () => {
  session?.close()
  rmSync(folder, { recursive: true, force: true })
  await gateway?.lab.stop()
})

/** A certificate of the domain whose subject is `name`, and its key. */
function made(name: string): { TLS_CERT: string; TLS_KEY: string } {
  const [cert, key] = ['cert', 'key'].map((end) => join(folder, end)) as [string, string]
  const request = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '90',
  ]
  const names = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${DOMAIN}`]
  execFileSync('openssl', [...request, ...names, '-keyout', key, '-out', cert], { stdio: 'pipe' })
  return { TLS_CERT: readFileSync(cert, 'utf8'), TLS_KEY: readFileSync(key, 'utf8') }
}

/** Whose certificate is shown to who asks for the domain. */
function shown(): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      host: gateway.lab.host.address,
      port: 443,
      servername: DOMAIN,
      rejectUnauthorized: false,
    }
    const socket = connectTls(options, () => {
      resolve(String(socket.getPeerCertificate().subject?.CN))
      socket.destroy()
    })
    socket.once('error', reject)
  })
}

const content = (values: Readonly<Record<string, string>>) => {
  const plain = release()
  return { ...plain, env: { ...plain.env, ...values } }
}
const manifest = () =>
  manifestFor(gateway.lab, { tls: 'own', certificate: { certFrom: 'TLS_CERT', keyFrom: 'TLS_KEY' } })

it('is served once it is deployed, and is in no file of LiteLLM', async () => {
  const input = { ...deployInput(gateway.lab, content(made('first'))), manifest: manifest() }
  expect(await deploy(session, input)).toMatchObject({
    outcome: 'converged',
    changed: expect.arrayContaining(['/etc/caddy/Caddyfile', 'certificate of the domain placed']),
  })
  expect(await shown()).toBe('first')
  expect(await deploy(session, input)).toMatchObject({ outcome: 'unchanged' })
  const { stdout } = await gateway.lab.exec(
    'cat /etc/litellm/env /etc/litellm/config.yaml; stat -c "%a %U:%G" /etc/caddy/litellm.pem /etc/litellm/certificate_values.json',
  )
  expect(stdout).not.toMatch(/PRIVATE KEY|TLS_KEY/)
  expect(stdout).toMatch(/640 root:caddy\n600 root:root\n$/)
})

it('a renewed one comes with a sync, while an answer streams', async () => {
  const streaming = fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'streamed', stream: true, messages: [{ role: 'user', content: 'go on' }] }),
  }).then((answer) => answer.text())
  await new Promise((resolve) => setTimeout(resolve, 1000))
  const input = { release: content(made('renewed')), probe: { models: ['gpt-4'] }, run: 'test' }
  expect(await rollout(session, input)).toMatchObject({ outcome: 'unchanged' })
  expect(await shown()).toBe('renewed')
  expect(await streaming).toContain('[DONE]')
})

it('halves that do not belong together are refused, and the one before is served, after a restart too', async () => {
  const wrong = content({ ...made('wrong'), TLS_KEY: made('other').TLS_KEY })
  const input = { ...deployInput(gateway.lab, wrong), manifest: manifest() }
  await expect(deploy(session, input)).rejects.toMatchObject({ code: 'certificate' })
  await gateway.lab.exec('systemctl restart caddy')
  expect(await shown()).toBe('renewed')
})

it('declared no more, Caddy has its own again, and ours is gone', async () => {
  await deploy(session, deployInput(gateway.lab))
  await expect.poll(shown, { timeout: 20_000 }).not.toBe('renewed')
  const { stdout } = await gateway.lab.exec('ls /etc/caddy /etc/litellm')
  expect(stdout).not.toMatch(/litellm\.pem|certificate_values/)
})

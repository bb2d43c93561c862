import { spawn } from 'node:child_process'
import { createHash, createPrivateKey, randomUUID, sign } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { must } from '../../lab/command.ts'

const SERVICE = 'registry of the test'
const ISSUER = 'tokens of the test'

/**
 * Debian's docker-registry on loopback, in front of another one, with tokens as the large registries have them: it says where they are
 * given, and checks that they are signed by whom it trusts.
 */
export async function registryWithTokens({
  remote,
  login,
}: {
  readonly remote: string
  readonly login: { readonly username: string; readonly password: string }
}) {
  const folder = mkdtempSync(join(tmpdir(), 'registry-'))
  const [keyFile, certificateFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  await must([
    'openssl',
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
    ...['-subj', '/CN=tokens', '-keyout', keyFile, '-out', certificateFile],
  ])
  const key = createPrivateKey(readFileSync(keyFile))
  const certificate = readFileSync(certificateFile, 'utf8').replace(/-----[A-Z ]+-----|\n/g, '')
  const basic = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`
  const tokens = createServer((request, response) => {
    const asked = new URL(request.url ?? '', 'http://tokens').searchParams
    const [, name = '', actions = ''] = asked.get('scope')?.split(':') ?? []
    if (request.headers.authorization !== basic || asked.get('service') !== SERVICE) {
      response.writeHead(401).end('{"details":"who are you"}')
      return
    }
    const seconds = Math.floor(Date.now() / 1000)
    const parts = [
      { typ: 'JWT', alg: 'ES256', x5c: [certificate] },
      {
        ...{ iss: ISSUER, sub: login.username, aud: SERVICE, jti: randomUUID() },
        ...{ iat: seconds, nbf: seconds - 10, exp: seconds + 300 },
        access: [{ type: 'repository', name, actions: actions.split(',') }],
      },
    ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    const signature = sign('sha256', Buffer.from(parts.join('.')), { key, dsaEncoding: 'ieee-p1363' })
    response.end(JSON.stringify({ token: [...parts, signature.toString('base64url')].join('.') }))
  })
  await new Promise<void>((done) => tokens.listen(0, '127.0.0.1', done))
  const { port } = tokens.address() as AddressInfo
  const place = `127.0.0.1:${await freePort()}`
  const settings = join(folder, 'registry.yml')
  writeFileSync(
    settings,
    JSON.stringify({
      version: 0.1,
      log: { level: 'error', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: join(folder, 'storage') } },
      http: { addr: place, secret: createHash('sha256').update(certificate).digest('hex') },
      auth: {
        token: {
          realm: `http://127.0.0.1:${port}/token`,
          service: SERVICE,
          issuer: ISSUER,
          rootcertbundle: certificateFile,
        },
      },
      proxy: { remoteurl: remote },
    }),
  )
  const server = spawn('docker-registry', ['serve', settings], { stdio: 'ignore' })
  await answering(`http://${place}/v2/`)
  return {
    place,
    stop: () => {
      server.kill()
      tokens.close()
      rmSync(folder, { recursive: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  await new Promise((done) => server.close(done))
  return port
}

async function answering(url: string): Promise<void> {
  for (const deadline = Date.now() + 10_000; ; ) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.status === 401) return
    if (Date.now() > deadline) throw new Error('docker-registry does not answer on loopback')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

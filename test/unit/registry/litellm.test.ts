import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { IDENTITY, ISSUER, KEYS, litellmSigners } from '../../../src/registry/litellm.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`
const IMAGE = { registry: 'ghcr.io', path: 'berriai/litellm-database', tag: 'v1', digest: DIGEST }

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cosign-'))
  vi.stubEnv('PATH', folder)
  vi.stubEnv('OPENAI_API_KEY', 'sk-not-for-cosign')
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
  rmSync(folder, { recursive: true })
})

/** A cosign that ends so. */
function installCosign(said: string, code: number): void {
  const file = join(folder, 'cosign')
  writeFileSync(file, `#!/bin/sh\necho "${said}" >&2\nexit ${code}\n`)
  chmodSync(file, 0o755)
}

test('without cosign, what a workflow signed is left unchecked', async () => {
  expect(await litellmSigners(IMAGE).keyless()).toBeUndefined()
})

test.each([
  ['', 0, { state: 'verified', by: "LiteLLM's release workflow" }],
  ['Error: none of the expected identities matched what was in the certificate', 12, { state: 'unknown' }],
  [
    'Error: getting the trusted root: connection refused',
    1,
    { state: 'unchecked', why: expect.stringMatching(/cosign/) },
  ],
])('a cosign that says %j and ends with %i', async (said, code, found) => {
  installCosign(said, code)
  expect(await litellmSigners(IMAGE).keyless()).toEqual(found)
})

test('cosign is asked for the identity of LiteLLM’s workflow and for the digest, and gets no secret', async () => {
  const file = join(folder, 'cosign')
  const wanted = `verify --certificate-identity ${IDENTITY} --certificate-oidc-issuer ${ISSUER} -- ghcr.io/berriai/litellm-database@${DIGEST}`
  writeFileSync(file, `#!/bin/sh\n[ -z "$OPENAI_API_KEY" ] && [ "$*" = "${wanted}" ]\n`)
  chmodSync(file, 0o755)
  expect(await litellmSigners(IMAGE).keyless()).toMatchObject({ state: 'verified' })
})

test('the keys are read from the commits that LiteLLM names', async () => {
  const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
    type: 'spki',
    format: 'pem',
  })
  const asked: string[] = []
  vi.stubGlobal('fetch', async (url: URL) => {
    asked.push(url.href)
    return new Response(pem)
  })
  expect((await litellmSigners(IMAGE).keys()).map(({ key }) => key.asymmetricKeyType)).toEqual(['ec', 'ec'])
  expect(asked).toEqual(KEYS.map(({ url }) => url))
})

test.each([
  ['is not there', 404, 'Not Found', 'registry-unreachable'],
  ['is no key', 200, '<html>', 'registry-answer'],
])('a key that %s is said, and is no bug', async (_, status, body, code) => {
  vi.stubGlobal('fetch', async () => new Response(body, { status }))
  await expect(litellmSigners(IMAGE).keys()).rejects.toMatchObject({ name: 'RegistryError', code })
})

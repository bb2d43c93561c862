import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { IDENTITY, ISSUER, litellmSigners } from '../../../src/registry/litellm.ts'

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

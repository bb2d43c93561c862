import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Registry } from '../../../src/registry/client.ts'
import { IDENTITY, ISSUER, isOfficial, KEYS } from '../../../src/registry/litellm.ts'
import { parseReference } from '../../../src/registry/reference.ts'
import { type Signers, signatureOf } from '../../../src/registry/signature.ts'
import { FakeRegistry, INDEX, putImage } from './fake-registry.ts'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const { privateKey: anotherKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const SIGNERS: Signers = {
  keys: async () => [{ name: 'the key of LiteLLM', key: publicKey }],
  keyless: async () => undefined,
}
const SIMPLE = 'application/vnd.dev.cosign.simplesigning.v1+json'
const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json'

let fake: FakeRegistry
let digest: string
beforeEach(async () => {
  fake = await new FakeRegistry().start()
  digest = putImage(fake, 'v1').index
})
afterEach(() => fake.stop())

function found(signers = SIGNERS) {
  return signatureOf(new Registry({ registry: fake.place, path: 'acme/litellm' }), digest, signers)
}

/** As `cosign sign --key` leaves it. */
function putSignature(
  key: KeyObject,
  { of = digest, type = 'cosign container image signature', more = {} } = {},
) {
  const signed = Buffer.from(
    JSON.stringify({
      critical: { identity: { 'docker-reference': 'x' }, image: { 'docker-manifest-digest': of }, type },
      optional: null,
    }),
  )
  const blob = fake.put('blobs', signed)
  const signature = sign('sha256', signed, key).toString('base64')
  const layer = { mediaType: SIMPLE, digest: blob, size: signed.length }
  fake.put(
    'manifests',
    {
      schemaVersion: 2,
      config: { digest: fake.put('blobs', {}), size: 2 },
      layers: [{ ...layer, annotations: { 'dev.cosignproject.cosign/signature': signature, ...more } }],
    },
    undefined,
    `${digest.replace(':', '-')}.sig`,
  )
}

test('a signature by a known key is verified', async () => {
  putSignature(privateKey)
  expect(await found()).toEqual({ state: 'verified', by: 'the key of LiteLLM' })
})

test.each([
  ['by another key', () => putSignature(anotherKey)],
  ['of another image', () => putSignature(privateKey, { of: `sha256:${'c'.repeat(64)}` })],
  ['of something else', () => putSignature(privateKey, { type: 'a receipt' })],
])('a signature %s is none that is known', async (_, put) => {
  put()
  expect(await found()).toEqual({ state: 'unknown' })
})

test('without a signature nothing is claimed', async () => {
  expect(await found()).toEqual({ state: 'none' })
})

const CERTIFICATE = { 'dev.sigstore.cosign/certificate': '-----BEGIN CERTIFICATE-----' }

test('what a workflow signed is said to be unchecked where nothing can check it', async () => {
  putSignature(privateKey, { more: CERTIFICATE })
  const keys = () => expect.fail('no key was used')
  expect(await found({ ...SIGNERS, keys })).toMatchObject({
    state: 'unchecked',
    why: expect.stringMatching(/cosign/),
  })
  const verified = { state: 'verified', by: 'its workflow' } as const
  expect(await found({ ...SIGNERS, keyless: async () => verified })).toEqual(verified)
})

/** As `cosign sign` of version 3 leaves it. */
function putBundle(artifactType: string, tag?: string): object {
  const bundle = fake.put('manifests', {
    schemaVersion: 2,
    config: { digest: fake.put('blobs', {}), size: 2 },
    layers: [{ mediaType: BUNDLE, digest: fake.put('blobs', { bundle: 1 }), size: 1 }],
  })
  const list = { schemaVersion: 2, manifests: [{ digest: bundle, size: 1, mediaType: 'm', artifactType }] }
  if (tag !== undefined) fake.put('manifests', list, INDEX, tag)
  return list
}

test.each([BUNDLE, 'application/vnd.oci.empty.v1+json'])(
  'a bundle under the tag of referrers is found, listed as %s',
  async (type) => {
    putBundle(type, digest.replace(':', '-'))
    expect(await found()).toMatchObject({ state: 'unchecked' })
  },
)

test('a bundle in the list of referrers is found', async () => {
  const list = JSON.stringify(putBundle(BUNDLE))
  fake.play = (request, response) => {
    if (request.url !== `/v2/acme/litellm/referrers/${digest}`) return false
    response.end(list)
    return true
  }
  expect(await found()).toMatchObject({ state: 'unchecked' })
})

test('plan and the workflow go by the same signers', () => {
  const template = readFileSync(join(import.meta.dirname, '../../../workflows/verify-image.yml'), 'utf8')
  for (const known of [IDENTITY, ISSUER, ...KEYS.map(({ url }) => url)])
    expect(template).toContain(`: ${known}\n`)
})

test.each([
  ['ghcr.io/berriai/litellm:v1', true],
  ['litellm/litellm:v1', true],
  ['ghcr.io/berriai-evil/litellm:v1', false],
  ['evil.example/ghcr.io/berriai/litellm:v1', false],
])('%s is of LiteLLM: %s', (text, official) => {
  const image = parseReference(text)
  expect(image !== undefined && isOfficial(image)).toBe(official)
})

import { execFile } from 'node:child_process'
import { createPublicKey, type KeyObject } from 'node:crypto'
import { RegistryError } from './errors.ts'
import { exchange } from './exchange.ts'
import { type ImageReference, referenceText } from './reference.ts'
import type { Signature, SignerKey, Signers } from './signature.ts'

/** Where LiteLLM publishes its images. */
const OFFICIAL = /^(ghcr\.io\/berriai|docker\.io\/litellm)\//

/** The one to begin with. */
export const OFFICIAL_DATABASE = { registry: 'ghcr.io', path: 'berriai/litellm-database' } as const

/** The workflow that has signed every release since 2026-11-15, and the keys of before, as LiteLLM's release notes have them. */
export const IDENTITY =
  'https://github.com/BerriAI/project-releaser/.github/workflows/release.yml@refs/heads/main'
export const ISSUER = 'https://token.actions.githubusercontent.com'
export const KEYS = [
  {
    name: 'a key of LiteLLM that was given up in November 2026',
    url: 'https://raw.githubusercontent.com/BerriAI/litellm/e82a3c646908ba0a6ee0beddc4310d7a6cac4065/cosign.pub',
  },
  {
    name: 'a key of LiteLLM that was given up in October 2026',
    url: 'https://raw.githubusercontent.com/BerriAI/litellm/0112e53046018d726492c814b3644b7d376029d0/cosign.pub',
  },
] as const

const MOST_KEY_BYTES = 10_000
const KEY_MS = 20_000
const COSIGN_MS = 60_000
/** What cosign says of a signature that is right, and somebody else's. */
const ANOTHER = /none of the expected identities matched/
/** What cosign needs of our environment, in which there are secrets. */
const FOR_COSIGN = [
  'PATH',
  'HOME',
  'TMPDIR',
  'DOCKER_CONFIG',
  'HTTPS_PROXY',
  'NO_PROXY',
  'SSL_CERT_FILE',
  'TUF_ROOT',
]

export function isOfficial(image: ImageReference): boolean {
  return OFFICIAL.test(referenceText(image))
}

/** Who signs LiteLLM's images. @param image by digest */
export function litellmSigners(image: ImageReference): Signers {
  return {
    keys: publicKeys,
    keyless: async () => await checkedByCosign(referenceText({ ...image, tag: undefined })),
  }
}

/** From the commits that LiteLLM names for them, so that what is read there cannot change. @throws RegistryError */
async function publicKeys(): Promise<SignerKey[]> {
  return await Promise.all(
    KEYS.map(async ({ name, url }) => {
      const signal = AbortSignal.timeout(KEY_MS)
      const { status, body } = await exchange({
        ...{ url: new URL(url), headers: {}, mostBytes: MOST_KEY_BYTES, clear: false, signal },
      })
      if (status === 200) return { name, key: publicKeyIn(body) }
      throw new RegistryError(
        'registry-unreachable',
        `GitHub answered ${status} instead of a public key of LiteLLM.`,
      )
    }),
  )
}

function publicKeyIn(body: Buffer): KeyObject {
  try {
    return createPublicKey(body)
  } catch (cause) {
    throw new RegistryError('registry-answer', 'What GitHub has as a public key of LiteLLM is none.', {
      cause,
    })
  }
}

/** Undefined where cosign is not installed. */
async function checkedByCosign(image: string): Promise<Signature | undefined> {
  const given = [
    'verify',
    '--certificate-identity',
    IDENTITY,
    '--certificate-oidc-issuer',
    ISSUER,
    '--',
    image,
  ]
  const env = Object.fromEntries(
    FOR_COSIGN.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  )
  return await new Promise((resolve) => {
    execFile('cosign', given, { timeout: COSIGN_MS, env }, (error, _, said) => {
      if (error === null) resolve({ state: 'verified', by: "LiteLLM's release workflow" })
      else if (error.code === 'ENOENT') resolve(undefined)
      else if (ANOTHER.test(said)) resolve({ state: 'unknown' })
      else resolve({ state: 'unchecked', why: 'cosign, which is installed here, could not check it' })
    })
  })
}

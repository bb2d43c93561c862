import type { ErrorText } from './error-text.ts'

/** What the registry of an image answers to the runner; the host has codes of its own for a pull. */
export const REGISTRY_ERRORS = {
  'registry-unreachable': {
    means: 'The registry did not answer, or answered that it is down (5xx).',
    fix: 'Run again later. Check the name of the registry, and that this runner reaches it by HTTPS and trusts its certificate (`NODE_EXTRA_CA_CERTS`); through a proxy (`HTTPS_PROXY`) Node 24 goes with `NODE_USE_ENV_PROXY=1`.',
  },
  'registry-limited': {
    means: 'The registry answers no more requests for now (429).',
    fix: 'Wait as long as the message says, or declare `litellm.registry`: registries allow more to those who log in.',
  },
  'registry-denied': {
    means: 'The registry wants a login, or refuses the one that is declared.',
    fix: 'Declare `litellm.registry` with a user and a token that may read the image, or renew the token. Registries also say so of an image that does not exist.',
  },
  'registry-answer': {
    means:
      'The registry answered something else than its protocol says: cut off, too long, no JSON, or an address that must not be followed.',
    fix: 'Run again. If it stays, what answers under that name is no registry, or a proxy changes its answers.',
  },
  'image-unknown': {
    means: 'The registry has no such repository, tag or digest.',
    fix: 'Correct the name. A digest is gone when its tag was moved and the registry cleaned up: declare another one.',
  },
  'image-architecture': {
    means: 'The image is not built for the architecture of the host.',
    fix: 'Choose an image for linux/amd64.',
  },
  'image-digest': {
    means: 'What the registry sent has another SHA-256 than what was asked for. None of it was used.',
    fix: 'Run again. If it stays, do not use this registry: it, or a proxy before it, changes images.',
  },
} as const satisfies Readonly<Record<string, ErrorText>>

export type RegistryErrorCode = keyof typeof REGISTRY_ERRORS

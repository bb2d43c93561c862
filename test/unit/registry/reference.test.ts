import { expect, test } from 'vitest'
import { parseReference, referenceText } from '../../../src/registry/reference.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`

test.each([
  ['ghcr.io/berriai/litellm:v1', 'ghcr.io', 'berriai/litellm', 'v1', undefined],
  [`ghcr.io/berriai/litellm:v1@${DIGEST}`, 'ghcr.io', 'berriai/litellm', 'v1', DIGEST],
  [`127.0.0.1:5000/litellm@${DIGEST}`, '127.0.0.1:5000', 'litellm', undefined, DIGEST],
  ['localhost/a/b', 'localhost', 'a/b', undefined, undefined],
  ['litellm/litellm:v1', 'docker.io', 'litellm/litellm', 'v1', undefined],
  ['litellm:v1', 'docker.io', 'library/litellm', 'v1', undefined],
])('%s', (text, registry, path, tag, digest) => {
  const read = parseReference(text)
  expect(read).toEqual({ registry, path, tag, digest })
  expect(read && parseReference(referenceText(read))).toEqual(read)
})

test.each([
  '',
  'https://ghcr.io/x',
  'ghcr.io/../x:v1',
  'ghcr.io/x:',
  'ghcr.io/x@sha256:abc',
  'ghcr.io/X:v1',
  'me:word@ghcr.io/x',
  '-x.example/y:v1',
  'ghcr.io:99999/x:v1',
  '300.1.1.1/x:v1',
  'ghcr.io/-x:v1',
  'ghcr.io/x:v1\n',
  'a'.repeat(5000),
])('%j is no image', (text) => expect(parseReference(text)).toBeUndefined())

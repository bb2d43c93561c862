import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isKey } from '../../../src/config/secrets/key-form.ts'
import { isSecretName } from '../../../src/config/secrets/secret-name.ts'
import * as forms from '../../../src/contract/forms.ts'
import { whole } from '../../../src/contract/whole.ts'
import { inAgent } from '../host/agent.ts'

const { IMAGE, VARIABLE, SHA256, PACKAGE, UNIT, MODE, OWNER, DAY, ZONE } = forms
const WHOLE = { IMAGE, VARIABLE, SHA256, PACKAGE, UNIT, MODE, OWNER, DAY, ZONE }
const DIGEST = 'a'.repeat(64)

const written = [
  ...[
    'api_key',
    'apiKey',
    'API_KEYS',
    'max_tokens',
    'token',
    'tokens',
    'cache_key',
    'model_key',
    'pw',
    'myPassword',
  ],
  ...[
    'aws_secret_access_key',
    'key_alias',
    `${'x'.repeat(300)}_key`,
    'keys',
    'environment_variables',
    'Authorization',
  ],
  ...[
    'sk-12345678',
    'sk-team',
    'Bearer abcdefgh',
    '-----BEGIN X',
    'task-1234567890',
    'AIzaSyA-12345',
    'pk-1234567\n',
  ],
  ...[
    `ghcr.io/a/b@sha256:${DIGEST}`,
    `a/b@sha256:${DIGEST}\n`,
    `localhost:5000/a@sha256:${DIGEST}`,
    `x@sha256:${DIGEST}`,
  ],
  ...[
    'postgresql',
    'a | b',
    'a|b',
    'litellm.service',
    'x.mount',
    '0644',
    '644',
    'root:root',
    'root',
    'Europe/Berlin',
  ],
  ...['2026-11-29', '2026-11-29\n', '２026-11-29', 'PATH', '1PATH', 'ſecret', 'naïve_key', ''],
]
/** Texts of the letters that the forms are about. */
const made = fc.sample(
  fc.string({ unit: fc.constantFrom(...'aAkKeEyYsStT_-.:/@| 0159\nü'), maxLength: 24 }),
  { numRuns: 1500, seed: 1 },
)
const texts = [...written, ...made]

test('both languages take the same texts for each form', () => {
  const python = inAgent<Record<string, boolean[]>>(
    `
import re
from agent import contract
return {name: [re.compile(getattr(contract, name)).fullmatch(text) is not None for text in given["texts"]] for name in given["names"]}`,
    { texts, names: Object.keys(WHOLE) },
  )
  for (const [name, form] of Object.entries(WHOLE))
    expect(
      texts.filter((text, at) => whole(form).test(text) !== python[name]?.[at]),
      name,
    ).toEqual([])
})

test('both languages take the same names and texts for secrets: what is refused here is fingerprinted there', () => {
  const python = inAgent<{ names: boolean[]; keys: boolean[] }>(
    `
from agent.base import redaction
return {"names": [redaction._names_secret(text, "x") for text in given], "keys": [redaction._looks_secret(text) for text in given]}`,
    texts,
  )
  // Python's idea of upper and lower case has more letters.
  const plain = (text: string) => !/[ſK]/.test(text)
  expect(texts.filter((text, at) => plain(text) && isSecretName(text) !== python.names[at])).toEqual([])
  expect(texts.filter((text, at) => isKey(text) !== python.keys[at])).toEqual([])
})

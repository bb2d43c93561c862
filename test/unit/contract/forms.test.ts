import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PYTHON } from '../../../scripts/python-tools.ts'
import { isKey } from '../../../src/config/secrets/key-form.ts'
import { isSecretName } from '../../../src/config/secrets/secret-name.ts'
import * as forms from '../../../src/contract/forms.ts'
import { whole } from '../../../src/contract/whole.ts'
import { printed } from '../../lab/starter/starter.ts'
import { type Call, callAgent, type Outcome } from '../host/agent.ts'

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
  const script = `import json, re, sys
given = json.load(sys.stdin)
print(json.dumps([[re.fullmatch(form, text) is not None for text in given["texts"]] for form in given["forms"]]))`
  const said = printed(PYTHON, ['-I', '-c', script], {
    input: JSON.stringify({ texts, forms: Object.values(WHOLE) }),
  })
  const python = JSON.parse(said) as boolean[][]
  for (const [at, [name, form]] of Object.entries(WHOLE).entries())
    expect(
      texts.filter((text, of) => whole(form).test(text) !== python[at]?.[of]),
      name,
    ).toEqual([])
})

test('both languages take the same names and texts for secrets: what is refused here is fingerprinted there', () => {
  const named = callAgent(...texts.map((text): Call => ['base.redaction._names_secret', text, 'x']))
  const keys = callAgent(...texts.map((text): Call => ['base.redaction._looks_secret', text]))
  const value = (outcome: Outcome | undefined) => outcome !== undefined && 'value' in outcome && outcome.value
  // Python's idea of upper and lower case has more letters.
  const plain = (text: string) => !/[ſK]/.test(text)
  expect(texts.filter((text, at) => plain(text) && isSecretName(text) !== value(named[at]))).toEqual([])
  expect(texts.filter((text, at) => isKey(text) !== value(keys[at]))).toEqual([])
})

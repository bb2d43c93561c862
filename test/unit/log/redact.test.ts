import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createKnownSecrets } from '../../../src/log/known-secrets.ts'
import { createRedactor, partsOf, redacted, SHORTEST_SECRET } from '../../../src/log/redact.ts'
import { code, prose } from '../../../src/text/markdown.ts'

const SECRET = 'sk-live/+4 ä"9Zx'
const hexed = (character: string) => `\\x${character.charCodeAt(0).toString(16)}`
/** Long enough to be masked, and without the mask's own character, which would make "gone" hard to tell. */
const secret = fc
  .string({ minLength: SHORTEST_SECRET, maxLength: 40, unit: 'grapheme' })
  .map((text) => text.replaceAll('*', 'x'))
  .filter((text) => text.trim().length >= SHORTEST_SECRET && !/[\r\n]/.test(text))
const words = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', '|', '-') })

describe('a redactor', () => {
  test.each([
    ['itself', SECRET],
    ['base64', Buffer.from(SECRET).toString('base64')],
    ['base64url', Buffer.from(SECRET).toString('base64url')],
    ['URL-encoded', encodeURIComponent(SECRET)],
    ['URL-encoded in lower case', encodeURIComponent(SECRET).replace(/%../g, (hex) => hex.toLowerCase())],
    ['form-encoded', new URLSearchParams({ key: SECRET }).toString().slice('key='.length)],
    ['in JSON', JSON.stringify(SECRET).slice(1, -1)],
    ['in JSON within JSON', JSON.stringify(JSON.stringify(SECRET)).slice(3, -3)],
    ['in JSON of ASCII alone', SECRET.replace('ä', '\\u00e4').replace('"', '\\u0022').replace('/', '\\/')],
    ['in hex', Buffer.from(SECRET).toString('hex')],
    ['in hex, upper case', Buffer.from(SECRET).toString('hex').toUpperCase()],
    [
      'as bytes of a shell',
      Buffer.from(SECRET).toString('latin1').replace(/Ã¤/, 'ä').replace(/[^ä]/g, hexed),
    ],
    ['URL-encoded twice', encodeURIComponent(encodeURIComponent(SECRET))],
    ['URL-encoded whole', Buffer.from(SECRET).toString('hex').replace(/../g, '%$&')],
    ['URL-encoded in part', SECRET.replace('"', '%22').replace('/', '%2F')],
    ['in HTML', 'sk-live/+4 &auml;"9Zx'.replace('&auml;', '&#xe4;').replace('"', '&quot;')],
    ['in HTML, decimal, twice', SECRET.replace('"', '&amp;#34;')],
    ['in Markdown', SECRET.replace(/["/+-]/g, '\\$&')],
  ])('masks a secret: %s', (_, form) => {
    expect(createRedactor([SECRET])(`before ${form} after`)).toBe('before *** after')
  })

  test.each([1, 2, 3, 4])('masks a secret inside base64, behind %i other bytes', (count) => {
    const user = 'u'.repeat(count)
    const header = Buffer.from(`${user}:${SECRET}:more`).toString('base64')
    const masked = createRedactor([SECRET])(`Authorization: Basic ${header}`)
    expect(masked).toContain('***')
    expect(Buffer.from(masked.split('Basic ')[1] ?? '', 'base64').toString()).not.toContain(
      SECRET.slice(1, -1),
    )
  })

  // RFC 3986 encodes some that encodeURIComponent does not.
  test('masks what other encoders encode', () => {
    expect(createRedactor(["it's(a)*secret!"])('x it%27s%28a%29%2Asecret%21 y it%27s(a)%2asecret! z')).toBe(
      'x *** y *** z',
    )
  })

  test.each([64, 76])('masks base64 that is cut into lines of %i, indented or in JSON', (width) => {
    const encoded = Buffer.from(`${'u'.repeat(46)}${SECRET}${'v'.repeat(90)}`).toString('base64')
    const lines = encoded.match(new RegExp(`.{1,${width}}`, 'g')) ?? []
    for (const text of [lines.join('\n'), lines.join('\r\n  '), JSON.stringify(lines.join('\n'))]) {
      const masked = createRedactor([SECRET])(text)
      expect(masked).toContain('***')
      const rest = Buffer.from(masked.replaceAll(/\\n|[^\w+/]/g, ''), 'base64').toString()
      expect(rest).not.toContain(SECRET.slice(2, -2))
    }
    const prose = `${'word '.repeat(20)}\nnext line`
    expect(createRedactor([SECRET])(prose)).toBe(prose)
  })

  test('masks no more of an encoded text than the secret and the escape that it begins in', () => {
    const redact = createRedactor(['pass&word'])
    expect(redact('{"url": "a%20pass%26word%20b", "html": "&lt;pass&amp;word&gt;"}')).toBe(
      '{"url": "a%20***%20b", "html": "&lt;***&gt;"}',
    )
  })

  test('masks each line of a multi-line secret, but not the armour of a key', () => {
    const key =
      '-----BEGIN OPENSSH PRIVATE KEY-----\nfirstLineOfKey\r\n  second-line\n-----END OPENSSH PRIVATE KEY-----\n'
    const redact = createRedactor([key])
    expect(redact('got firstLineOfKey and second-line')).toBe('got *** and ***')
    expect(redact('no -----BEGIN OPENSSH PRIVATE KEY----- found')).toContain('BEGIN OPENSSH')
    expect(redact(JSON.stringify({ key }))).not.toMatch(/firstLineOfKey|second-line/)
  })

  test('masks a value whatever white space surrounds it', () => {
    expect(createRedactor([' padded-secret\n'])('x padded-secret y')).toBe('x *** y')
  })

  test('leaves values alone that are too short to be told from words', () => {
    expect(createRedactor(['gpt-4', '', '   '])('gpt-4 costs 12345')).toBe('gpt-4 costs 12345')
    expect(partsOf('12345\n12345\nlong enough')).toEqual(['12345\n12345\nlong enough', 'long enough'])
  })

  test('makes one mask of secrets that overlap, and leaves no end of either', () => {
    expect(createRedactor(['abcdefgh', 'efghijkl'])('-abcdefghijkl-')).toBe('-***-')
    expect(createRedactor(['abcdef', 'abcdefgh'])('abcdefgh')).toBe('***')
  })

  test('property: no secret is left, in any of its forms', () => {
    fc.assert(
      fc.property(fc.array(secret, { minLength: 1, maxLength: 5 }), fc.array(words), (secrets, filler) => {
        const forms = secrets.flatMap((value) => [
          value,
          Buffer.from(value).toString('base64'),
          Buffer.from(value).toString('base64url'),
          encodeURIComponent(value),
        ])
        const text = forms.map((form, index) => `${filler[index] ?? ''}${form}`).join(' ; ')
        const masked = createRedactor(secrets)(text)
        for (const value of secrets) expect(masked).not.toContain(value.trim())
      }),
    )
  })

  test('property: a text without secrets stays as it is', () => {
    fc.assert(
      fc.property(fc.array(secret), words, (secrets, text) => {
        fc.pre(secrets.every((value) => value.trim().length > 0 && !/^[ab |\n-]+$/.test(value)))
        expect(createRedactor(secrets)(text)).toBe(text)
      }),
    )
  })

  test('property: masking twice changes nothing more', () => {
    fc.assert(
      fc.property(fc.array(secret), fc.string(), (secrets, text) => {
        const redact = createRedactor(secrets)
        const once = redact(text + secrets.join(''))
        expect(redact(once)).toBe(once)
      }),
    )
  })

  test('property: never throws, whatever the value', () => {
    // Halves of a surrogate pair among them.
    const unit = fc.nat(0xffff).map((code) => String.fromCharCode(code))
    fc.assert(
      fc.property(fc.string({ unit }), fc.string({ unit }), (value, text) => {
        createRedactor([`${value}\ud800`])(text)
      }),
    )
  })
})

describe('a document', () => {
  const redact = createRedactor(['sk-ant-Ab_Cd*|`[x]'])
  test('has no secret in it before it is escaped, whatever Markdown does to the secret', () => {
    const document = {
      note: 'key sk-ant-Ab_Cd*|`[x] leaked',
      list: [{ 'sk-ant-Ab_Cd*|`[x]': 1 }],
      none: null,
    }
    const clean = redacted(document, redact)
    expect(clean).toEqual({ note: 'key *** leaked', list: [{ '***': 1 }], none: null })
    expect(prose(clean.note)).toBe('key \\*\\*\\* leaked')
    // Later is too late: the parts of it do not stand beside each other any more.
    expect(redact(code(document.note))).not.toContain('***')
  })

  test('stays the same one without a secret, and shared parts stay shared with one', () => {
    const shared = { name: 'x' }
    const plain = { one: shared, other: [shared] }
    expect(redacted(plain, redact)).toBe(plain)
    const clean = redacted({ ...plain, secret: 'sk-ant-Ab_Cd*|`[x]' }, redact)
    expect(clean.one).toBe(clean.other[0])
  })
})

describe('known secrets', () => {
  test('grow, and are told to the runner line by line at once', () => {
    const masked: string[] = []
    const secrets = createKnownSecrets((value) => masked.push(value))
    const { redact } = secrets
    expect(redact('late-secret')).toBe('late-secret')
    secrets.add('late-secret', 'line-number-one\nline-number-two', 'late-secret')
    secrets.add('late-secret')
    expect(masked).toEqual(['late-secret', 'line-number-one', 'line-number-two'])
    expect(redact('late-secret line-number-two')).toBe('*** ***')
  })
})

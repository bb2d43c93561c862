/** Keys and passwords by forms that no word of a program has by chance. Their kind is reported, never their text. */
const FORMS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'a private key'],
  [/(?<![\w-])sk-(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9_-]{24,}/, 'an API key'],
  [/(?<!\w)gh[pousr]_[A-Za-z0-9]{36}|(?<!\w)github_pat_\w{60,}/, "a token of GitHub's"],
  [/(?<!\w)xox[abprs]-\d[\w-]{20,}/, "a token of Slack's"],
  [/(?<![\w-])AIza[\w-]{35}(?![\w-])/, "a key of Google's"],
  [/(?<!\w)(?:AKIA|ASIA)[0-9A-Z]{16}(?!\w)/, "a key of AWS'"],
  [/(?<![\w.-])eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/, 'a signed token (JWT)'],
  [/https?:\/\/hooks\.slack(?:-gov)?\.com\/services\/T\w+\/B\w+\/\w{16,}/, 'the address of a webhook'],
  [
    /:\/\/[^\s:/@"'{}$<]+:(?=[^\s/@"'{}$<]*\d)(?=[^\s/@"'{}$<]*[A-Za-z])[^\s/@"'{}$<]{10,}@/,
    'a password in an address',
  ],
  [/(?<![\w-])Bearer (?=[\w.~+/-]*\d)(?=[\w.~+/-]*[A-Za-z])[\w.~+/-]{24,}/, 'a token'],
]

/** The first secret that is written out in a text: what it is, and at which character it begins. */
export function writtenSecret(text: string): { readonly what: string; readonly offset: number } | undefined {
  const found = FORMS.flatMap(([form, what]) => {
    const offset = text.search(form)
    return offset < 0 ? [] : [{ what, offset }]
  })
  return found.sort((a, b) => a.offset - b.offset)[0]
}

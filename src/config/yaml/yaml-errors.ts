/** By the library's code of the error: in other words than its own, which name its functions. */
const SAID: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'a second document begins here',
  // These quote the file, where a secret may stand.
  TAG_RESOLVE_FAILED: 'a tag stands here that is not known',
  BAD_DQ_ESCAPE: 'between double quotes stands a backslash with what it cannot stand before',
  BAD_DIRECTIVE: 'a line that begins with % is an order to the reader of YAML, and not known',
}

/** What stands behind the colon of these is quoted from the file. */
const QUOTING = /^UNEXPECTED_TOKEN$/

const IN_QUOTES = 'put the text in quotes; if this is a password, write os.environ/NAME in its place.'

/** By the library's code of the error. */
const FIXES: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'keep one document; parts of a declaration go into files named under `include`.',
  TAG_RESOLVE_FAILED: IN_QUOTES,
  BAD_DQ_ESCAPE: 'write the text between single quotes, or the backslash twice.',
  BAD_ALIAS: IN_QUOTES,
  BAD_SCALAR_START: IN_QUOTES,
}

/** What the library says of an error, without what it quotes, and what to do. */
export function inWords(code: string, message: string): { readonly message: string; readonly fix: string } {
  return {
    message: SAID[code] ?? (QUOTING.test(code) ? message.replace(/:.*$/s, '') : message).replace(/\.$/, ''),
    fix: FIXES[code] ?? 'correct the YAML; indentation is by spaces.',
  }
}

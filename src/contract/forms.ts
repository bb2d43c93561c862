// Regular expressions that both programs go by, in what JavaScript and Python have in common: no named groups, no flags within, no \d or
// \w of letters that are not ASCII. Each is for a whole text unless said otherwise.

/** An image by digest: registry/repository@sha256:… */
export const IMAGE = '[a-z0-9.-]{1,253}(:[0-9]{1,5})?(/[a-z0-9._-]{1,128}){1,8}@sha256:[0-9a-f]{64}'
export const VARIABLE = '[A-Za-z_][A-Za-z0-9_]*'
/** How LiteLLM refers to a variable of its environment. */
export const REFERENCE_PREFIX = 'os.environ/'
export const SHA256 = '[0-9a-f]{64}'
/** A file beside config.yaml, by its path from there: plain names, none of which is hidden or leads up. */
export const BESIDE_PATH = '[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,99}(/[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,99}){0,7}'
/** Of "a | b" one is enough. */
export const PACKAGE = '[a-z0-9][a-z0-9+.-]{1,99}( \\| [a-z0-9][a-z0-9+.-]{1,99}){0,9}'
export const UNIT = '[a-z0-9][A-Za-z0-9@_.-]{0,99}\\.(service|timer|path|socket)'
export const MODE = '0[0-7]{3}'
export const OWNER = '[a-z_][a-z0-9_-]{0,31}:[a-z_][a-z0-9_-]{0,31}'
export const DAY = '[0-9]{4}-[0-9]{2}-[0-9]{2}'
export const ZONE = '[A-Za-z][A-Za-z0-9_+/-]{0,63}'

// What is a secret by its name: refused in a declaration, fingerprinted in an answer of the host.

/** Looked for in a name, whatever its case. */
export const SECRET_NAME =
  '(^|_)(api_?key|key|secret|token|password|passwd|passphrase|pwd?|credentials?|authorization|private_key|dsn|connection_string)s?$'
/** As well: names that end in a secret's word and are none. */
export const NOT_SECRET =
  '(max|min|input|output|cached?|total|completion|prompt|reasoning|per|budget|rpm|tpm)_.*tokens?$|^tokens?$|key_alias$|cache_key$|^(cost|model)_key$|_per_token$|header_key$|user_header_name$'
/** Where a word begins in `apiKey`, which is named as `api_key` is; looked for. */
export const HUMP = '(?<=[a-z0-9])(?=[A-Z])'
/** Whole sections whose names are no secret's. */
export const NEVER_SECRET = ['environment_variables', 'keys'] as const
/** What is looked at of a name: its end says what it is, and a pattern would be tried on a long one for ever. */
export const NAME_END = 200
/** All in these mappings is a secret: people who write headers by hand write secrets there. */
export const SECRET_MAPPINGS = ['extra_headers', 'headers', 'default_headers'] as const
/** A number of fewer digits under a secret's name is a limit or a switch. */
export const SMALLEST_SECRET_NUMBER = 1000
/** How keys of providers begin. */
export const KEY_MARKS = 'sk-|pk-|xox[abp]-|gh[pousr]_|AIza|AKIA|Bearer '
/** A key by its form alone, at the beginning of a text. Eight characters behind the mark: a team may be called `pk-one`. */
export const KEY = `(?:(?:${KEY_MARKS})\\S{8}|-----BEGIN )`
/** What begins a parameter in the query of an address, its name and its value; looked for. */
export const IN_QUERY = '([?&])([A-Za-z0-9_.-]+)=([^&#\\s]+)'

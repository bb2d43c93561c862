/** How keys begin in OpenSSH's own form: `openssh-key-v1` and a zero byte, in base64. */
const OPENSSH_MAGIC = 'b3BlbnNzaC1rZXktdjEA'
const WHOLE = /-----BEGIN ((?:[A-Z0-9]+ )*PRIVATE KEY)-----([\s\S]*?)-----END \1-----/
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/
/** As ssh-keygen and openssl break their lines. */
const WIDTH = { openssh: 70, pem: 64 } as const

/**
 * The private key that a text can only mean, with its lines as they were: secrets lose them on their way through forms, shells and YAML.
 * Spaces or `\n` in the place of line breaks, CRLF, indentation, quotes around it, base64 of the whole file, and OpenSSH's lines without
 * BEGIN and END are made good. Any other text is answered as it is.
 */
export function repairedKey(text: string): string {
  return asKey(text) ?? asKey(decoded(text) ?? '') ?? text
}

export interface WrongKey {
  readonly what: string
  readonly fix: string
}

/** What is wrong with a text that is no private key, and what to do; undefined for one that looks like a key. No part of it is quoted. */
export function wrongKey(text: string): WrongKey | undefined {
  const whole = 'give the whole file of the private key, from its BEGIN line to its END line'
  if (WHOLE.test(text) || text.includes('PuTTY-User-Key-File')) return undefined
  if (/^\s*["']?(?:ssh-(?:ed25519|rsa|dss)|ecdsa-sha2-|sk-)\S* +AAAA/.test(text))
    return {
      what: 'is the public half of a key',
      fix: `${whole}: the one without .pub at the end of its name`,
    }
  if (/^\s*["']?[~./][^\n]*$/.test(text))
    return { what: 'is the name of a file', fix: `${whole}, not its path` }
  if (/-----BEGIN/.test(text)) return { what: 'has a BEGIN line and not the END line of it', fix: whole }
  return { what: 'is no private key', fix: whole }
}

function asKey(text: string): string | undefined {
  // A file never has the two characters \ and n; a shell or JSON wrote them.
  const plain = text
    .replaceAll(/\\r\\n|\\n|\\r/g, '\n')
    .replaceAll(/\r\n?/g, '\n')
    .replace(/^\uFEFF/, '')
  const [, label, body] = WHOLE.exec(plain) ?? []
  if (label === undefined || body === undefined) return bareKey(plain)
  // Lines such as `Proc-Type: 4,ENCRYPTED` have a meaning of their own, and a key with a passphrase is of no use here.
  const packed = body.replaceAll(/\s+/g, '')
  return BASE64.test(packed) ? wrapped(label, packed) : undefined
}

/** OpenSSH's lines alone say what they are by how they begin. */
function bareKey(text: string): string | undefined {
  const packed = unquoted(text).replaceAll(/\s+/g, '')
  return packed.startsWith(OPENSSH_MAGIC) && BASE64.test(packed)
    ? wrapped('OPENSSH PRIVATE KEY', packed)
    : undefined
}

function decoded(text: string): string | undefined {
  const packed = unquoted(text).replaceAll(/\s+/g, '')
  return packed !== '' && BASE64.test(packed) ? Buffer.from(packed, 'base64').toString('utf8') : undefined
}

function unquoted(text: string): string {
  return text.trim().replace(/^(["'`])([\s\S]*)\1$/, '$2')
}

function wrapped(label: string, packed: string): string {
  const width = label.startsWith('OPENSSH') ? WIDTH.openssh : WIDTH.pem
  const lines = packed.match(new RegExp(`.{1,${width}}`, 'g')) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

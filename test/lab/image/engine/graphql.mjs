// The subset of GraphQL that prisma-client-py sends: one operation, fields with arguments and selections, literal values.
// Numbers keep their spelling, so that no digit of a large one is lost on the way.

/**
 * A value: `{ type: 'text', json }` a string, already as JSON; `{ type: 'plain', json }` a number, boolean or null;
 * `{ type: 'list', items }`; `{ type: 'object', entries: [name, value][] }`.
 * A field: `{ name, alias, args: [name, value][], selection: field[] | undefined }`.
 */

const SPLITTER = /\s+|,|#[^\n]*|"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[A-Za-z_]\w*|[{}()[\]:!$]/y

function tokens(text) {
  const found = []
  SPLITTER.lastIndex = 0
  while (SPLITTER.lastIndex < text.length) {
    const at = SPLITTER.lastIndex
    const match = SPLITTER.exec(text)
    if (match === null) throw new Error(`GraphQL: cannot read ${JSON.stringify(text.slice(at, at + 40))}`)
    if (!/^[\s,#]/.test(match[0])) found.push(match[0])
  }
  return found
}

class Reader {
  constructor(text) {
    this.tokens = tokens(text)
    this.next = 0
  }

  get token() {
    return this.tokens[this.next]
  }

  take() {
    const { token } = this
    if (token === undefined) throw new Error('GraphQL: the text ends too early')
    this.next += 1
    return token
  }

  expect(wanted) {
    const got = this.take()
    if (got !== wanted) throw new Error(`GraphQL: ${got} where ${wanted} was expected`)
  }

  /** Reads items until `close` and steps over it. */
  until(close, read) {
    const items = []
    while (this.token !== close) items.push(read())
    this.take()
    return items
  }

  value() {
    const token = this.take()
    if (token === '[') return { type: 'list', items: this.until(']', () => this.value()) }
    if (token === '{') return { type: 'object', entries: this.until('}', () => this.entry()) }
    if (token.startsWith('"')) return { type: 'text', json: token }
    if (/^(true|false|null|-?\d.*)$/.test(token)) return { type: 'plain', json: token }
    // A bare word is a member of an enumeration.
    if (/^\w+$/.test(token)) return { type: 'text', json: JSON.stringify(token) }
    throw new Error(`GraphQL: ${token} is no value`)
  }

  entry() {
    const name = this.take()
    this.expect(':')
    return [name.startsWith('"') ? JSON.parse(name) : name, this.value()]
  }

  field() {
    const alias = this.take()
    let name = alias
    if (this.token === ':') {
      this.take()
      name = this.take()
    }
    let args = []
    if (this.token === '(') {
      this.take()
      args = this.until(')', () => this.entry())
    }
    let selection
    if (this.token === '{') {
      this.take()
      selection = this.until('}', () => this.field())
    }
    return { name, alias, args, selection }
  }
}

/** The one root field of an operation. */
export function parseOperation(text) {
  const reader = new Reader(text)
  while (reader.token !== '{') reader.take()
  reader.take()
  const roots = reader.until('}', () => reader.field())
  if (roots.length !== 1) throw new Error(`GraphQL: one root field was expected, not ${roots.length}`)
  return roots[0]
}

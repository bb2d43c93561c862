/** How a registry wants to be asked: the scheme in lower case, and its parameters (RFC 9110, section 11.6.1). */
export interface Challenge {
  readonly scheme: string
  readonly parameters: Readonly<Record<string, string>>
}

const PARAMETER =
  /[\s,]*(?:([A-Za-z][\w-]*)[ \t]+)?([A-Za-z][\w-]*)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))/y

/** The challenges of a header `WWW-Authenticate`; what is not of its form ends the reading. */
export function challengesIn(header: string | null): Challenge[] {
  const text = header ?? ''
  // The one scheme that may come without parameters.
  if (/^\s*basic\s*$/i.test(text)) return [{ scheme: 'basic', parameters: {} }]
  const found: { scheme: string; parameters: Record<string, string> }[] = []
  PARAMETER.lastIndex = 0
  for (;;) {
    const match = PARAMETER.exec(text)
    if (match === null) return found
    const [, scheme, name = '', quoted, plain = ''] = match
    if (scheme !== undefined) found.push({ scheme: scheme.toLowerCase(), parameters: Object.create(null) })
    const last = found.at(-1)
    if (last !== undefined) last.parameters[name.toLowerCase()] = quoted?.replace(/\\(.)/g, '$1') ?? plain
  }
}

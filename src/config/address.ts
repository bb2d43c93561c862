import { isIP } from 'node:net'

/** Where an address leads. */
export interface Destination {
  /** As a reviewer reads it: printable, on one line, without markup; the port where it is not the usual one. */
  readonly label: string
  /** Lower case, without port and brackets; undefined for what no parser of addresses is sure of. */
  readonly hostname: string | undefined
}

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i
const BARE = /^(?:[a-z0-9_-]+\.)*[a-z0-9_-]+(?::\d{1,5})?(?:\/|$)/i
/** Parsers differ in what such characters do to the host: nothing is said of it then but the text itself. */
const DOUBTFUL = /[\\\s\p{C}]|[^\p{ASCII}]/u

export function isUrl(text: string): boolean {
  return SCHEME.test(text)
}

/** Reads a URL, or a bare host with or without a port. */
export function destinationOf(text: string): Destination {
  const url = SCHEME.test(text) ? text : BARE.test(text) ? `https://${text}` : undefined
  if (url !== undefined && !DOUBTFUL.test(text)) {
    // Only for schemes that are special to it does the parser read numbers, brackets and other scripts as hosts.
    const special = url.replace(SCHEME, (scheme) => (/^http:/i.test(scheme) ? 'http://' : 'https://'))
    try {
      const { host, hostname, protocol } = new URL(special)
      if (hostname !== '')
        return {
          label: protocol === 'http:' && !isNear(hostname) ? `${host} (not encrypted)` : host,
          hostname: hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, ''),
        }
    } catch {
      // Said below.
    }
  }
  return { label: `an address that cannot be read: ${printable(text)}`, hostname: undefined }
}

/** A text from elsewhere on one line, in harmless characters, cut to a bound. */
export function printable(text: string): string {
  const plain = text.replaceAll(/[^A-Za-z0-9 .,:;/@_=+()-]/g, '?')
  return plain.length > 80 ? `${plain.slice(0, 79)}…` : plain
}

/** On the machine itself or in its own networks, where plain HTTP is usual. */
function isNear(hostname: string): boolean {
  return (
    /^(?:127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)|^\[(?:::1|f[cd])/.test(hostname) ||
    /^localhost$|\.(?:internal|local|lan|home\.arpa)$/.test(hostname) ||
    !/[.:]/.test(hostname)
  )
}

const METADATA_NAMES = /^(?:metadata(?:\.google\.internal|\.goog)?|instance-data(?:\.ec2\.internal)?)$/
/** AWS, Oracle and OpenStack answer at addresses of the link; these are others' own. */
const METADATA_ADDRESSES: ReadonlySet<string> = new Set(['100.100.100.200', '192.0.0.192', 'fd00:ec2::254'])

/** Whether that is a link-local address, where clouds give machines their credentials. */
export function isMetadata({ hostname }: Destination): boolean {
  if (hostname === undefined) return false
  if (METADATA_NAMES.test(hostname) || METADATA_ADDRESSES.has(hostname)) return true
  // ::ffff:169.254.169.254 is written ::ffff:a9fe:a9fe by the parser.
  if (isIP(hostname) === 6) return /^fe[89ab]|^::(?:ffff:)?(?:0:)?a9fe:/.test(hostname)
  return /^169\.254\./.test(hostname) || /(?:^|[.-])169[.-]254[.-]169[.-]254(?:[.-]|$)/.test(hostname)
}

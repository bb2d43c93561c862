/** A text as a reader of some encoding would see it, and where each part of it is in the text itself. */
export interface View {
  readonly text: string
  /** From the first character's begin to the last one's end. */
  place(span: { readonly start: number; readonly end: number }): {
    readonly start: number
    readonly end: number
  }
}

interface Encoding {
  readonly found: RegExp
  /** What a match of `found` in the text means; undefined when it means itself. */
  readonly meant: (match: RegExpMatchArray, text: string) => string | undefined
}

const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
/** What MIME, PEM and `base64` leave of a line is longer. */
const LEAST_WRAPPED = 40

const ENCODINGS: readonly Encoding[] = [
  {
    // JSON, Markdown, shells.
    found: /\\(?:u\{([\da-f]{1,6})\}|u([\da-f]{4})|x([\da-f]{2})|([nrtbf])|([!-/:-@[-`{-~]))/gi,
    meant: ([, braced, four, two, control, itself]) =>
      itself ??
      (control === undefined
        ? character(Number.parseInt(braced ?? four ?? two ?? '', 16))
        : CONTROLS[control.toLowerCase()]),
  },
  {
    // RFC 3986 leaves it open which characters are encoded, and in which case.
    found: /(?:%[\da-f]{2})+/gi,
    meant: ([match]) => Buffer.from(match.replaceAll('%', ''), 'hex').toString('utf8'),
  },
  {
    found: /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos));?/gi,
    meant: ([, decimal, hex, name]) =>
      name === undefined
        ? character(decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal))
        : NAMED[name.toLowerCase()],
  },
  {
    // Base64 in lines, also within JSON.
    found: /(?:\r?\n|(?:\\r)?\\n)[ \t]*(?=[\w+/=-])/g,
    meant: ({ index = 0 }, text) =>
      /^[\w+/-]+$/.test(text.slice(Math.max(0, index - LEAST_WRAPPED), index)) && index >= LEAST_WRAPPED
        ? ''
        : undefined,
  },
]

/** The text itself, and as it reads when it was encoded once, or twice in the same way. Most texts have no such view but themselves. */
export function viewsOf(text: string): View[] {
  const itself: View = { text, place: (span) => span }
  return [
    itself,
    ...ENCODINGS.flatMap((encoding) => {
      const once = decoded(itself, encoding)
      const twice = once && decoded(once, encoding)
      return [once, twice].filter((view) => view !== undefined)
    }),
  ]
}

/** A part that reads differently: its place in the view, and in the viewed text. */
interface Piece {
  readonly start: number
  readonly end: number
  readonly from: number
  readonly to: number
}

function decoded(of: View, { found, meant }: Encoding): View | undefined {
  const pieces: Piece[] = []
  let text = ''
  let copied = 0
  for (const match of of.text.matchAll(found)) {
    const said = meant(match, of.text)
    if (said === undefined) continue
    const to = match.index + match[0].length
    text += of.text.slice(copied, match.index)
    pieces.push({ start: text.length, end: text.length + said.length, from: match.index, to })
    text += said
    copied = to
  }
  if (pieces.length === 0) return undefined
  const placeOf = (index: number) => {
    const piece = lastUpTo(pieces, index)
    if (piece === undefined) return { start: index, end: index + 1 }
    if (index < piece.end) return { start: piece.from, end: piece.to }
    const start = piece.to + index - piece.end
    return { start, end: start + 1 }
  }
  return {
    text: text + of.text.slice(copied),
    place: ({ start, end }) => of.place({ start: placeOf(start).start, end: placeOf(end - 1).end }),
  }
}

function lastUpTo(pieces: readonly Piece[], index: number): Piece | undefined {
  let low = 0
  let high = pieces.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((pieces[middle]?.start ?? 0) <= index) low = middle + 1
    else high = middle
  }
  return pieces[low - 1]
}

/** Nothing for an invalid character. */
function character(point: number): string | undefined {
  return point <= 0x10ffff ? String.fromCodePoint(point) : undefined
}

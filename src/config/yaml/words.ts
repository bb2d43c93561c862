import type { Fault } from './fault.ts'
import { TOO_DEEP } from './limits.ts'

const IN_QUOTES = 'put the text in quotes; if this is a password, write os.environ/NAME in its place.'
const BACKSLASH: Said = [
  'between double quotes, a backslash is before what it cannot be before',
  'write the text in single quotes, or the backslash twice.',
]
const DIRECTIVE: Said = [
  'a line that begins with % is an instruction to the YAML reader, and this one cannot be followed',
  'remove the line; put a text that begins like this in quotes.',
]

type Said = readonly [message: string, fix: string]

/** What the library says of an error, in part, and how it is said here. Its own words may quote the file, where a secret may be. */
const SAID: readonly (readonly [RegExp, Said])[] = [
  [/nesting exceeded/, [TOO_DEEP.message, TOO_DEEP.fix]],
  [/tab characters/, ['a tab is used for indentation', 'indent with spaces.']],
  [
    /deficient indentation/,
    [
      'a quote, bracket or brace before this is not closed, or what is in it is not indented',
      `close it, or ${IN_QUOTES}`,
    ],
  ],
  [
    /indentation|indented/,
    [
      'the indentation does not fit the lines around it',
      'indent all keys of a mapping, and all items of a list, by the same number of spaces.',
    ],
  ],
  [/escape sequence|hexadecimal/, BACKSLASH],
  [/within a (?:single|double) quoted/, ['a quoted text has no closing quote', 'close the quote.']],
  [/within a flow collection/, ['a bracket or brace is not closed', `close it, or ${IN_QUOTES}`]],
  [
    /missed comma|but found ','/,
    [
      'a comma is missing or too many between brackets or braces',
      `write one comma between two entries, or ${IN_QUOTES}`,
    ],
  ],
  [
    /multiline key|expected ':'/,
    ['this line is no key with its value', 'write `key: value`; put a longer text in quotes.'],
  ],
  [
    /whitespace character is expected/,
    ['no space follows the colon after this key', 'write a space after the colon.'],
  ],
  [/directive|YAML version|TAG|suffix for/i, DIRECTIVE],
  [/\btag\b/, ['a tag is here that is not known', IN_QUOTES]],
  [
    /anchor|alias/,
    ['a text with & or * before it is an anchor or an alias, and this one cannot be read', IN_QUOTES],
  ],
  [
    /line break is expected|chomping|indentation width/,
    ['a text block begins in a way that cannot be read', 'write | or > alone at the end of the line.'],
  ],
  [
    /end of the stream or a document separator/,
    ['something is here that belongs to nothing above it', IN_QUOTES],
  ],
  [
    /non-printable|valid JSON character|null byte/,
    [
      'a character is here that no text may have',
      'delete it; an editor that shows invisible characters helps.',
    ],
  ],
]

const OTHER: Said = ['this cannot be read', 'correct the YAML; indentation is by spaces.']

/** What the library says of an error, without what it quotes, and what to do. */
export function inWords(reason: string, offset: number): Fault {
  const [message, fix] = SAID.find(([pattern]) => pattern.test(reason))?.[1] ?? OTHER
  return { offset, message, fix }
}

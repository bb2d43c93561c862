import type { Problem } from '../problem.ts'
import { isRecord } from '../record.ts'
import { type Path, pathText } from './path.ts'

// Written as escapes: in itself each of them would be what it looks for.
/** Controls but tab and line feed, Unicode's line separators, and what reorders the text around it in an editor or a diff. */
const CONTROLS = String.raw`\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069`
/** Marks of direction. People who write from right to left have them in comments; a value needs none. */
const MARKS = String.raw`\u200e\u200f\u061c`
/** What is seen nowhere, by Unicode's own list; marks of annotations and the empty Braille cell, which are not on it. */
const INVISIBLE = String.raw`\p{Default_Ignorable_Code_Point}\ufff9-\ufffb\u2800`
/** Scripts in which a joiner between two letters is seen: by the form that these take. */
const JOINED = [
  'Arab',
  'Syrc',
  'Mong',
  'Deva',
  'Beng',
  'Guru',
  'Gujr',
  'Orya',
  'Taml',
  'Telu',
  'Knda',
  'Mlym',
]
  .concat('Sinh', 'Mymr', 'Khmr')
  .map((script) => String.raw`\p{Script_Extensions=${script}}`)
  .join('')
/** Where a joiner, or the mark of an emoji, changes what is seen. Anywhere else it makes two names of one. */
const SEEN = new RegExp(
  [
    String.raw`(?<=[${JOINED}])[\u200c\u200d](?=[${JOINED}])`,
    String.raw`(?<=\p{Extended_Pictographic}\ufe0f?\p{Emoji_Modifier}?)\u200d(?=\p{Extended_Pictographic})`,
    String.raw`(?<=\p{Extended_Pictographic}|[0-9#*](?=\ufe0f\u20e3))\ufe0f`,
  ].join('|'),
  'gu',
)
const IN_FILE = new RegExp(`\\r(?!\\n)|(?!\\r)[${CONTROLS}]`, 'gu')
const IN_TEXT = new RegExp(`[${CONTROLS}${MARKS}]|\\p{Cs}`, 'u')
const HIDDEN = `${CONTROLS}${MARKS}${INVISIBLE}`
const IN_VALUE = new RegExp(`(?! )[${HIDDEN}\\p{Zs}]|\\p{Cs}`, 'gu')
const IN_NAME = new RegExp(`(?! )[\\t\\n${HIDDEN}\\p{Zs}]|\\p{Cs}`, 'gu')
/** The indentation of a line, its dash, its key, and what is no space behind them but looks as if. */
const AS_SPACE = new RegExp(`^([ \\t]*(?:- *)?(?:[\\w."'-]+: *)?)((?! )[${INVISIBLE}\\p{Zs}])`, 'gmu')
const PLAIN = /^[ -~]*$/
const PLAIN_FILE = /^[\t\n -~]*$/

const MOST_LISTED = 20
const LONGEST_KEY = 200
/** Keys whose value is the name of something, wherever they are. */
const NAMES: ReadonlySet<string> = new Set([
  ...['model_name', 'id', 'user_id', 'team_id', 'customer_id', 'key_alias', 'provider', 'tag', 'name'],
  ...['credential_name', 'litellm_credential_name', 'model', 'domain', 'host', 'user', 'image'],
])

/** People's own words, which a machine compares with nothing. */
const FREE_TEXT =
  /(?:^|_)(?:descriptions?|notes?|comments?|prompts?|contents?|texts?|messages?|titles?|summary|instructions?)$/i

/** Invisible characters in the file itself: with them a reviewer would not read what is applied. */
export function fileProblems(text: string, placeOf: (offset: number) => Problem['at']): Problem[] {
  if (PLAIN_FILE.test(text)) return []
  const found: Problem[] = []
  for (const { 0: character, index } of text.matchAll(IN_FILE)) {
    found.push({
      severity: 'error',
      code: 'control-character',
      message: `${named(character)} is in the file${character === '\r' ? ' without a line feed' : ''}, where nobody sees it.`,
      fix: 'delete it; an editor that shows invisible characters helps.',
      at: placeOf(index),
    })
    if (found.length === MOST_LISTED) break
  }
  return found
}

/** What looks like a space where YAML wants one; for a file that cannot be read as it is. */
export function spaceProblems(text: string, placeOf: (offset: number) => Problem['at']): Problem[] {
  return [...text.matchAll(AS_SPACE)]
    .map(({ 1: before = '', 2: character = '', index }) => ({ character, at: index + before.length }))
    .filter(({ character, at }) => at > 0 || character !== '\ufeff')
    .slice(0, MOST_LISTED)
    .map(({ character, at }) => ({
      severity: 'error',
      code: 'control-character',
      message: `${named(character)} stands where a space should.`,
      fix: 'delete it and write a plain space.',
      at: placeOf(at),
    }))
}

/** The same in values and keys, which YAML can also write as escapes such as "\u202e". */
export function characterProblems(source: {
  readonly value: unknown
  locate(path: Path, part: 'key' | 'value'): Problem['at']
}): Problem[] {
  const found: Problem[] = []
  const error = (path: Path, message: string, fix: string, part: 'key' | 'value') => {
    if (found.length < MOST_LISTED)
      found.push({
        severity: 'error',
        code: 'control-character',
        message,
        fix,
        at: source.locate(path, part),
      })
  }
  // The path is one list that is walked along: ten thousand budgets have a hundred thousand values.
  const look = (node: unknown, path: (string | number)[]): void => {
    if (typeof node === 'string') {
      const character = PLAIN.test(node) ? undefined : hiddenIn(node, path)
      if (character !== undefined)
        error(
          path,
          `${placeText(path)} holds ${named(character)}, ${seenAs(character)}.`,
          'write it without.',
          'value',
        )
    } else if (Array.isArray(node))
      for (let index = 0; index < node.length; index += 1) within(index, node[index], path)
    else if (isRecord(node))
      for (const key of Object.keys(node)) {
        if (!goodKeys.has(key)) lookAtKey(key, path)
        within(key, node[key], path)
      }
  }
  const lookAtKey = (key: string, path: Path): void => {
    const character = firstOf(IN_NAME, key)
    if (character !== undefined)
      error(
        [...path, key],
        `a key in ${placeText(path)} holds ${named(character)}, ${seenAs(character)}.`,
        'write it without.',
        'key',
      )
    else if (key.length > LONGEST_KEY)
      error(
        [...path, key],
        `a key in ${placeText(path)} has ${key.length} characters.`,
        `write at most ${LONGEST_KEY}.`,
        'key',
      )
    else goodKeys.add(key)
  }
  const within = (step: string | number, item: unknown, path: (string | number)[]) => {
    path.push(step)
    look(item, path)
    path.pop()
  }
  const goodKeys = new Set<string>()
  look(source.value, [])
  return found
}

function hiddenIn(text: string, path: Path): string | undefined {
  const key = String(path.findLast((step) => typeof step === 'string'))
  if (path[0] !== 'environment_variables' && FREE_TEXT.test(key)) return IN_TEXT.exec(text)?.[0]
  return firstOf(NAMES.has(key) ? IN_NAME : IN_VALUE, text)
}

/** Whether a text has a character in it that nobody sees, or that only looks like a space. */
export function hasUnseen(text: string): boolean {
  return !PLAIN.test(text) && firstOf(IN_NAME, text) !== undefined
}

function firstOf(hidden: RegExp, text: string): string | undefined {
  return text.replaceAll(SEEN, '').match(hidden)?.[0]
}

function seenAs(character: string): string {
  return /\p{Zs}/u.test(character) ? 'which only looks like a space' : 'which nobody sees'
}

/** The path as text; a key in it may hold the very character that is reported. */
function placeText(path: Path): string {
  const text = pathText(path).replaceAll(IN_NAME, '?')
  return path.length === 0 ? 'the file' : text.length > 120 ? `${text.slice(0, 119)}…` : text
}

function named(character: string): string {
  const code = character.codePointAt(0) ?? 0
  return `the character U+${code.toString(16).toUpperCase().padStart(4, '0')}`
}

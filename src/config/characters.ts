import type { Problem } from './problem.ts'
import { isRecord, type Path, pathText, type Source } from './source.ts'

// Written as escapes: in itself each of them would be what it looks for.
/** Controls but tab and line feed, Unicode's line separators, and what reorders the text around it in an editor or a diff. */
const CONTROLS = String.raw`\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069`
/** Marks of direction. They stand in comments of people who write from right to left; a value needs none. */
const MARKS = String.raw`\u200e\u200f\u061c`
/**
 * What is seen nowhere. The joiners U+200C and U+200D are left out: Persian, Indic scripts and emoji are written with them, and
 * ids of users and teams may be names of people.
 */
const INVISIBLE = String.raw`\u00ad\u180e\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}`
const IN_FILE = new RegExp(`\\r(?!\\n)|(?!\\r)[${CONTROLS}]`, 'gu')
const IN_TEXT = new RegExp(`[${CONTROLS}${MARKS}]|\\p{Cs}`, 'u')
const IN_NAME = new RegExp(`[\\t\\n${CONTROLS}${MARKS}${INVISIBLE}]|\\p{Cs}`, 'u')

const MOST_LISTED = 20
const LONGEST_KEY = 200
/** Keys whose value is the name of something, wherever they stand. */
const NAMES: ReadonlySet<string> = new Set([
  ...['model_name', 'id', 'user_id', 'team_id', 'customer_id', 'key_alias', 'provider', 'tag', 'name'],
  ...['credential_name', 'litellm_credential_name', 'model', 'domain', 'host', 'user', 'image'],
])

/** Characters that stand in the file itself and that nobody sees: what a reviewer reads would not be what is applied. */
export function fileProblems(text: string, placeOf: (offset: number) => Problem['at']): Problem[] {
  const found: Problem[] = []
  for (const { 0: character, index } of text.matchAll(IN_FILE)) {
    found.push({
      severity: 'error',
      code: 'control-character',
      message: `${named(character)} stands in the file${character === '\r' ? ' without a line feed' : ''}, where nobody sees it.`,
      fix: 'delete it; an editor that shows invisible characters helps.',
      at: placeOf(index),
    })
    if (found.length === MOST_LISTED) break
  }
  return found
}

/** The same in values and keys, which YAML can also write as escapes such as "\u202e". */
export function characterProblems(source: Source): Problem[] {
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
      const isName = NAMES.has(String(path.at(-1)))
      const [character] = (isName ? IN_NAME : IN_TEXT).exec(node) ?? []
      if (character !== undefined)
        error(
          path,
          `${placeText(path)} holds ${named(character)}, which nobody sees.`,
          'write it without.',
          'value',
        )
    } else if (Array.isArray(node)) for (const [index, item] of node.entries()) within(index, item, path)
    else if (isRecord(node))
      for (const [key, item] of Object.entries(node)) {
        const [character] = goodKeys.has(key) ? [] : (IN_NAME.exec(key) ?? [])
        if (character !== undefined)
          error(
            [...path, key],
            `a key in ${placeText(path)} holds ${named(character)}, which nobody sees.`,
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
        within(key, item, path)
      }
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

/** The path, in which a key may hold what is being told of. */
function placeText(path: Path): string {
  const text = pathText(path).replaceAll(new RegExp(IN_NAME, 'gu'), '?')
  return path.length === 0 ? 'the file' : text.length > 120 ? `${text.slice(0, 119)}…` : text
}

function named(character: string): string {
  const code = character.codePointAt(0) ?? 0
  return `the character U+${code.toString(16).toUpperCase().padStart(4, '0')}`
}

import type { MadeWithKey } from '../contract/programs/rotation.ts'

/**
 * The list of what was made with a master key, as plain text, one line each whatever the names contain:
 * they are printed in the log and between code fences. Pure.
 */
export function madeLines(made: MadeWithKey | string): string[] {
  if (typeof made === 'string') return [`It cannot be listed: ${plain(made)}`]
  const { since, keys, users, more } = made
  const when = since === null ? 'since the gateway was made' : `since ${since}`
  const rows = (kind: string, lines: readonly (readonly (string | null)[])[]) =>
    lines.length === 0
      ? [`no ${kind} ${when}`]
      : [
          `${kind} ${when}:`,
          ...lines.map(
            (cells) => `  ${cells.flatMap((cell) => (cell === null ? [] : [plain(cell)])).join('  ')}`,
          ),
        ]
  return [
    ...rows(
      'keys',
      keys.map(({ id, alias, by, at, user, team, expires }) => [
        at,
        `${id}…`,
        alias ?? '(no alias)',
        `by ${by}`,
        user && `of ${user}`,
        team && `team ${team}`,
        expires && `until ${expires}`,
      ]),
    ),
    ...rows(
      'users (LiteLLM does not write down who made them)',
      users.map(({ id, alias, role, at }) => [at, id, alias, role]),
    ),
    ...(more ? ['and others: these are the newest of each'] : []),
  ]
}

/** A name chosen by others, without anything that could end the line or the fence, or pass for a command. */
function plain(text: string): string {
  return text
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '\uFFFD')
    .replaceAll('`', "'")
    .replaceAll('::', ':')
}

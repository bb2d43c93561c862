import { block, code, folded, prose } from '../text/markdown.ts'
import type { ImportedField } from './field.ts'
import type { Todo } from './todo.ts'

const TITLES: Readonly<Record<ImportedField['outcome'], string>> = {
  'fill-in': 'To fill in',
  decide: 'To decide',
  reference: 'Secrets, now references: set each of them',
  'left-out': 'Left out',
  moved: 'Moved',
  kept: 'Kept as it was',
}

/** The report of an import: what is left to do, and what became of each field. */
export function importMarkdown(
  file: string,
  fields: readonly ImportedField[],
  todos: readonly Todo[] = [],
): string {
  const left = todos.flatMap(({ title, lines }, index) => [
    '',
    `${index + 1}. ${prose(title)}`,
    '',
    block(lines.join('\n')),
  ])
  const parts = Object.entries(TITLES).flatMap(([outcome, title]) => {
    const found = fields.filter((field) => field.outcome === outcome)
    if (found.length === 0) return []
    const lines = found.map(
      ({ path, detail }) => `- ${code(path)}${detail === '' ? '' : `: ${prose(detail)}`}`,
    )
    return [
      '',
      ...folded(`${title} (${found.length})`, lines, { open: outcome !== 'kept' && todos.length === 0 }),
    ]
  })
  const heading = todos.length === 0 ? [] : ['', '#### What is left to do', ...left]
  return [`### ${code(file)} was written`, ...heading, ...parts].join('\n')
}

import { code, folded, prose } from '../text/markdown.ts'
import type { ImportedField } from './field.ts'

const TITLES: Readonly<Record<ImportedField['outcome'], string>> = {
  'fill-in': 'To fill in',
  reference: 'Secrets, now references: set each of them',
  'left-out': 'Left out',
  moved: 'Moved',
  kept: 'Kept as it was',
}

/** The report of an import, what asks for something first. */
export function importMarkdown(file: string, fields: readonly ImportedField[]): string {
  const parts = Object.entries(TITLES).flatMap(([outcome, title]) => {
    const found = fields.filter((field) => field.outcome === outcome)
    if (found.length === 0) return []
    const lines = found.map(
      ({ path, detail }) => `- ${code(path)}${detail === '' ? '' : `: ${prose(detail)}`}`,
    )
    return ['', ...folded(`${title} (${found.length})`, lines, { open: outcome !== 'kept' })]
  })
  return [`### ${code(file)} was written`, ...parts].join('\n')
}

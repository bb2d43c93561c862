import { error, info, notice, warning } from '@actions/core'
import type { Redactor } from '../log/redact.ts'
import { visible, withoutCommands } from '../text/controls.ts'

/** A remark on a place in a file of the repository, shown on that line in the pull request. */
export interface Annotation {
  readonly severity: 'error' | 'warning' | 'notice'
  readonly title?: string
  readonly message: string
  /** Path from the repository's root, with forward slashes. */
  readonly file: string
  /** Counted from 1. */
  readonly line: number
  /** Counted from 1. */
  readonly column: number
  readonly endLine?: number
  readonly endColumn?: number
}

const issue = { error, warning, notice }

/** GitHub shows this many annotations of each severity per step and silently drops the others. */
export const SHOWN_PER_SEVERITY = 10

/**
 * Shows annotations in a workflow run. Those beyond GitHub's limit go to the log as `file:line:column: message`, so none is
 * lost, and the log says how many there were.
 */
export function annotate(annotations: readonly Annotation[], redact: Redactor): void {
  const shown = { error: 0, warning: 0, notice: 0 }
  const beyond: Annotation[] = []
  const text = (foreign: string) => visible(redact(foreign))
  for (const annotation of annotations) {
    if (shown[annotation.severity] === SHOWN_PER_SEVERITY) {
      beyond.push(annotation)
      continue
    }
    shown[annotation.severity] += 1
    issue[annotation.severity](text(annotation.message), {
      ...(annotation.title === undefined ? {} : { title: text(annotation.title) }),
      file: text(annotation.file),
      startLine: annotation.line,
      startColumn: annotation.column,
      endLine: annotation.endLine ?? annotation.line,
      ...(annotation.endColumn === undefined ? {} : { endColumn: annotation.endColumn }),
    })
  }
  if (beyond.length === 0) return
  info(`${beyond.length} more, beyond the ${SHOWN_PER_SEVERITY} of a kind that GitHub shows:`)
  for (const annotation of beyond) info(withoutCommands(text(annotationLine(annotation))))
}

/** One annotation as compilers print it, so that terminals and editors can jump to the place. */
export function annotationLine({ severity, title, message, file, line, column }: Annotation): string {
  const lead = title === undefined ? '' : `${title}: `
  return `${file}:${line}:${column}: ${severity}: ${lead}${message}`
}

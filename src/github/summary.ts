import { appendFile, stat } from 'node:fs/promises'
import type { Redactor } from '../log/redact.ts'
import { bytes, truncateMarkdown } from './truncate-markdown.ts'

/** GitHub drops a step's whole summary when it is larger than this (1 MiB). */
export const SUMMARY_LIMIT_BYTES = 1024 * 1024

export interface SummaryOptions {
  readonly markdown: string
  readonly redact: Redactor
  /** The runner's file, from `GITHUB_STEP_SUMMARY`; undefined outside of a workflow. */
  readonly file: string | undefined
}

/**
 * Adds Markdown to the job summary; on failure too, that is when people read it.
 * What does not fit beside what the step wrote before is cut with a note. Says whether there was a summary to write to.
 */
export async function writeSummary({ markdown, redact, file }: SummaryOptions): Promise<boolean> {
  if (file === undefined || file === '') return false
  const written = await stat(file).then(
    ({ size }) => size,
    () => 0,
  )
  const room = SUMMARY_LIMIT_BYTES - written
  const note = '_Cut here: a job summary holds 1 MiB. The log has the rest._'
  // With no room left even for the note, nothing is added: one byte too many, and GitHub would drop the existing content too.
  if (room < bytes(note) + 16) return true
  const text = redact(markdown)
  await appendFile(
    file,
    truncateMarkdown(text.endsWith('\n') ? text : `${text}\n`, room, bytes, note),
    'utf8',
  )
  return true
}

import * as core from '@actions/core'
import type { Logger } from './logger.ts'
import type { Redactor } from './redact.ts'

/** Logs for a workflow run, with GitHub's folding groups and its colours for notices, warnings and errors. */
export function createActionsLogger(redact: Redactor): Logger {
  const safe = (message: string) => withoutCommands(redact(message))
  return {
    debug: (message) => core.debug(safe(message)),
    info: (message) => core.info(safe(message)),
    notice: (message) => core.notice(redact(message)),
    warning: (message) => core.warning(redact(message)),
    error: (message) => core.error(redact(message)),
    group: (title, work) => core.group(redact(title), work),
  }
}

/**
 * Breaks up what the runner would take for a workflow command. Lines from the host are logged as they come, and a line such as
 * `::stop-commands::` in a container's log must be read, not obeyed. (`::` counts at the start of a line, `##[` anywhere.)
 */
export function withoutCommands(text: string): string {
  return text.replace(/^(\s*)::/gm, '$1: :').replaceAll('##[', '## [')
}

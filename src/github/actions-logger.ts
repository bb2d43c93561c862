import * as core from '@actions/core'
import { visible, withoutCommands } from '../foreign/controls.ts'
import type { Logger } from './logger.ts'
import type { Redactor } from './redact.ts'

/** Logs for a workflow run, with GitHub's folding groups and its colours for notices, warnings and errors. */
export function createActionsLogger(redact: Redactor): Logger {
  // Our own commands carry their text escaped; the runner would obey any other line as it is.
  const shown = (message: string) => visible(redact(message))
  return {
    debug: (message) => core.debug(withoutCommands(shown(message))),
    info: (message) => core.info(withoutCommands(shown(message))),
    notice: (message) => core.notice(shown(message)),
    warning: (message) => core.warning(shown(message)),
    error: (message) => core.error(shown(message)),
    group: (title, work) => core.group(shown(title), work),
  }
}

import * as core from '@actions/core'
import type { Logger } from '../log/logger.ts'
import type { Redactor } from '../log/redact.ts'
import { visible, withoutCommands } from '../text/controls.ts'

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

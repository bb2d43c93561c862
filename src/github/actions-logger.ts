import * as core from '@actions/core'
import type { Logger } from '../log/logger.ts'
import type { Redactor } from '../log/redact.ts'
import { visible, withoutCommands } from '../text/controls.ts'

/** Logs for a workflow run, with GitHub's folding groups and its colours for notices, warnings and errors. */
export function createActionsLogger(redact: Redactor): Logger {
  // What is a command of ours carries its text escaped; a line without one would be obeyed as it stands.
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

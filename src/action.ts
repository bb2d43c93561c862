import * as core from '@actions/core'
import { filesIn } from './commands/files.ts'
import { publish } from './commands/publish.ts'
import { ACTION_COMMANDS, isActionCommand, runCommand } from './commands/run.ts'
import { readRunContext } from './github/context.ts'
import { createKnownSecrets } from './github/known-secrets.ts'
import { createActionsLogger } from './github/logger.ts'
import { connect } from './host/session.ts'

/** The action: inputs in, one command, then summary, comment, annotations and outputs. */
export async function action(): Promise<void> {
  const secrets = createKnownSecrets(core.setSecret)
  const token = core.getInput('github-token')
  const sshKey = core.getInput('ssh-key')
  secrets.add(...[token, sshKey].filter((value) => value !== ''))
  const logger = createActionsLogger(secrets.redact)
  const command = core.getInput('command', { required: true })
  if (!isActionCommand(command)) {
    core.setFailed(`The input command is "${command}"; it can be ${ACTION_COMMANDS.join(', ')}.`)
    return
  }
  const run = readRunContext({ env: process.env })
  const report = await runCommand(command, {
    config: core.getInput('config') || 'gateway.yaml',
    files: filesIn(run?.workspace ?? process.cwd()),
    offline: core.getInput('offline') !== '' && core.getBooleanInput('offline'),
    sshKey: sshKey === '' ? undefined : sshKey,
    env: process.env,
    logger,
    secrets,
    connect,
    now: () => new Date(),
    run: {
      holder: `${run?.actor ?? 'somebody'}, ${command} of ${run?.ref ?? 'an unknown ref'}`,
      url: run?.runUrl ?? 'a run without address',
    },
  })
  await publish({
    report,
    run,
    token,
    apiUrl: core.getInput('github-api-url') || run?.apiUrl,
    secrets,
    logger,
  })
}

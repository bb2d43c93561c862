import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as core from '@actions/core'
import { addressesOf } from '../front/probe.ts'
import { createActionsLogger } from '../github/actions-logger.ts'
import { readRunContext } from '../github/context.ts'
import { clientFor } from '../github/lazy-client.ts'
import { connect } from '../host/lazy-session.ts'
import { createKnownSecrets, type KnownSecrets } from '../log/known-secrets.ts'
import type { Logger } from '../log/logger.ts'
import { throughLogger } from '../log/node-output.ts'
import { filesIn } from '../steps/files.ts'
import { COMMAND_NAMES, type CommandName, isCommand, runCommand } from './run.ts'

/** No group of GitHub's keeps runs apart: one that waits for a reviewer would hold up all others. */
const WAIT_SECONDS = 3600

/** The action: inputs in, one command, then summary, comment, annotations and outputs. */
export async function action(): Promise<void> {
  const secrets = createKnownSecrets(core.setSecret)
  const token = core.getInput('github-token')
  const sshKey = core.getInput('ssh-key')
  secrets.add(...[token, sshKey].filter((value) => value !== ''))
  const logger = createActionsLogger(secrets.redact)
  throughLogger(logger)
  const command = core.getInput('command', { required: true })
  if (!isCommand(command)) {
    core.setFailed(`The input command is "${command}"; it can be ${COMMAND_NAMES.join(', ')}.`)
    return
  }
  try {
    await runAndPublish(command, { token, sshKey, secrets, logger })
  } catch (error) {
    // Node prints an uncaught error as it is, and the runner would obey commands in it.
    logger.error(error instanceof Error ? (error.stack ?? error.message) : String(error))
    core.setFailed(`${command} could not be reported to GitHub; the line before says why.`)
  }
}

interface Begun {
  readonly token: string
  readonly sshKey: string
  readonly secrets: KnownSecrets
  readonly logger: Logger
}

async function runAndPublish(command: CommandName, { token, sshKey, secrets, logger }: Begun): Promise<void> {
  const run = readRunContext({ env: process.env })
  const apiUrl = core.getInput('github-api-url') || run?.apiUrl
  const report = await runCommand(command, {
    config: core.getInput('config') || 'gateway.yaml',
    files: filesIn(run?.workspace ?? process.cwd()),
    offline: flag('offline'),
    inputs: {
      ...text('target'),
      ...text('phase'),
      ...text('backup'),
      ...text('scope'),
      ...text('confirm'),
      ...text('since'),
      ...text('until'),
      ...text('time-zone'),
      ...text('output'),
      force: flag('force'),
      revoke: flag('revoke'),
      undo: flag('undo'),
      fix: flag('fix'),
    },
    sshKey: sshKey === '' ? undefined : sshKey,
    env: process.env,
    logger,
    secrets,
    connect,
    addressesOf,
    keep: (path, text) => {
      const file = join(run?.workspace ?? process.cwd(), path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, secrets.redact(text))
    },
    now: () => new Date(),
    github: clientFor(token, apiUrl),
    ...(run === undefined
      ? {}
      : {
          ...(run.pullRequest === undefined && run.mergeGroup === undefined
            ? {}
            : {
                changedFiles: async () => {
                  const octokit = await clientFor(token, apiUrl)()
                  return octokit && (await import('../github/changed-files.ts')).changedFiles(octokit, run)
                },
              }),
          commit: { commit: run.sha, repository: `${run.owner}/${run.repo}` },
          reviewed: async (applied) =>
            (await import('../github/merged-plan.ts')).reviewedFinder({ run, token, apiUrl })(applied),
        }),
    record: async (domain) =>
      (await import('../github/deployment.ts')).deploymentRecorder({ run, token, apiUrl, command })(domain),
    run: {
      holder: `${run?.actor ?? 'somebody'}, ${command} of ${run?.ref ?? 'an unknown ref'}`,
      url: run?.runUrl ?? 'a run without address',
      waitSeconds: WAIT_SECONDS,
    },
  })
  const { publish } = await import('./publish.ts')
  await publish({ report, run, token, apiUrl, secrets, logger })
}

function flag(name: string): boolean {
  return core.getInput(name) !== '' && core.getBooleanInput(name)
}

/** The input when it was given; an empty one is what GitHub passes for none. */
function text<Name extends string>(name: Name): { [name in Name]?: string } {
  const value = core.getInput(name)
  return value === '' ? {} : ({ [name]: value } as { [name in Name]?: string })
}

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as core from '@actions/core'
import { addressesOf } from '../front/probe.ts'
import { createActionsLogger } from '../github/actions-logger.ts'
import { readRunContext } from '../github/context.ts'
import { clientFor } from '../github/lazy-client.ts'
import type { Channels } from '../github/notices.ts'
import { connect } from '../host/lazy-session.ts'
import { repairedKey } from '../host/private-key.ts'
import { createKnownSecrets, type KnownSecrets } from '../log/known-secrets.ts'
import type { Logger } from '../log/logger.ts'
import { throughLogger } from '../log/node-output.ts'
import { filesIn } from '../steps/files.ts'
import {
  COMMAND_NAMES,
  type CommandName,
  INPUT_NAMES,
  type Inputs,
  isFlag,
  isOfAction,
} from '../steps/inputs.ts'
import { COMMON_INPUTS, type CommonInputName } from './common-inputs.ts'
import { isCommand, runCommand } from './run.ts'

/** No group of GitHub's keeps runs apart: one that waits for a reviewer would hold up all others. */
const WAIT_SECONDS = 3600

/** The action: inputs in, one command, then summary, comment, annotations and outputs. */
export async function action(): Promise<void> {
  const secrets = createKnownSecrets(core.setSecret)
  const token = common('github-token')
  const secretsToken = common('secrets-token')
  const given = common('ssh-key')
  const sshKey = repairedKey(given)
  const channels = channelsGiven()
  secrets.add(
    ...[token, secretsToken, given, sshKey, ...Object.values(channels)].filter((value) => value !== ''),
  )
  const logger = createActionsLogger(secrets.redact)
  throughLogger(logger)
  const command = common('command')
  if (!isCommand(command)) {
    core.setFailed(`The input command is "${command}"; it can be ${COMMAND_NAMES.join(', ')}.`)
    return
  }
  try {
    await runAndPublish(command, { token, secretsToken, sshKey, channels, secrets, logger })
  } catch (error) {
    // Node prints an uncaught error as it is, and the runner would obey commands in it.
    logger.error(error instanceof Error ? (error.stack ?? error.message) : String(error))
    core.setFailed(`${command} could not be reported to GitHub; the line before says why.`)
  }
}

interface Begun {
  readonly token: string
  readonly secretsToken: string
  readonly sshKey: string
  readonly channels: Channels
  readonly secrets: KnownSecrets
  readonly logger: Logger
}

async function runAndPublish(
  command: CommandName,
  { token, secretsToken, sshKey, channels, secrets, logger }: Begun,
): Promise<void> {
  const run = readRunContext({ env: process.env })
  const apiUrl = common('github-api-url') || run?.apiUrl
  const report = await runCommand(command, {
    config: common('config') || COMMON_INPUTS.config.preset,
    files: filesIn(run?.workspace ?? process.cwd()),
    inputs: inputsGiven(),
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
    // A job's own token can never write secrets; that of rotate is another one.
    receivers: clientFor(secretsToken || (command === 'rotate' ? token : ''), apiUrl),
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
  await publish({ report, run, token, apiUrl, channels, secrets, logger })
}

/** Where people are told, besides in an issue. A secret that is not set is an empty input. */
function channelsGiven(): Channels {
  const given = (['slack', 'teams', 'webhook'] as const).map(
    (kind) => [kind, common(`notify-${kind}`)] as const,
  )
  return Object.fromEntries(given.filter(([, address]) => address !== ''))
}

/** An input of every command; empty when it was not given. */
function common(name: CommonInputName): string {
  return core.getInput(name, { required: 'required' in COMMON_INPUTS[name] })
}

/** The inputs that were given; an empty one is what GitHub passes for none. */
function inputsGiven(): Inputs {
  const given = INPUT_NAMES.filter((name) => isOfAction(name) && core.getInput(name) !== '')
  return Object.fromEntries(
    given.map((name) => [name, isFlag(name) ? core.getBooleanInput(name) : core.getInput(name)]),
  )
}

// A runner that is killed after so many lines of its log: started by tests, told what to do on the channel.

import { runCommand } from '../../src/entries/run.ts'
import { clientFor } from '../../src/github/lazy-client.ts'
import { connect } from '../../src/host/session.ts'
import { createKnownSecrets } from '../../src/log/known-secrets.ts'
import type { Logger } from '../../src/log/logger.ts'
import { filesIn } from '../../src/steps/files.ts'
import type { CommandName, Inputs } from '../../src/steps/inputs.ts'

export interface Order {
  readonly command: CommandName
  readonly inputs: Inputs
  readonly folder: string
  readonly sshKey: string
  readonly env: Readonly<Record<string, string>>
  readonly github: { readonly token: string; readonly url: string }
  /** Dies right after this line; 1 is the first one. */
  readonly afterLine: number
}

process.once('message', async ({ command, inputs, folder, sshKey, env, github, afterLine }: Order) => {
  let lines = 0
  const line = (text: string) => {
    lines += 1
    process.send?.(text)
    if (lines === afterLine) process.kill(process.pid, 'SIGKILL')
  }
  const logger: Logger = {
    debug: () => {},
    info: line,
    notice: line,
    warning: line,
    error: line,
    group: async (_name, work) => await work(),
  }
  const report = await runCommand(command, {
    config: 'gateway.yaml',
    files: filesIn(folder),
    inputs,
    sshKey,
    env,
    logger,
    secrets: createKnownSecrets(),
    connect,
    addressesOf: async () => [],
    github: clientFor(github.token, github.url),
    now: () => new Date(),
    run: { holder: 'dying', url: `dying-${process.pid}` },
  })
  process.exit(report.failed ? 1 : 0)
})

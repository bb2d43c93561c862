// A runner that is killed at a call of the host, LiteLLM or GitHub: started by tests, told what to do on the channel.

import { runCommand } from '../../../src/entries/run.ts'
import { clientFor } from '../../../src/github/lazy-client.ts'
import { connect, type Session } from '../../../src/host/session.ts'
import { createKnownSecrets } from '../../../src/log/known-secrets.ts'
import type { Logger } from '../../../src/log/logger.ts'
import { filesIn } from '../../../src/steps/files.ts'
import type { CommandName, Inputs } from '../../../src/steps/inputs.ts'

export interface CallOrder {
  readonly command: CommandName
  readonly inputs: Inputs
  readonly folder: string
  readonly sshKey: string
  readonly env: Readonly<Record<string, string>>
  readonly github: { readonly token: string; readonly url: string }
  /** Dies at this point; each call has two: before it is sent, and after its answer. 0: never. */
  readonly atPoint: number
}

process.once('message', async (order: CallOrder) => {
  let points = 0
  const point = (what: string) => {
    points += 1
    if (points !== order.atPoint) return
    process.send?.(what)
    process.kill(process.pid, 'SIGKILL')
  }
  const through = async <Answer>(what: string, call: () => Promise<Answer>): Promise<Answer> => {
    point(`before ${what}`)
    const answer = await call()
    point(`after ${what}`)
    return answer
  }
  const watched = (session: Session): Session =>
    new Proxy(session, {
      get(target, name) {
        if (name === 'run')
          return (program: 'lease', question: never, options: never) =>
            through(program, () => target.run(program, question, options))
        if (name === 'forward')
          return async (port: number) => {
            const tunnel = await target.forward(port)
            return {
              close: () => tunnel.close(),
              fetch: (path: string, options: never) =>
                through(path.split('?')[0] ?? '', () => tunnel.fetch(path, options)),
            }
          }
        const value = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  const github = async () => {
    const octokit = await clientFor(order.github.token, order.github.url)()
    octokit?.hook.wrap('request', (request, options) =>
      through(`${options.method} ${options.url}`, async () => await request(options)),
    )
    return octokit
  }
  const line = () => {}
  const logger: Logger = {
    debug: line,
    info: line,
    notice: line,
    warning: line,
    error: (text) => process.send?.(text),
    group: async (_name, work) => await work(),
  }
  const report = await runCommand(order.command, {
    config: 'gateway.yaml',
    files: filesIn(order.folder),
    inputs: order.inputs,
    sshKey: order.sshKey,
    env: order.env,
    logger,
    secrets: createKnownSecrets(),
    connect: async (options) => watched(await connect(options)),
    addressesOf: async () => [],
    github,
    receivers: github,
    now: () => new Date(),
    run: { holder: 'dying', url: `dying-${process.pid}` },
  })
  process.exit(report.failed ? 1 : 0)
})

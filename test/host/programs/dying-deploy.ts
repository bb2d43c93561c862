// A runner that is killed when a step of its deploy begins: started by killed-runner.test.ts, told what to do on the channel.

import { type DeployInput, deploy } from '../../../src/host/deploy.ts'
import { connect } from '../../../src/host/session.ts'
import { createRecordingLogger } from '../../../src/log/logger.ts'
import type { LabHost } from '../../lab/lab.ts'

export interface Order {
  readonly host: LabHost
  readonly input: DeployInput
  /** The step at whose beginning it dies. */
  readonly step: string
}

process.once('message', async ({ host, input, step }: Order) => {
  const session = await connect({ ...host, host: host.address, logger: createRecordingLogger() })
  await deploy(session, input, {
    onEvent: (event) => {
      if (event.event === 'step' && event.state === 'start' && event.name === step)
        process.kill(process.pid, 'SIGKILL')
    },
  })
  process.exit(0)
})

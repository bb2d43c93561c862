import type { OnEvent } from '../contract/wire.ts'
import type { StepContext } from './command.ts'

/** Shows the host's steps as they happen. */
export function progress({ logger }: Pick<StepContext, 'logger'>): OnEvent {
  return (event) => {
    if (event.event === 'note') logger.info(`  ${event.name}: ${event.detail}`)
    else if (event.state !== 'start') {
      const seconds = event.seconds === undefined ? '' : ` (${event.seconds.toFixed(1)} s)`
      logger.info(
        `  ${event.state === 'done' ? '✓' : '✗'} ${event.name}${seconds}${event.detail ? `: ${event.detail}` : ''}`,
      )
    }
  }
}

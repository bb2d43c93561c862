import type { Logger } from './logger.ts'

/**
 * Has the logger print what Node would print by itself: an error that nobody caught, and warnings of Node and of libraries. Both may
 * hold text of others, such as a key of a file, and a workflow's runner obeys what stands on standard error as well.
 */
export function throughLogger(logger: Logger): void {
  process.removeAllListeners('warning')
  process.on('warning', ({ name, message }) => logger.debug(`${name}: ${message}`))
  process.on('uncaughtException', (error) => {
    logger.error(
      `This program has a fault and ended: ${error instanceof Error ? (error.stack ?? error) : error}`,
    )
    process.exit(1)
  })
}

import type { Logger } from './logger.ts'

/**
 * Makes the logger print what Node itself would print: an uncaught error, and warnings of Node and of libraries. Both may
 * contain foreign text, such as a key of a file, and a workflow's runner also obeys commands on standard error.
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

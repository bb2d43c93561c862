import { ConfigError, formatProblem } from '../config/problem.ts'
import { HostError, HostProgramError } from '../host/errors.ts'
import { problemsMarkdown } from '../plan/markdown.ts'
import type { Command, CommandContext, CommandReport } from './command.ts'

/** Each command is loaded when it is called: a run pays for the start of one. */
const COMMANDS = {
  plan: async () => (await import('./plan.ts')).plan,
  sync: async () => (await import('./sync.ts')).sync,
  deploy: async () => (await import('./deploy.ts')).deploy,
  import: async () => (await import('./import.ts')).importGateway,
} as const satisfies Record<string, () => Promise<Command>>

export type CommandName = keyof typeof COMMANDS

export const COMMAND_NAMES = Object.keys(COMMANDS) as CommandName[]

/** What the action runs; `import` writes a file for somebody to look at, so it is for the command line. */
export const ACTION_COMMANDS = COMMAND_NAMES.filter((name) => name !== 'import')

export function isActionCommand(name: string): name is CommandName {
  return (ACTION_COMMANDS as readonly string[]).includes(name)
}

/** The one place where an error becomes a report: what the user can mend is told as it is, anything else is a bug and keeps its cause. */
export async function runCommand(name: CommandName, context: CommandContext): Promise<CommandReport> {
  try {
    if (context.offline && name !== 'plan')
      throw new HostError(
        `offline is for the command plan; ${name} has to reach the gateway. Remove offline.`,
      )
    const command = await COMMANDS[name]()
    return await command(context)
  } catch (error) {
    return failure(name, error, context)
  }
}

function failure(command: CommandName, error: unknown, { logger, config }: CommandContext): CommandReport {
  const report = { command, plan: undefined, applied: undefined, problems: [], failed: true, cost: undefined }
  if (error instanceof ConfigError) {
    for (const problem of error.problems) logger[problem.severity](formatProblem(problem))
    return { ...report, problems: error.problems, markdown: problemsMarkdown(error.problems, config) }
  }
  const message = error instanceof Error ? error.message : String(error)
  const log = error instanceof HostProgramError ? error.log : []
  logger.error(message)
  for (const line of log) logger.info(`  ${line}`)
  if (!(error instanceof HostError)) logger.debug(error instanceof Error ? (error.stack ?? '') : '')
  const lines =
    log.length === 0
      ? []
      : [
          '',
          '<details><summary>What the host said</summary>',
          '',
          '```text',
          ...log.map((line) => line.replaceAll('```', "'''")),
          '```',
          '',
          '</details>',
        ]
  return { ...report, markdown: [`### \`${command}\` failed`, '', message, ...lines].join('\n') }
}

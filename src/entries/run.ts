import { ConfigError, formatProblem } from '../config/problem.ts'
import { HostError, HostProgramError } from '../host/errors.ts'
import { title } from '../plan/kinds.ts'
import { problemsMarkdown } from '../plan/markdown.ts'
import type { Command, CommandContext, CommandReport, CommandResult, StepContext } from '../steps/command.ts'
import type { EarlyConnection } from '../steps/early-connect.ts'
import { COMMANDS, type CommandName, INPUT_NAMES, type Inputs, inputsOf, takersOf } from '../steps/inputs.ts'
import { block, folded, prose } from '../text/markdown.ts'

interface Entry {
  /** It observes the host first, whatever is declared: the connection starts before the declaration is read. */
  readonly observes?: 'read' | 'write'
  /** Each command is loaded when it is called: a run pays for the start of one. */
  readonly load: () => Promise<Command>
}

const ENTRIES: Readonly<Record<CommandName, Entry>> = {
  plan: { observes: 'read', load: async () => (await import('../commands/plan.ts')).plan },
  sync: { observes: 'write', load: async () => (await import('../commands/sync.ts')).sync },
  deploy: { load: async () => (await import('../commands/deploy.ts')).deploy },
  rollback: { load: async () => (await import('../commands/rollback.ts')).rollback },
  doctor: { load: async () => (await import('../commands/doctor.ts')).doctor },
  report: { load: async () => (await import('../commands/report.ts')).report },
  rotate: { load: async () => (await import('../commands/rotate.ts')).rotate },
  destroy: { load: async () => (await import('../commands/destroy.ts')).destroy },
  init: { load: async () => (await import('../commands/init.ts')).init },
  import: { load: async () => (await import('../commands/import.ts')).importGateway },
  move: { load: async () => (await import('../commands/move.ts')).move },
  backup: { load: async () => (await import('../commands/backup.ts')).backup },
  upgrade: { load: async () => (await import('../commands/upgrade.ts')).upgrade },
  verify: { load: async () => (await import('../commands/verify.ts')).verify },
  drill: { load: async () => (await import('../commands/drill.ts')).drill },
  export: { load: async () => (await import('../commands/export.ts')).exportGateway },
  restore: { load: async () => (await import('../commands/restore.ts')).restore },
}

export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name)
}

/** The one place where an error becomes a report: what the user can fix is reported as it is, anything else is a bug and keeps its cause. */
export async function runCommand(name: CommandName, context: CommandContext): Promise<CommandReport> {
  let early: EarlyConnection | undefined
  try {
    const { observes, load } = ENTRIES[name]
    const given = { ...context, inputs: takenInputs(name, context.inputs) }
    if (observes !== undefined)
      early = (await import('../steps/early-connect.ts')).connectEarly(given, observes)
    const command = await load()
    const result = await command({ ...given, connect: early?.connect ?? context.connect })
    const report = reportOf(name, result)
    for (const { change, outcome, message } of report.applied ?? [])
      if (outcome === 'failed') context.logger.error(`${title(change)}: ${message ?? 'failed'}`)
    return report
  } catch (error) {
    return failure(name, error, context)
  } finally {
    early?.close()
  }
}

function reportOf(command: CommandName, result: CommandResult): CommandReport {
  const { plan, applied, problems = [], failed = false, cost, ...told } = result
  return { ...told, command, plan, applied, problems, failed, cost }
}

/** The inputs that the command takes. @throws HostError for another: it would be silently ignored */
function takenInputs(name: CommandName, inputs: Inputs): Inputs {
  const taken = inputsOf(name)
  for (const input of INPUT_NAMES) {
    const value = inputs[input]
    if (value === undefined || value === false || taken.includes(input)) continue
    throw new HostError(
      `${input} is for the command ${takersOf(input).join(', ')}; ${name} does not take it. Remove it.`,
    )
  }
  return Object.fromEntries(Object.entries(inputs).filter(([input]) => taken.some((one) => one === input)))
}

/** The report of a command that ended with an error. */
export function failure(
  command: CommandName,
  error: unknown,
  { logger, config, secrets }: StepContext,
): CommandReport {
  if (error instanceof ConfigError) {
    // The entry prints warnings, like those of a successful command.
    for (const problem of error.problems)
      if (problem.severity === 'error') logger.error(formatProblem(problem))
    const markdown = problemsMarkdown(secrets.redacted(error.problems), secrets.redact(config))
    return reportOf(command, { problems: error.problems, markdown, failed: true })
  }
  const message = messageOf(error)
  const log = error instanceof HostProgramError ? error.log : []
  logger.error(message)
  for (const line of log) logger.info(`  ${line}`)
  if (!(error instanceof HostError)) logger.debug(error instanceof Error ? (error.stack ?? '') : '')
  const told = secrets.redact(message).split('\n').map(prose).filter(Boolean).join('<br>')
  const lines =
    log.length === 0 ? [] : ['', ...folded('What the host said', [block(secrets.redact(log.join('\n')))])]
  const markdown = [`### \`${command}\` failed`, '', told, ...lines].join('\n')
  return reportOf(command, { markdown, failed: true })
}

/** The message for people; Node's own errors only mean something to the author of the line. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const isBug = [TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => error instanceof kind)
  return isBug
    ? `This program hit an unexpected case (${error.name}: ${error.message}), such as an answer from another version of itself. If the host was set up by another version, run deploy; otherwise run this again with debug logging (--verbose) and report what it says.`
    : error.message
}

import { ConfigError, formatProblem } from '../config/problem.ts'
import { HostError, HostProgramError } from '../host/errors.ts'
import { title } from '../plan/change.ts'
import { problemsMarkdown } from '../plan/markdown.ts'
import type { Command, CommandContext, CommandInputs, CommandReport } from '../steps/command.ts'
import type { EarlyConnection } from '../steps/early-connect.ts'
import { block, prose } from '../text/markdown.ts'

interface Entry {
  readonly about: string
  /** Those of the inputs that this command takes. */
  readonly inputs: readonly (keyof CommandInputs | 'offline')[]
  /** It observes the host first, whatever is declared: the connection starts before the declaration is read. */
  readonly observes?: 'look' | 'change'
  /** Each command is loaded when it is called: a run pays for the start of one. */
  readonly load: () => Promise<Command>
}

export const COMMANDS = {
  plan: {
    about: 'validate gateway.yaml and show what it would change on the running gateway',
    inputs: ['offline'],
    observes: 'look',
    load: async () => (await import('../commands/plan.ts')).plan,
  },
  sync: {
    about: 'apply models, settings, keys and budgets to the running gateway',
    inputs: ['force'],
    observes: 'change',
    load: async () => (await import('../commands/sync.ts')).sync,
  },
  deploy: {
    about: 'build the whole gateway as declared, starting from an empty machine if need be',
    inputs: ['force'],
    load: async () => (await import('../commands/deploy.ts')).deploy,
  },
  rollback: {
    about: 'serve again what an earlier release served',
    inputs: ['target', 'force'],
    load: async () => (await import('../commands/rollback.ts')).rollback,
  },
  doctor: {
    about: 'check everything the gateway depends on, and say how to fix each problem',
    inputs: ['fix'],
    load: async () => (await import('../commands/doctor.ts')).doctor,
  },
  report: {
    about: 'say what was used and spent, by whom, and how far the budgets reach',
    inputs: ['since', 'until', 'time-zone', 'output'],
    load: async () => (await import('../commands/report.ts')).report,
  },
  rotate: {
    about: 'give the gateway a new master key, and the declared GitHub secrets the same',
    inputs: ['phase', 'revoke', 'force'],
    load: async () => (await import('../commands/rotate.ts')).rotate,
  },
  destroy: {
    about: 'remove the VM that deploy created on a hypervisor, and its disks',
    inputs: ['confirm'],
    load: async () => (await import('../commands/destroy.ts')).destroy,
  },
  init: {
    about: 'write a first gateway.yaml and the workflows, and list what is left to be set',
    inputs: ['domain', 'host', 'user', 'users', 'image', 'providers', 'host-key', 'plan-key', 'ref', 'owner'],
    load: async () => (await import('../commands/init.ts')).init,
  },
  import: {
    about: 'write gateway.yaml from a LiteLLM that runs or is configured, with a report of each field',
    inputs: ['from', 'url', 'force'],
    load: async () => (await import('../commands/import.ts')).importGateway,
  },
  backup: {
    about: 'take a backup now, as the host does automatically each day',
    inputs: ['output'],
    load: async () => (await import('../commands/backup.ts')).backup,
  },
  verify: {
    about: 'restore a backup into a scratch place and prove its content',
    inputs: ['backup'],
    load: async () => (await import('../commands/verify.ts')).verify,
  },
  drill: {
    about: 'bring the gateway up from the off-site copy in a scratch place, by the clock',
    inputs: ['backup'],
    load: async () => (await import('../commands/drill.ts')).drill,
  },
  restore: {
    about: 'bring back a backup, or undo that; without confirm only say what would change',
    inputs: ['backup', 'scope', 'confirm', 'undo'],
    load: async () => (await import('../commands/restore.ts')).restore,
  },
} as const satisfies Record<string, Entry>

export type CommandName = keyof typeof COMMANDS

export const COMMAND_NAMES = Object.keys(COMMANDS) as CommandName[]

export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name)
}

/** The one place where an error becomes a report: what the user can fix is reported as it is, anything else is a bug and keeps its cause. */
export async function runCommand(name: CommandName, context: CommandContext): Promise<CommandReport> {
  let early: EarlyConnection | undefined
  try {
    refuseForeignInputs(name, context)
    const { observes, load }: Entry = COMMANDS[name]
    if (observes !== undefined)
      early = (await import('../steps/early-connect.ts')).connectEarly(context, observes)
    const command = await load()
    const report = await command({ ...context, connect: early?.connect ?? context.connect })
    for (const { change, outcome, message } of report.applied ?? [])
      if (outcome === 'failed') context.logger.error(`${title(change)}: ${message ?? 'failed'}`)
    return report
  } catch (error) {
    return failure(name, error, context)
  } finally {
    early?.close()
  }
}

/** An unknown input would be silently ignored. */
function refuseForeignInputs(name: CommandName, { offline, inputs }: CommandContext): void {
  const taken: readonly string[] = COMMANDS[name].inputs
  const given = Object.entries({ ...inputs, offline }).filter(
    ([, value]) => value !== undefined && value !== false,
  )
  for (const [input] of given) {
    if (taken.includes(input)) continue
    const takers = COMMAND_NAMES.filter((other) =>
      (COMMANDS[other].inputs as readonly string[]).includes(input),
    )
    throw new HostError(
      `${input} is for the command ${takers.join(', ')}; ${name} does not take it. Remove it.`,
    )
  }
}

/** The report of a command that ended with an error. */
export function failure(
  command: CommandName,
  error: unknown,
  { logger, config, secrets }: CommandContext,
): CommandReport {
  const report = { command, plan: undefined, applied: undefined, problems: [], failed: true, cost: undefined }
  if (error instanceof ConfigError) {
    // The entry prints warnings, like those of a successful command.
    for (const problem of error.problems)
      if (problem.severity === 'error') logger.error(formatProblem(problem))
    const markdown = problemsMarkdown(secrets.redacted(error.problems), secrets.redact(config))
    return { ...report, problems: error.problems, markdown }
  }
  const message = messageOf(error)
  const log = error instanceof HostProgramError ? error.log : []
  logger.error(message)
  for (const line of log) logger.info(`  ${line}`)
  if (!(error instanceof HostError)) logger.debug(error instanceof Error ? (error.stack ?? '') : '')
  const told = secrets.redact(message).split('\n').map(prose).filter(Boolean).join('<br>')
  const lines =
    log.length === 0
      ? []
      : [
          '',
          '<details><summary>What the host said</summary>',
          '',
          block(secrets.redact(log.join('\n'))),
          '',
          '</details>',
        ]
  return { ...report, markdown: [`### \`${command}\` failed`, '', told, ...lines].join('\n') }
}

/** The message for people; Node's own errors only mean something to the author of the line. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const isBug = [TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => error instanceof kind)
  return isBug
    ? `This program hit an unexpected case (${error.name}: ${error.message}), such as an answer from another version of itself. If the host was set up by another version, run deploy; otherwise run this again with debug logging (--verbose) and report what it says.`
    : error.message
}

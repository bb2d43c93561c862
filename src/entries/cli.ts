import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { dirname } from 'node:path'
import { Argument, Command } from 'commander'
import { formatProblem } from '../config/problem.ts'
import { addressesOf } from '../front/probe.ts'
import { clientFor } from '../github/lazy-client.ts'
import { HostError } from '../host/errors.ts'
import { connect } from '../host/lazy-session.ts'
import { repairedKey } from '../host/private-key.ts'
import { createKnownSecrets } from '../log/known-secrets.ts'
import { createTerminalLogger } from '../log/logger.ts'
import { throughLogger } from '../log/node-output.ts'
import { countText } from '../plan/wording.ts'
import type { CommandContext } from '../steps/command.ts'
import { filesFrom, whyNot } from '../steps/files.ts'
import { COMMAND_NAMES, COMMANDS, type CommandName, inputsOf } from '../steps/inputs.ts'
import { VERSION } from '../version.ts'
import { commonInputs } from './common-inputs.ts'
import { completionScript, SHELLS, type Shell } from './completion.ts'
import { commonOptionOf, inputsIn, optionOf } from './options.ts'
import { reportText } from './report-json.ts'
import { failure, runCommand } from './run.ts'

/** What every command takes; the inputs of the command are beside them under their names in camel case. */
interface Options {
  readonly config: string
  readonly json?: true
  readonly sshKeyFile?: string
  readonly verbose?: true
  readonly [input: string]: unknown
}

/** A line or two for each command's help. */
const EXAMPLES: Readonly<Record<CommandName, readonly string[]>> = {
  plan: ['plan --offline', 'plan --json | jq .changes'],
  sync: ['sync --ssh-key-file ~/.ssh/id_ed25519'],
  deploy: ['deploy --ssh-key-file ~/.ssh/id_ed25519 --verbose'],
  rollback: ['rollback', 'rollback --target 20261123T225709Z-c0e87496'],
  doctor: ['doctor', 'doctor --fix', 'doctor --json | jq .result.findings[].id'],
  report: ['report', 'report --since 2026-10-01 --until 2026-10-31 --time-zone Europe/Berlin'],
  rotate: ['rotate --phase begin', 'rotate --phase finish', 'rotate --revoke', 'rotate --keys due'],
  destroy: ['destroy --confirm llm.example.com'],
  init: ['init', 'init --domain llm.example.com --host 192.0.2.10 --providers openai,anthropic'],
  import: [
    'import --from config.yaml',
    'import --url https://llm.example.com',
    'import --data postgres --confirm llm-new.example.com',
    'import --data ssh://root@old.example.com --host-key "ssh-ed25519 AAAA…"',
  ],
  move: [
    'move --data ssh://root@old.example.com',
    'move --data ssh://root@old.example.com --confirm llm-new.example.com',
    'move --data ssh://root@old.example.com --undo --confirm llm-new.example.com',
  ],
  backup: ['backup'],
  upgrade: ['upgrade', 'upgrade --age 0'],
  verify: ['verify', 'verify --backup 2026-11-23T02:00'],
  drill: ['drill'],
  export: ['export'],
  restore: [
    'restore',
    'restore --backup 2026-11-23T02:00 --confirm llm.example.com',
    'restore --undo --confirm llm.example.com',
  ],
}

/** The CLI: the same commands as the action. Exit 0 fine, 1 failed, 2 there are differences (plan), or something is left for a person (import). */
export async function cli(argv: readonly string[]): Promise<number> {
  const program = new Command('litellm-gitops')
    .description('Run a self-hosted LiteLLM gateway from a Git repository.')
    .version(VERSION)
    .showHelpAfterError(
      'Run `litellm-gitops --help` for the commands, `litellm-gitops COMMAND --help` for the options of one.',
    )
  let exit = 0
  for (const name of COMMAND_NAMES) {
    const command = program.command(name).description(COMMANDS[name].about)
    for (const input of commonInputs('cli')) command.addOption(commonOptionOf(input))
    for (const input of inputsOf(name)) command.addOption(optionOf(input, name))
    command.addHelpText(
      'after',
      `\nExamples:\n${EXAMPLES[name].map((line) => `  $ litellm-gitops ${line}`).join('\n')}`,
    )
    command.action(async (options: Options) => {
      exit = await run(name, options)
    })
  }
  program
    .command('completion')
    .description(
      'print what completes commands and options in a shell: source <(litellm-gitops completion bash)',
    )
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .action((shell: Shell) => {
      process.stdout.write(completionScript(program, shell))
    })
  await program.parseAsync([...argv], { from: 'user' })
  return exit
}

async function run(name: CommandName, options: Options): Promise<number> {
  const secrets = createKnownSecrets()
  const given = options.sshKeyFile === undefined ? process.env.SSH_KEY : keyIn(options.sshKeyFile)
  const sshKey = typeof given === 'string' ? repairedKey(given) : given
  for (const secret of [given, sshKey, process.env.GITHUB_TOKEN, process.env.SECRETS_TOKEN])
    if (typeof secret === 'string' && secret !== '') secrets.add(secret)
  const logger = createTerminalLogger({ redact: secrets.redact, verbose: options.verbose === true })
  throughLogger(logger)
  const inputs = inputsIn(options, name)
  const githubApi = process.env.GITHUB_API_URL ?? 'https://api.github.com'
  const who = `${userInfo().username}@${hostname()}`
  const context: CommandContext = {
    config: options.config,
    files: filesFrom(process.cwd(), [options.config, ...(inputs.from === undefined ? [] : [inputs.from])]),
    inputs,
    sshKey: typeof sshKey === 'string' ? sshKey : undefined,
    env: process.env,
    logger,
    secrets,
    connect,
    addressesOf,
    github: clientFor(process.env.GITHUB_TOKEN, githubApi),
    receivers: clientFor(process.env.SECRETS_TOKEN ?? process.env.GITHUB_TOKEN, githubApi),
    now: () => new Date(),
    keep: (path, text) => write(path, secrets.redact(text)),
    write,
    ...(process.stdin.isTTY ? { ask: askOnTerminal } : {}),
    run: { holder: `${who}, ${name}`, url: `cli:${who}:${process.pid}` },
  }
  const report =
    sshKey instanceof HostError ? failure(name, sshKey, context) : await runCommand(name, context)
  // What is in the last lines is not printed twice.
  for (const problem of report.problems)
    if (problem.severity !== 'error' && !report.last?.includes(formatProblem(problem)))
      logger[problem.severity](formatProblem(problem))
  // A note with a place is one of these warnings.
  for (const { severity, text, at } of report.plan?.notes ?? [])
    if (at === undefined) logger[severity === 'warning' ? 'warning' : 'info'](text)
  if (report.last !== undefined) logger.info(report.last)
  if (options.json) process.stdout.write(`${reportText(report, secrets)}\n`)
  if (report.unfinished) return 2
  if (report.failed) return 1
  if (report.plan !== undefined) {
    const { applied, plan } = report
    logger.info(
      applied === undefined
        ? `Plan: ${countText(plan.changes)}.`
        : `Done: ${applied.length} of ${applied.length} changes, read back.`,
    )
  }
  return name === 'plan' && (report.plan?.changes.length ?? 0) > 0 ? 2 : 0
}

/** The text of a file that a person named; it may be a pipe. */
function keyIn(path: string): string | HostError {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    return new HostError(
      `The SSH key in ${path} cannot be read: ${whyNot(cause)}. Give the file of the private key after --ssh-key-file.`,
    )
  }
}

function write(path: string, text: string, how?: 'new-private'): void {
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text, how === undefined ? {} : { mode: 0o600, flag: 'wx' })
  } catch (cause) {
    throw new HostError(`${path} cannot be written: ${whyNot(cause)}.`)
  }
}

async function askOnTerminal(question: string, preset?: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises')
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await terminal.question(`${question}${preset === undefined ? '' : ` [${preset}]`}: `)
    return answer.trim() === '' ? (preset ?? '') : answer
  } finally {
    terminal.close()
  }
}

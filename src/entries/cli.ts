import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { dirname } from 'node:path'
import { Argument, Command } from 'commander'
import { formatProblem } from '../config/problem.ts'
import { addressesOf } from '../front/probe.ts'
import { clientFor } from '../github/lazy-client.ts'
import { HostError } from '../host/errors.ts'
import { connect } from '../host/lazy-session.ts'
import { createKnownSecrets } from '../log/known-secrets.ts'
import { createTerminalLogger } from '../log/logger.ts'
import { throughLogger } from '../log/node-output.ts'
import { countText } from '../plan/wording.ts'
import type { CommandContext, CommandInputs } from '../steps/command.ts'
import { filesFrom, whyNot } from '../steps/files.ts'
import { VERSION } from '../version.ts'
import { completionScript, SHELLS, type Shell } from './completion.ts'
import { reportText } from './report-json.ts'
import { COMMAND_NAMES, COMMANDS, type CommandName, failure, runCommand } from './run.ts'

interface Options {
  readonly config: string
  readonly json?: true
  readonly offline?: true
  readonly sshKeyFile?: string
  readonly verbose?: true
  readonly target?: string
  readonly force?: true
  readonly phase?: string
  readonly revoke?: true
  readonly confirm?: string
  readonly from?: string
  readonly url?: string
  readonly backup?: string
  readonly scope?: string
  readonly undo?: true
  readonly fix?: true
  readonly domain?: string
  readonly host?: string
  readonly user?: string
  readonly users?: string
  readonly image?: string
  readonly providers?: string
  readonly hostKey?: string
  readonly planKey?: string
  readonly ref?: string
  readonly owner?: string
  readonly since?: string
  readonly until?: string
  readonly timeZone?: string
  readonly output?: string
}

const OPTIONS = {
  offline: ['--offline', 'validate only'],
  target: ['--target <release>', 'the release to go back to; the one before this when left out'],
  force: [
    '--force',
    {
      sync: 'although no reviewed plan shows what will be done',
      deploy: 'although no reviewed plan shows what will be done',
      rollback: 'although the schema has moved on',
      rotate: 'end the grace time now; with --revoke, although not every target can be written',
      import: 'replace what is declared',
    },
  ],
  phase: [
    '--phase <phase>',
    'begin, or finish, which never begins a rotation; due, for either, when left out',
  ],
  revoke: [
    '--revoke',
    'the key has leaked: a new one, and every key of before is refused at the end of this run',
  ],
  from: ['--from <file>', "LiteLLM's config.yaml; its secrets become references"],
  url: ['--url <url>', 'a gateway that runs; its admin key in LITELLM_MASTER_KEY'],
  backup: ['--backup <which>', 'latest, an id or a time such as 2026-11-23T02:00; latest when left out'],
  scope: [
    '--scope <scope>',
    'database (default), configuration (without the logs), or all (keys and release too)',
  ],
  confirm: [
    '--confirm <name>',
    {
      restore: "the gateway's domain; without it nothing is done",
      destroy: "the machine's name",
    },
  ],
  undo: ['--undo', 'bring back what the last restore replaced'],
  domain: ['--domain <domain>', 'of the gateway'],
  host: ['--host <address>', 'of the machine, by SSH'],
  user: ['--user <name>', 'who may become root there; debian when left out'],
  users: ['--users <number>', 'people who will use it; 100 when left out'],
  image: ['--image <image@sha256:…>', 'of LiteLLM with a database'],
  providers: ['--providers <names>', 'openai, anthropic, openrouter, perplexity; openai when left out'],
  'host-key': ['--host-key <line>', 'of /etc/ssh/ssh_host_ed25519_key.pub on the machine'],
  'plan-key': ['--plan-key <line>', 'the public half of the key that pull requests use'],
  ref: ['--ref <commit>', 'of the action, to pin it to; that of this program when left out'],
  owner: ['--owner <@org/team>', 'who must review changes of the gateway, for CODEOWNERS'],
  since: ['--since <day>', 'the first day, YYYY-MM-DD; seven whole days before today when left out'],
  until: ['--until <day>', 'the last day'],
  'time-zone': ['--time-zone <name>', 'in which days are cut, such as Europe/Berlin; UTC when left out'],
  output: [
    '--output <path>',
    {
      report: 'the folder for report.html, report.csv and report.json; gateway-report when left out',
      backup: 'a new file for the keys that backup.escrow seals',
    },
  ],
  fix: ['--fix', 'restrict the modes of our files, and start what should run'],
} as const satisfies Record<
  string,
  readonly [string, string | Readonly<Partial<Record<CommandName, string>>>]
>

/** What an option does for this command. */
function aboutOption(input: keyof typeof OPTIONS, command: CommandName): string {
  const about: string | Readonly<Partial<Record<CommandName, string>>> = OPTIONS[input][1]
  return typeof about === 'string' ? about : (about[command] ?? '')
}

/** A line or two for each command's help. */
const EXAMPLES: Readonly<Record<CommandName, readonly string[]>> = {
  plan: ['plan --offline', 'plan --json | jq .changes'],
  sync: ['sync --ssh-key-file ~/.ssh/id_ed25519'],
  deploy: ['deploy --ssh-key-file ~/.ssh/id_ed25519 --verbose'],
  rollback: ['rollback', 'rollback --target 20261123T225709Z-c0e87496'],
  doctor: ['doctor', 'doctor --fix', 'doctor --json | jq .result.findings[].id'],
  report: ['report', 'report --since 2026-10-01 --until 2026-10-31 --time-zone Europe/Berlin'],
  rotate: ['rotate --phase begin', 'rotate --phase finish', 'rotate --revoke'],
  destroy: ['destroy --confirm llm.example.com'],
  init: ['init', 'init --domain llm.example.com --host 192.0.2.10 --providers openai,anthropic'],
  import: ['import --from config.yaml', 'import --url https://llm.example.com'],
  backup: ['backup'],
  verify: ['verify', 'verify --backup 2026-11-23T02:00'],
  drill: ['drill'],
  restore: [
    'restore',
    'restore --backup 2026-11-23T02:00 --confirm llm.example.com',
    'restore --undo --confirm llm.example.com',
  ],
}

/** The CLI: the same commands as the action. Exit 0 fine, 1 failed, 2 there are differences (plan). */
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
    command
      .option('--config <file>', 'the declaration', 'gateway.yaml')
      .option('--json', 'print one JSON document on stdout')
      .option('--verbose', 'show details')
    command.option('--ssh-key-file <file>', 'the private SSH key; or its text in SSH_KEY')
    for (const input of COMMANDS[name].inputs) command.option(OPTIONS[input][0], aboutOption(input, name))
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
  const sshKey = options.sshKeyFile === undefined ? process.env.SSH_KEY : keyIn(options.sshKeyFile)
  for (const secret of [sshKey, process.env.GITHUB_TOKEN])
    if (typeof secret === 'string' && secret !== '') secrets.add(secret)
  const logger = createTerminalLogger({ redact: secrets.redact, verbose: options.verbose === true })
  throughLogger(logger)
  const who = `${userInfo().username}@${hostname()}`
  const context: CommandContext = {
    config: options.config,
    files: filesFrom(process.cwd(), [options.config, ...(options.from === undefined ? [] : [options.from])]),
    offline: options.offline === true,
    inputs: inputsOf(options),
    sshKey: typeof sshKey === 'string' ? sshKey : undefined,
    env: process.env,
    logger,
    secrets,
    connect,
    addressesOf,
    github: clientFor(process.env.GITHUB_TOKEN, process.env.GITHUB_API_URL ?? 'https://api.github.com'),
    now: () => new Date(),
    keep: (path, text) => write(path, secrets.redact(text)),
    write,
    ...(process.stdin.isTTY ? { ask: askOnTerminal } : {}),
    run: { holder: `${who}, ${name}`, url: `cli:${who}:${process.pid}` },
  }
  const report =
    sshKey instanceof HostError ? failure(name, sshKey, context) : await runCommand(name, context)
  for (const problem of report.problems)
    if (problem.severity === 'warning') logger.warning(formatProblem(problem))
  // A note with a place is one of these warnings.
  for (const { severity, text, at } of report.plan?.notes ?? [])
    if (at === undefined) logger[severity === 'warning' ? 'warning' : 'info'](text)
  if (options.json) process.stdout.write(`${reportText(report, secrets)}\n`)
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

/** The options of which a command has its inputs, under their names there; those that were not given are left out. */
function inputsOf({ hostKey, planKey, timeZone, ...options }: Options): CommandInputs {
  const named: Record<string, unknown> = {
    ...options,
    'host-key': hostKey,
    'plan-key': planKey,
    'time-zone': timeZone,
  }
  const names = Object.keys(OPTIONS).filter((name) => name !== 'offline' && named[name] !== undefined)
  return Object.fromEntries(names.map((name) => [name, named[name]]))
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

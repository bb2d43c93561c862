import { readFileSync, writeFileSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { Command } from 'commander'
import type { ImportOptions } from './commands/command.ts'
import { filesIn } from './commands/files.ts'
import { reportJson } from './commands/report-json.ts'
import { COMMAND_NAMES, type CommandName, runCommand } from './commands/run.ts'
import { createKnownSecrets } from './github/known-secrets.ts'
import { createTerminalLogger } from './github/logger.ts'
import { connect } from './host/session.ts'
import { countText } from './plan/wording.ts'

interface Options {
  readonly config: string
  readonly json?: true
  readonly offline?: true
  readonly sshKeyFile?: string
  readonly verbose?: true
  readonly from?: string
  readonly url?: string
  readonly force?: true
}

const ABOUT: Record<CommandName, string> = {
  plan: 'validate gateway.yaml and show what it would change on the running gateway',
  sync: 'make models, settings, keys and budgets of the running gateway as declared',
  deploy: 'make the whole gateway as declared, from an empty machine on',
  import: 'write gateway.yaml from a LiteLLM that runs or is configured, with a report of each field',
}

/** The CLI: the same commands as the action. Exit 0 fine, 1 failed, 2 there are differences (plan). */
export async function cli(argv: readonly string[]): Promise<number> {
  const program = new Command('litellm-gitops')
    .description('Run a self-hosted LiteLLM gateway from a Git repository.')
    .showHelpAfterError()
  let exit = 0
  for (const name of COMMAND_NAMES) {
    const command = program.command(name).description(ABOUT[name])
    command
      .option('--config <file>', 'the declaration', 'gateway.yaml')
      .option('--json', 'print one JSON document on stdout')
      .option('--verbose', 'show details')
    command.option('--ssh-key-file <file>', 'the private SSH key; or its text in SSH_KEY')
    if (name === 'plan') command.option('--offline', 'validate only')
    if (name === 'import')
      command
        .option('--from <file>', "LiteLLM's config.yaml; its secrets become references")
        .option('--url <url>', 'a gateway that runs; its admin key in LITELLM_MASTER_KEY')
        .option('--force', 'replace what gateway.yaml declares already')
    command.action(async (options: Options) => {
      exit = await run(name, options)
    })
  }
  await program.parseAsync([...argv], { from: 'user' })
  return exit
}

function importOptions({ from, url, force }: Options): ImportOptions {
  const write = (path: string, text: string) => writeFileSync(path, text)
  return { from, url, force: force === true, write }
}

async function run(name: CommandName, options: Options): Promise<number> {
  const secrets = createKnownSecrets()
  const sshKey =
    options.sshKeyFile === undefined ? process.env.SSH_KEY : readFileSync(options.sshKeyFile, 'utf8')
  if (sshKey !== undefined) secrets.add(sshKey)
  const logger = createTerminalLogger({ redact: secrets.redact, verbose: options.verbose === true })
  const who = `${userInfo().username}@${hostname()}`
  const report = await runCommand(name, {
    config: options.config,
    files: filesIn(process.cwd()),
    offline: options.offline === true,
    sshKey,
    env: process.env,
    logger,
    secrets,
    connect,
    now: () => new Date(),
    ...(name === 'import' ? { importing: importOptions(options) } : {}),
    run: { holder: `${who}, ${name}`, url: `cli:${who}:${process.pid}` },
  })
  for (const { severity, text } of report.plan?.notes ?? [])
    logger[severity === 'warning' ? 'warning' : 'info'](text)
  if (options.json) process.stdout.write(`${secrets.redact(JSON.stringify(reportJson(report)))}\n`)
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

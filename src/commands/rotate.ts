import { type Desired, loadDesired } from '../config/desired.ts'
import { ConfigError } from '../config/problem.ts'
import { type RotationResult, rotateMasterKey } from '../rotation/rotate.ts'
import { progress } from './apply.ts'
import type { CommandContext, CommandReport } from './command.ts'
import { connectTo } from './host-of.ts'
import { withLease } from './with-lease.ts'

const HOUR = 3600
const DEFAULT_GRACE = '24h'

/** Gives the gateway a new master key and every declared secret of GitHub the same; the old one works until the grace time is over. */
export async function rotate(context: CommandContext): Promise<CommandReport> {
  const desired = loadDesired(context.config, context.files)
  const { rotate: declared } = desired.gateway
  if (declared === undefined)
    throw refusal(desired, 'it has no section rotate', 'say under rotate who gets the new key.')
  const octokit = await context.github?.()
  if (octokit === undefined && declared.targets.length > 0)
    throw refusal(
      desired,
      'no token was given that could write its targets',
      'set github-token (action) or GITHUB_TOKEN (CLI) to a fine-grained token or that of a GitHub App.',
    )
  const session = await connectTo(desired, context, 'change')
  try {
    const result = await withLease(session, context, ({ run }) =>
      rotateMasterKey({
        session,
        run,
        // Without a token there are no targets either, so that nobody asks.
        octokit: octokit as NonNullable<typeof octokit>,
        targets: declared.targets as Parameters<typeof rotateMasterKey>[0]['targets'],
        graceSeconds: secondsOf(declared.grace ?? DEFAULT_GRACE),
        finishNow: context.inputs.force === true,
        secrets: context.secrets,
        logger: context.logger,
        onEvent: progress(context),
      }),
    )
    const lines = linesOf(result)
    for (const line of lines) context.logger[result.outcome === 'refused' ? 'error' : 'info'](line)
    return {
      command: 'rotate',
      plan: undefined,
      applied: undefined,
      problems: desired.warnings,
      markdown: [`### \`rotate\`: ${result.outcome}`, '', ...lines, ...result.warnings].join('\n\n'),
      failed: result.outcome === 'refused',
      cost: session.stats,
    }
  } finally {
    session.close()
  }
}

function linesOf(result: RotationResult): string[] {
  switch (result.outcome) {
    case 'rotated':
      return [
        `The gateway has a new master key (SHA-256 ${result.state.new}…), and so have ${result.state.targets.length} secrets: ${result.state.targets.map(({ name }) => name).join(', ') || 'none'}.`,
        `The old one (${result.state.old}…) works until ${result.state.graceUntil}; the next rotate after that ends it.`,
      ]
    case 'waiting':
      return [
        `A rotation was made at ${result.state.since}. The old key works until ${result.state.graceUntil}; nothing was changed. force ends it now.`,
      ]
    case 'finished':
      return ['The grace time is over: the old master key is deleted, and every worker refuses it.']
    case 'refused':
      return [
        'Nothing was changed: not every target could be written.',
        ...result.flaws.map(({ target, problem }) => `${target}: ${problem}`),
      ]
  }
}

function secondsOf(grace: string): number {
  const count = Number.parseInt(grace, 10)
  return grace.endsWith('d') ? count * 24 * HOUR : count * HOUR
}

function refusal({ file, locate }: Desired, problem: string, fix: string): ConfigError {
  const message = `${file} does not say how to rotate: ${problem}.`
  return new ConfigError([{ severity: 'error', code: 'rotate', message, fix, at: locate(['rotate']) }])
}

import { type Desired, loadDesired } from '../config/desired.ts'
import { secondsIn } from '../config/entities/deliver-schema.ts'
import { targetOf } from '../config/entities/delivery.ts'
import { parsePeriod } from '../config/period.ts'
import { ConfigError } from '../config/problem.ts'
import type { KeyLimits, RotationState } from '../contract/programs/rotation.ts'
import type { Targets } from '../github/secrets.ts'
import { HostError } from '../host/errors.ts'
import { madeLines } from '../rotation/made.ts'
import { type Purpose, type RotationResult, rotateMasterKey } from '../rotation/rotate.ts'
import type { CommandContext, CommandResult, StepContext } from '../steps/command.ts'
import type { InputsOf } from '../steps/inputs.ts'
import { onHostOf } from '../steps/on-host.ts'
import { progress } from '../steps/progress.ts'
import { withLease } from '../steps/with-lease.ts'
import { block, prose } from '../text/markdown.ts'

type Rotate = NonNullable<Desired['gateway']['rotate']>

const MADE =
  'What was made with the revoked key. It still works: delete what none of you made (/key/delete, /user/delete, or the admin UI).'

/** Gives the gateway a new master key and every declared secret of GitHub the same; the old one works until the grace time is over. */
export async function rotate(context: CommandContext<InputsOf<'rotate'>>): Promise<CommandResult> {
  const desired = loadDesired(context.config, context.files)
  const { keys } = context.inputs
  if (keys !== undefined) {
    // Loaded when it is needed, with LiteLLM's admin API. There force is about replaced keys.
    const { rotateDeliveredKeys } = await import('../steps/keys/rotate-keys.ts')
    return await rotateDeliveredKeys(desired, keys, purposeOf({ ...context.inputs, force: false }), context)
  }
  const purpose = purposeOf(context.inputs)
  const { rotate: declared } = desired.gateway
  if (declared === undefined)
    throw refusal(desired, 'it has no section rotate', 'say under rotate who gets the new key.')
  const targets = await targetsOf(declared, desired, context)
  return await onHostOf(desired, context, 'write', async (session) => {
    const result = await withLease(session, context, ({ run }) =>
      rotateMasterKey({
        session,
        run,
        ...targets,
        graceSeconds: secondsIn(declared.grace),
        distribute: declared.distribute,
        limits: limitsOf(declared),
        canary: declared.canary,
        purpose,
        force: context.inputs.force === true,
        secrets: context.secrets,
        logger: context.logger,
        onEvent: progress(context),
      }),
    )
    return tell(result, context)
  })
}

async function targetsOf(
  { targets }: Rotate,
  desired: Desired,
  context: Pick<CommandContext, 'github'>,
): Promise<Targets> {
  const octokit = await context.github?.()
  if (octokit !== undefined) return { octokit, targets: targets.map(targetOf) }
  if (targets.length === 0) return { octokit, targets: [] }
  throw refusal(
    desired,
    'no token was given that could write its targets',
    'set github-token (action) or GITHUB_TOKEN (CLI) to a fine-grained token or that of a GitHub App.',
  )
}

/** Logs what came of the rotation, and says it for the summary. */
function tell(result: RotationResult, { logger, secrets }: StepContext): CommandResult {
  const lines = linesOf(result)
  const flaws = 'flaws' in result ? result.flaws : []
  const told = (line: string) => prose(secrets.redact(line))
  for (const line of lines) logger[flaws.length > 0 ? 'error' : 'info'](line)
  const details = flaws.map(({ target, problem }) => `${target}: ${problem}`)
  const made = result.outcome === 'revoked' ? madeLines(result.made) : []
  if (made.length > 0) for (const line of [MADE, ...made]) logger.info(line)
  if (result.outcome === 'refused') for (const line of details) logger.error(`- ${line}`)
  return {
    markdown: [
      `### \`rotate\`: ${result.outcome}`,
      '',
      ...lines.map(told),
      details.map((line) => `- ${told(line)}`).join('\n'),
      ...(made.length === 0 ? [] : [MADE, block(secrets.redact(made.join('\n')))]),
      ...result.warnings.map(told),
    ].join('\n\n'),
    ...(result.outcome === 'revoked' ? { result: { made: result.made } } : {}),
    failed: flaws.length > 0,
  }
}

/** @throws HostError when the inputs ask for two things at a time */
function purposeOf({ phase = 'due', revoke, force }: InputsOf<'rotate'>): Purpose {
  if (phase !== 'due' && phase !== 'begin' && phase !== 'finish')
    throw new HostError(`phase is ${JSON.stringify(phase)}; it can be begin or finish, or due for either.`)
  if (revoke === true && phase !== 'due')
    throw new HostError(`revoke begins and ends a rotation in one run; remove phase.`)
  if (revoke === true) return 'revoke'
  if (force !== true) return phase
  if (phase === 'begin')
    throw new HostError(
      'force ends a grace time, and phase begin creates a new key. Run rotate with force first, or with revoke if the key has leaked.',
    )
  // What is meant to end the grace time must not begin one.
  return 'finish'
}

/** LiteLLM's names for what the virtual key may do. */
function limitsOf({ key = {} }: Rotate): KeyLimits {
  const { time_period, ...limits } = key
  const period = time_period === undefined ? undefined : parsePeriod(time_period)
  return period === undefined || 'wrong' in period ? limits : { ...limits, budget_duration: period.duration }
}

function linesOf(result: RotationResult): string[] {
  const ended =
    result.ended === true
      ? ['The old key of an earlier rotation was deleted first; every worker refuses it.']
      : []
  return [...ended, ...ownLinesOf(result)]
}

function ownLinesOf(result: RotationResult): string[] {
  switch (result.outcome) {
    case 'rotated': {
      const { state, flaws } = result
      const proven = flaws.length === 0 ? [] : ['Not every target has proven that its jobs read the new key:']
      return [
        heldText(state),
        `The old one (${state.old}…) works until ${state.graceUntil}; the next rotate after that ends it.`,
        ...proven,
      ]
    }
    case 'revoked': {
      const { state, flaws } = result
      const left =
        flaws.length === 0
          ? []
          : [
              'These targets were not written, or have not proven that their jobs read the new key. What they hold may be refused:',
            ]
      return [
        heldText(state),
        `The old one (${state.old}…) is deleted, and every worker refuses it; so is every key of an earlier rotation.`,
        ...left,
      ]
    }
    case 'waiting':
      return [
        `The last rotation was at ${result.state.since}. The old key works until ${result.state.graceUntil}; nothing was changed. force ends it now.`,
      ]
    case 'nothing-to-finish':
      return ['No rotation is in progress: nothing to end, and none was started.']
    case 'finished':
      return ['The grace time is over: the old master key is deleted, and every worker refuses it.']
    case 'refused':
      return ['Nothing was changed: not every target could be written.']
    case 'incomplete':
      return [
        `The old key (SHA-256 ${result.state.old}…) is still the master key, and the new one works too. These targets were not written; the next rotate continues with them:`,
      ]
  }
}

function heldText({ targets, virtual, new: key }: RotationState): string {
  const names = targets.map(({ name }) => name).join(', ') || 'none'
  const held =
    virtual === undefined
      ? `so have ${targets.length} secrets: ${names}`
      : `${targets.length} secrets have a new virtual key (${virtual}…): ${names}`
  return `The gateway has a new master key (SHA-256 ${key}…), and ${held}.`
}

function refusal({ file, locate }: Desired, problem: string, fix: string): ConfigError {
  const message = `${file} does not say how to rotate: ${problem}.`
  return new ConfigError([{ severity: 'error', code: 'rotate', message, fix, at: locate(['rotate']) }])
}

import { restoreBackup } from '../../backup/programs.ts'
import type { Desired } from '../../config/desired.ts'
import type { MoveRecord } from '../../contract/programs/move.ts'
import { HostError } from '../../host/errors.ts'
import { hostBackupSettings } from '../../host/render.ts'
import type { Session } from '../../host/session.ts'
import type { Shell } from '../../host/shell.ts'
import type { StepContext } from '../command.ts'
import { adopted } from '../import/adopted.ts'
import { dataOf } from '../import/old-data.ts'
import { manifestOf } from '../manifest.ts'
import { progress } from '../progress.ts'
import { giveBack, hold, openForward } from './hold.ts'
import type { OldGateway } from './look.ts'
import type { Prepared } from './prepared.ts'

/** What a move works with; the caller holds the lease `run`. */
export interface Moving {
  readonly context: StepContext
  readonly desired: Desired
  readonly session: Session
  readonly shell: Shell
  readonly old: OldGateway
  readonly plan: Prepared
  readonly run: string
  readonly ca: string | undefined
}

export interface Moved {
  readonly record: MoveRecord
  readonly told: {
    readonly gapSeconds: number
    readonly estimatedSeconds: number
    readonly snapshot: string
    readonly forwards: boolean
    readonly steps: Readonly<Record<string, number>>
  }
}

/** The port of every host on which its gateway is asked without TLS. */
const PLAIN = 4000

/**
 * Takes the steps from the one that was begun last. Until the new gateway has proven itself, an error gives the old one back.
 * @param begun what an earlier run that was cut short took down
 * @throws HostError
 */
export async function move(moving: Moving, begun: MoveRecord | undefined): Promise<Moved> {
  const { session, shell, old, plan, run, context } = moving
  const { logger } = context
  let record: MoveRecord = begun ?? {
    phase: 'holding',
    place: shell.where,
    containers: old.project.gateways.map(({ name, restart }) => ({ name, restart })),
    target: plan.target,
    ...(plan.python === undefined ? {} : { python: plan.python }),
    held: context.now().toISOString(),
  }
  const steps: Record<string, number> = {}
  const at = async (phase: MoveRecord['phase'], more: Partial<MoveRecord> = {}) => {
    record = { ...record, ...more, phase }
    await session.run('move', { run, record })
  }
  const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const from = performance.now()
    logger.info(`${name} …`)
    const done = await work()
    steps[name] = Math.round((performance.now() - from) / 100) / 10
    return done
  }
  if (begun !== undefined)
    logger.info(`The move that was begun at ${begun.held} goes on with: ${begun.phase}`)
  try {
    if (record.phase === 'holding') {
      await at('holding')
      await step('hold', () => hold(shell, old.project, record, (text) => logger.warning(text)))
      await at('copying')
    }
    if (record.phase === 'copying') {
      const snapshot = await step('copy', () => lastCopy(moving))
      await at('restoring', { snapshot })
    }
    if (record.phase === 'restoring') {
      await step('restore', () => restored(moving, record.snapshot ?? ''))
      await step('proof', () => proven(moving))
      await at('opening')
    }
  } catch (cause) {
    throw await givenBack(moving, record, cause)
  }
  if (record.python !== undefined) await step('open', () => openForward(shell, old.project.engine))
  const gap = Math.round((context.now().getTime() - Date.parse(record.held)) / 100) / 10
  await at('moved', { gap })
  return {
    record,
    told: {
      gapSeconds: gap,
      estimatedSeconds: plan.told.gapSeconds,
      snapshot: record.snapshot ?? '',
      forwards: record.python !== undefined,
      steps,
    },
  }
}

async function lastCopy({ session, shell, old, context, desired, run, ca }: Moving): Promise<string> {
  const { question, body } = await dataOf(shell, old, ca, context)
  const confirm = desired.gateway.domain
  const result = await adopted(session, context, {
    question,
    run,
    confirm,
    ...(body === undefined ? {} : { body }),
  })
  if (result.outcome !== 'adopted') throw new HostError('The last copy was not kept.')
  return result.snapshot
}

async function restored({ session, context, desired, run }: Moving, backup: string): Promise<void> {
  const settings = hostBackupSettings(manifestOf(desired))
  const confirm = desired.gateway.domain
  await restoreBackup(
    session,
    { run, backup, scope: 'all', confirm, settings },
    { onEvent: progress(context) },
  )
}

/** The new gateway serves somebody of the old one. @throws HostError */
async function proven({ session, plan }: Moving): Promise<void> {
  if (plan.key === undefined) return
  const tunnel = await session.forward(PLAIN)
  try {
    const answer = await tunnel.fetch('/v1/models', { headers: { authorization: `Bearer ${plan.key}` } })
    // A master key that anybody may guess is not taken over.
    if (!answer.ok && plan.keyIs === 'virtual')
      throw new HostError(`The new gateway answers the key in OLD_VIRTUAL_KEY with ${answer.status}.`)
  } finally {
    tunnel.close()
  }
}

/** The error that ended it, and what became of the old gateway. */
async function givenBack(
  { shell, old, session, run }: Moving,
  record: MoveRecord,
  cause: unknown,
): Promise<Error> {
  const said = cause instanceof Error ? cause.message : String(cause)
  try {
    await giveBack(shell, old.project, record)
    await session.run('move', { run, record: { ...record, phase: 'returned' } })
    return new HostError(`${said} The old gateway on ${record.place} serves again, as it was.`, { cause })
  } catch (failure) {
    const why = failure instanceof Error ? failure.message : String(failure)
    return new HostError(
      `${said} The old gateway could not be given back either (${why}). Run move again to go on, or move with undo to go back.`,
      { cause },
    )
  }
}

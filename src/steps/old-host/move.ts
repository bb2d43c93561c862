import { setTimeout as sleep } from 'node:timers/promises'
import { restoreBackup } from '../../backup/programs.ts'
import type { Desired } from '../../config/desired.ts'
import type { MoveRecord } from '../../contract/programs/move.ts'
import type { OnEvent } from '../../contract/wire.ts'
import { HostError, HostProgramError, HostUnreachableError } from '../../host/errors.ts'
import { hostBackupSettings } from '../../host/render.ts'
import type { Session } from '../../host/session.ts'
import type { Shell } from '../../host/shell.ts'
import type { StepContext } from '../command.ts'
import { adopted } from '../import/adopted.ts'
import { dataOf } from '../import/old-data.ts'
import { manifestOf } from '../manifest.ts'
import { progress } from '../progress.ts'
import { giveBack, hold, openForward, readyToHold } from './hold.ts'
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
const ASKED_AT_ONCE = 8
const MOST_TRIES = 4

/**
 * Takes the steps from the one that was begun last. Until all of the new gateway has proven itself, an error gives the old one back.
 * The first copy is restored before anything is stopped, so that processes with its keys are there when the last one is: requests go
 * to them from then on, and new ones are started beside them.
 * @param begun what an earlier run that was cut short took down
 * @throws HostError
 */
export async function move(moving: Moving, begun: MoveRecord | undefined): Promise<Moved> {
  const { session, shell, old, plan, run, context } = moving
  const { logger } = context
  let record: MoveRecord = begun ?? {
    phase: 'preparing',
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
  let held = begun?.held
  let restore: Restore | undefined
  try {
    if (record.phase === 'preparing') {
      await at('preparing')
      await step('prepare', () => restoreOf(moving, plan.first, { confirmed: true }, progress(context)))
      held = undefined
      record = { ...record, phase: 'holding' }
    }
    if (record.phase === 'holding') {
      const warn = (text: string) => logger.warning(text)
      await readyToHold(shell, old.project, record, warn)
      await at('holding', { held: held ?? context.now().toISOString() })
      await step('hold', () => hold(shell, old.project, record, warn))
      await at('copying')
    }
    if (record.phase === 'copying') {
      const snapshot = await step('copy', () => lastCopy(moving))
      await at('restoring', { snapshot })
    }
    if (record.phase === 'restoring') {
      restore = beginRestore(moving, record.snapshot ?? '')
      await step('restore', restore.serves)
    }
    await step('proof', () => provenAtLast(moving, restore))
    await at('opening')
    if (record.python !== undefined) await step('open', () => openForward(shell, old.project.engine))
    await at('opening', { gap: record.gap ?? secondsSince(record.held, context.now()) })
    await step('rest', () => restore?.ended ?? endedBefore(moving, record.snapshot ?? ''))
  } catch (cause) {
    // It goes on there by itself, and requests are sent to it.
    if (record.phase === 'opening' && isCutShort(cause)) throw cause
    const error = await givenBack(moving, record, cause)
    // Nothing is at work there when the lock is given back.
    await restore?.ended.catch(() => {})
    throw error
  }
  await at('moved')
  return {
    record,
    told: {
      gapSeconds: record.gap ?? 0,
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
    urgent: true,
    ...(body === undefined ? {} : { body }),
  })
  if (result.outcome !== 'adopted') throw new HostError('The last copy was not kept.')
  return result.snapshot
}

interface Restore {
  /**
   * Waits until the restored data is served: by the processes that already serve the first copy where they have its keys and
   * configuration, else by new ones that were proven.
   */
  serves(): Promise<void>
  /** Waits for the new ones. */
  switched(): Promise<void>
  /** All processes are new. */
  readonly ended: Promise<void>
}

/** The step of a rollout from which on new requests go to new processes, and what a host says where the old ones do as well. */
const SWITCH = 'switch'
const SERVING = 'serving'

function beginRestore(moving: Moving, backup: string): Restore {
  const show = progress(moving.context)
  const [serving, serves] = signal()
  const [switched, switches] = signal()
  const onEvent: OnEvent = (event) => {
    show(event)
    if (event.event === 'note' && event.name === SERVING) serves()
    if (event.event === 'step' && event.name === SWITCH && event.state === 'done') switches()
  }
  const ended = restoreOf(moving, backup, { confirmed: true, saved: true }, onEvent).then(() => {})
  // Whoever waits for it hears the error.
  ended.catch(() => {})
  return {
    serves: () => Promise.race([serving, switched, ended]),
    switched: () => Promise.race([switched, ended]),
    ended,
  }
}

/** Something that will have happened, and what says that it has. */
function signal(): [Promise<void>, () => void] {
  let happens = () => {}
  const happened = new Promise<void>((resolve) => {
    happens = resolve
  })
  return [happened, happens]
}

/** Processes that do not serve the data that was put under them give way to new ones. */
async function provenAtLast(moving: Moving, restore: Restore | undefined): Promise<void> {
  try {
    await proven(moving)
  } catch (cause) {
    if (restore === undefined) throw cause
    await restore.switched()
    await proven(moving)
  }
}

async function restoreOf(
  { session, desired, run }: Moving,
  backup: string,
  { confirmed, saved = false }: { confirmed: boolean; saved?: boolean },
  onEvent: OnEvent,
): ReturnType<typeof restoreBackup> {
  const settings = hostBackupSettings(manifestOf(desired))
  const how = { ...(confirmed ? { confirm: desired.gateway.domain } : {}), ...(saved ? { saved } : {}) }
  return await restoreBackup(session, { run, backup, scope: 'all', settings, ...how }, { onEvent })
}

/**
 * The restore of a run that was cut short goes on by itself: waits for it by asking for a plan, which changes nothing, and has it
 * finished where even the host was cut short. Never another one: requests were answered since.
 */
async function endedBefore(moving: Moving, backup: string): Promise<void> {
  const show = progress(moving.context)
  const plan = await restoreOf(moving, backup, { confirmed: false }, show)
  if (plan.outcome === 'planned' && 'interrupted' in plan && plan.interrupted !== null)
    await restoreOf(moving, backup, { confirmed: true }, show)
}

/** Nothing that the new gateway refuses: only that nobody knows how it ended. */
function isCutShort(cause: unknown): boolean {
  return (
    cause instanceof HostUnreachableError ||
    (cause instanceof HostProgramError && cause.code === 'interrupted')
  )
}

function secondsSince(time: string, now: Date): number {
  return Math.round((now.getTime() - Date.parse(time)) / 100) / 10
}

/** The new gateway serves somebody of the old one. @throws HostError */
async function proven({ session, plan }: Moving): Promise<void> {
  if (plan.key === undefined) return
  const tunnel = await session.forward(PLAIN)
  try {
    const ask = async () => {
      const answer = await tunnel.fetch('/v1/models', { headers: { authorization: `Bearer ${plan.key}` } })
      await answer.arrayBuffer()
      return answer.status
    }
    for (let tries = 1; ; tries += 1) {
      // Each of its workers has connections to the database of its own, which were those of another one a moment ago.
      const statuses = await Promise.all(Array.from({ length: ASKED_AT_ONCE }, ask))
      const refused = statuses.find((status) => status >= 400)
      // A master key that anybody may guess is not taken over.
      if (refused === undefined || plan.keyIs !== 'virtual') return
      if (tries === MOST_TRIES)
        throw new HostError(`The new gateway answers the key in OLD_VIRTUAL_KEY with ${refused}.`)
      await sleep(200 * tries)
    }
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
  if (record.phase === 'preparing') {
    await session.run('move', { run, record: { ...record, phase: 'returned' } }).catch(() => {})
    return new HostError(`${said} The old gateway on ${record.place} was not touched.`, { cause })
  }
  const lost = record.gap === undefined ? '' : ' What the new gateway answered meanwhile is not in its spend.'
  try {
    await giveBack(shell, old.project, record)
    await session.run('move', { run, record: { ...record, phase: 'returned' } })
    return new HostError(`${said} The old gateway on ${record.place} serves again, as it was.${lost}`, {
      cause,
    })
  } catch (failure) {
    const why = failure instanceof Error ? failure.message : String(failure)
    return new HostError(
      `${said} The old gateway could not be given back either (${why}). Run move again to go on, or move with undo to go back.`,
      { cause },
    )
  }
}

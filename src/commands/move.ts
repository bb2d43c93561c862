import { type Desired, loadDesired } from '../config/desired.ts'
import type { MoveAnswer, MoveRecord } from '../contract/programs/move.ts'
import { HostError } from '../host/errors.ts'
import type { Session } from '../host/session.ts'
import type { Shell } from '../host/shell.ts'
import type { CommandContext, CommandResult } from '../steps/command.ts'
import type { InputsOf } from '../steps/inputs.ts'
import { giveBack } from '../steps/old-host/hold.ts'
import { lookAt, type OldGateway } from '../steps/old-host/look.ts'
import { type Moving, move as moveOn } from '../steps/old-host/move.ts'
import {
  movedMarkdown,
  movePlanMarkdown,
  returnedMarkdown,
  returnPlanMarkdown,
} from '../steps/old-host/move-markdown.ts'
import { type OldPlace, oldPlace, openOld } from '../steps/old-host/open.ts'
import { prepared } from '../steps/old-host/prepared.ts'
import { onHostOf } from '../steps/on-host.ts'
import { withLease } from '../steps/with-lease.ts'

interface Both {
  readonly context: CommandContext<InputsOf<'move'>>
  readonly desired: Desired
  readonly session: Session
  readonly shell: Shell
  readonly place: OldPlace
}

/**
 * Moves an old gateway to the host that is declared: its last copy is taken while it is held, restored here, and its requests are sent on.
 * Without the domain as confirmation it only says what it would do, and how long that takes.
 */
export async function move(context: CommandContext<InputsOf<'move'>>): Promise<CommandResult> {
  const { data, confirm, undo = false } = context.inputs
  const desired = loadDesired(context.config, context.files)
  const { domain } = desired.gateway
  if (data === undefined)
    throw new HostError('move needs the machine of the old gateway: data: ssh://USER@HOST[:PORT][/FOLDER].')
  if (confirm !== undefined && confirm !== domain)
    throw new HostError(
      `confirm is "${confirm}"; type the domain of the new gateway, ${domain}, or leave it out to see what would be done.`,
    )
  const place = oldPlace(data)
  const shell = await openOld(place, context.inputs['host-key'], context)
  try {
    return await onHostOf(desired, context, 'write', async (session) => {
      const both = { context, desired, session, shell, place }
      const told = undo ? await goBack(both) : await goOn(both)
      // On a terminal there is no summary of a job.
      return { ...told, last: told.markdown }
    })
  } finally {
    shell.close()
  }
}

const OVER: readonly MoveRecord['phase'][] = ['moved', 'returned']

/** A move that was begun and is not over: it is finished, whatever else is asked. */
function unfinished({ record }: MoveAnswer): MoveRecord | undefined {
  return record === null || OVER.includes(record.phase) ? undefined : record
}

async function goOn(both: Both): Promise<CommandResult> {
  const { context, desired, session, shell } = both
  const { domain } = desired.gateway
  const state = await session.run('move', { run: context.run.url })
  if (state.record?.phase === 'moved')
    throw new HostError(
      `The gateway on ${shell.where} was moved here already, at ${state.record.held}. undo makes it serve again there; after that it can be moved once more.`,
    )
  if (state.record?.phase === 'returning')
    throw new HostError('A return to the old gateway was begun and is not over. Run move with undo first.')
  const old = await look(both, state)
  const plan = await prepared(shell, old, state, { domain, ...context.inputs, env: context.env })
  if (context.inputs.confirm === undefined) {
    context.logger.info(`Nothing was done. To do it, give confirm: ${domain}`)
    return {
      markdown: movePlanMarkdown(old, plan, shell.where, domain),
      result: { outcome: 'planned', ...plan.told },
    }
  }
  const done = await withLease(session, context, ({ run }) => {
    const moving: Moving = { context, desired, session, shell, old, plan, run, ca: context.inputs.ca }
    return moveOn(moving, unfinished(state))
  })
  return {
    markdown: movedMarkdown(old, done, shell.where, domain),
    result: { outcome: 'moved', ...done.told },
  }
}

async function goBack(both: Both): Promise<CommandResult> {
  const { context, desired, session, shell } = both
  const { domain } = desired.gateway
  const state = await session.run('move', { run: context.run.url })
  const { record, live } = state
  if (record === null || record.phase === 'returned')
    throw new HostError(
      `There is no move to this host to undo${record === null ? '' : ': the old gateway serves'}.`,
    )
  const old = await look(both, state)
  if (context.inputs.confirm === undefined) {
    context.logger.info(`Nothing was done. To do it, give confirm: ${domain}`)
    return {
      markdown: returnPlanMarkdown(record, live, shell.where, domain),
      result: { outcome: 'planned', live },
    }
  }
  const seconds = await withLease(session, context, async ({ run }) => {
    const begun = performance.now()
    await session.run('move', { run, record: { ...record, phase: 'returning' } })
    await giveBack(shell, old.project, record)
    await session.run('move', { run, record: { ...record, phase: 'returned' } })
    return Math.round((performance.now() - begun) / 100) / 10
  })
  return {
    markdown: returnedMarkdown(record, live, shell.where, seconds),
    result: { outcome: 'returned', live, seconds },
  }
}

/** Of a move that was begun the containers are known; another one may have been started beside them. */
async function look({ context, shell, place }: Both, state: MoveAnswer): Promise<OldGateway> {
  const { record } = state
  const known = record === null || record.phase === 'returned' ? undefined : record
  if (known !== undefined && known.place !== shell.where)
    throw new HostError(
      `The move that was begun is that of the gateway on ${known.place}, and data names ${shell.where}. Finish or undo that one first.`,
    )
  return await lookAt(
    shell,
    place,
    context,
    known?.containers.map(({ name }) => name),
  )
}

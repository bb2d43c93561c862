import type { Desired } from '../../config/desired.ts'
import type { DesiredEntity } from '../../config/entities/desired.ts'
import type { AdminApi } from '../../gateway/admin-api.ts'
import type { Metadata } from '../../gateway/budget-fields.ts'
import { bodyToMake } from '../../gateway/entities/apply.ts'
import type { Session } from '../../host/session.ts'
import type { EntityChange } from '../../plan/change.ts'
import { readKeyRecords } from '../../rotation/delivered/records.ts'
import { replaceKeys } from '../../rotation/delivered/replace.ts'
import type { Delivering, Wanted } from '../../rotation/delivered/room.ts'
import { settle } from '../../rotation/delivered/settle.ts'
import { readMetadata } from '../apply-budgets.ts'
import type { StepContext } from '../command.ts'

/** Keys of a plan that are made and delivered. */
export interface Deliveries {
  /** Ends what a dead run left in the middle, before anything is looked for by its alias. */
  settle(): Promise<void>
  /** Makes and delivers; never throws, and tells of each once. */
  deliver(
    changes: readonly EntityChange[],
    told: (change: EntityChange, failure: string | undefined) => void,
  ): Promise<void>
}

export async function openDeliveries(
  changes: readonly EntityChange[],
  {
    session,
    run,
    api,
    desired,
    context,
    limits,
  }: {
    readonly session: Session
    readonly run: string
    readonly api: AdminApi
    readonly desired: Desired
    readonly context: Pick<StepContext, 'secrets' | 'logger' | 'receivers'>
    readonly limits: (change: EntityChange) => Metadata
  },
): Promise<Deliveries> {
  const room = await openRoom(session, run, api, context)
  const declared = new Map(desired.entities.flatMap((one) => (one.kind === 'key' ? [[one.id, one]] : [])))
  const wanted = (some: readonly EntityChange[]) =>
    some.flatMap((change): Wanted[] => {
      const one = declared.get(change.id)
      if (one === undefined) return []
      const body = change.action === 'create' ? keyBody(bodyToMake(change, limits)) : undefined
      return wantedOf(one).map((found) => ({ ...found, ...(body === undefined ? {} : { body }) }))
    })
  return {
    settle: async () => {
      await settle(room, wanted(changes), await readKeyRecords(session))
    },
    deliver: async (some, told) => {
      const byAlias = new Map(some.map((change) => [change.id, change]))
      const open = new Set(some)
      const tell = (change: EntityChange | undefined, failure: string | undefined) => {
        if (change !== undefined && open.delete(change)) told(change, failure)
      }
      try {
        await replaceKeys(room, wanted(some), await readKeyRecords(session), (of, failure) =>
          tell(byAlias.get(of), failure),
        )
      } catch (error) {
        for (const change of some) tell(change, error instanceof Error ? error.message : String(error))
      }
    },
  }
}

/** What keys are delivered with. */
export async function openRoom(
  session: Session,
  run: string,
  api: AdminApi,
  { secrets, logger, receivers }: Pick<StepContext, 'secrets' | 'logger' | 'receivers'>,
): Promise<Delivering> {
  return {
    session,
    run,
    api,
    octokit: await receivers?.(),
    metadataOf: async (aliases) => (await readMetadata(session, { key: aliases })).key ?? {},
    secrets,
    logger,
  }
}

/** A declared key as a rotation takes it; none when nobody gets it. */
export function wantedOf({ id, delivery }: DesiredEntity): Wanted[] {
  if (delivery === undefined) return []
  return [{ of: id, targets: delivery.targets, graceSeconds: delivery.grace.seconds }]
}

/** LiteLLM calls the value of a key `key`, which it chooses here. */
function keyBody({ key: _, ...body }: Readonly<Record<string, unknown>>) {
  return body
}

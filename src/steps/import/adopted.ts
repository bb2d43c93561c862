import type { AdoptDone, AdoptPlan } from '../../contract/programs/adopt.ts'
import type { Session } from '../../host/session.ts'
import type { StepContext } from '../command.ts'
import { progress } from '../progress.ts'
import type { OldData } from './old-data.ts'

/** A copy of a large database over a slow line. */
const MOST_MS = 12 * 60 * 60_000

/** Looks at the old data, and with the domain as `confirm` keeps it as a backup; the caller holds the lease `run`. */
export async function adopted(
  session: Session,
  context: StepContext,
  {
    question,
    body,
    run,
    confirm,
    urgent = false,
  }: OldData & { run: string; confirm: string | undefined; urgent?: boolean },
): Promise<AdoptPlan | AdoptDone> {
  return await session.run(
    'adopt',
    { ...question, run, ...(confirm === undefined ? {} : { confirm }), ...(urgent ? { urgent } : {}) },
    { onEvent: progress(context), timeoutMs: MOST_MS, ...(body === undefined ? {} : { body }) },
  )
}

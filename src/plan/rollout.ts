import type { Desired } from '../config/desired.ts'
import type { OverrideChange, Plan } from './change.ts'

/** Each costs a request on each process; what all processes serve is proven for every model besides. */
const MOST_PROBES = 10

/** What must be removed from LiteLLM's database for the plan to hold. */
export function undoneBy({ changes }: Plan): Pick<OverrideChange, 'section' | 'name'>[] {
  return changes.flatMap((change) =>
    change.kind === 'override' ? [{ section: change.section, name: change.name }] : [],
  )
}

/** The models whose requests are tried before anything moves: the changed ones, and one that was there. */
export function probesOf({ litellm }: Desired, { changes }: Plan): string[] {
  const changed = changes.flatMap((change) =>
    change.kind === 'model' && change.action !== 'delete' ? [change.name] : [],
  )
  const names = [
    ...new Set([...changed, ...litellm.model_list.slice(0, 1).map(({ model_name }) => model_name)]),
  ]
  return names.filter((name) => !name.includes('*')).slice(0, MOST_PROBES)
}

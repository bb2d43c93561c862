import type { Desired } from '../config/desired.ts'
import type { Observation } from '../contract/programs/observe.ts'
import { observe } from '../host/observe.ts'
import type { Session } from '../host/session.ts'
import { pricedTargets } from '../plan/costs.ts'
import { manifestOf } from './manifest.ts'

/**
 * Looks at everything that a plan compares: what runs, what is stored, what the host has, and what models cost.
 * @param values of the variables that the declaration refers to; the host answers by fingerprint alone
 */
export async function observeGateway(
  session: Session,
  desired: Desired,
  values: Readonly<Record<string, string>>,
): Promise<Observation> {
  return await observe(session, {
    manifest: manifestOf(desired),
    image: desired.gateway.litellm.image,
    secrets: values,
    owners: desired.budgets,
    prices: pricedTargets(desired),
  })
}

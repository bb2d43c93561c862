import type { Desired } from '../config/desired.ts'
import type { Entity } from '../contract/entities.ts'
import type { Observation } from '../contract/programs/observe.ts'
import { observe } from '../host/observe.ts'
import type { Session } from '../host/session.ts'
import { pricedTargets } from '../plan/costs.ts'
import { manifestOf } from './manifest.ts'

/** Kinds of which all have to be known: those that are declared, and the users whom members may be. */
function kindsToList({ entityKinds, entities }: Desired): readonly Entity[] {
  const named = entities.some(
    ({ kind, fields }) =>
      kind !== 'user' &&
      Object.keys(fields).some(
        (path) => path.startsWith('members.') || (kind === 'key' && path === 'user_id'),
      ),
  )
  return named && !entityKinds.includes('user') ? [...entityKinds, 'user'] : entityKinds
}

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
    // Who is in a section is listed with all of that kind.
    owners: desired.budgets.filter(({ section }) => section !== true),
    entities: kindsToList(desired),
    prices: pricedTargets(desired),
  })
}

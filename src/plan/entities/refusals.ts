import type { Desired } from '../../config/desired.ts'
import type { DesiredEntity } from '../../config/entities/desired.ts'
import { wordsOf } from '../../config/entities/problems.ts'
import type { Problem } from '../../config/problem.ts'
import type { ObservedEntity, ObservedGateway } from '../../contract/programs/observe.ts'
import { finder } from './diff.ts'

/** Of the keys that share an alias. */
const MOST_KEYS = 5

/** What is declared and cannot be made, or cannot be found for certain. Pure. */
export function entityRefusals(desired: Desired, gateway: ObservedGateway | null): Problem[] {
  if (gateway !== null && gateway.entities == null) return []
  const observed = gateway?.entities ?? []
  const find = finder(observed)
  const keys = new Map<string, ObservedEntity[]>()
  for (const one of observed) if (one.kind === 'key') keys.set(one.id, [...(keys.get(one.id) ?? []), one])
  return desired.entities.flatMap((entity) => {
    const error = (code: string, message: string, fix: string): Problem[] => [
      { severity: 'error', code, message, fix, at: desired.locate(entity.path) },
    ]
    if (entity.kind === 'key') return keyProblems(entity, keys.get(entity.id) ?? [], error)
    if (entity.ownId === undefined || find(entity) !== undefined) return []
    return error(
      'unknown-id',
      `no ${wordsOf(entity.kind)} has the id ${entity.ownId}.`,
      'remove the id, and one is made under this name; LiteLLM gives it an id of its own.',
    )
  })
}

function keyProblems(
  { id, delivery }: DesiredEntity,
  keys: readonly ObservedEntity[],
  error: (code: string, message: string, fix: string) => Problem[],
): Problem[] {
  if (keys.length === 0)
    return delivery !== undefined
      ? []
      : error(
          'no-key',
          `no key has the alias ${id}. LiteLLM shows the value of a new key once, and nobody is named here who gets it.`,
          'say under deliver which secrets get it, or make it in the UI with this alias; from then on it is kept from here.',
        )
  if (keys.length === 1) return []
  const shown = keys.slice(0, MOST_KEYS).map((key) => key.shown ?? 'one without a name')
  return error(
    'shared-alias',
    `several keys have the alias ${id}: ${shown.join(', ')}${keys.length > MOST_KEYS ? ' …' : ''}. Which of them is meant cannot be known.`,
    'give each an alias of its own in the UI, or delete those that nobody uses.',
  )
}

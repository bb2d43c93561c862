import { isDeepStrictEqual } from 'node:util'
import { type EntityFields, partsOf } from '../../config/entities/desired.ts'
import { canonicalDuration } from '../../config/period.ts'
import { isRecord } from '../../config/record.ts'
import { type Entity, entityKind } from '../../contract/entities.ts'
import type { ObservedEntity } from '../../contract/programs/observe.ts'

/** An object of the gateway in the form of a declared one. */
export function observedFields({ fields, metadata, members, permission }: ObservedEntity): EntityFields {
  return {
    ...fields,
    ...prefixed('object_permission', permission),
    ...prefixed('metadata', metadata),
    ...prefixed('members', members),
  }
}

function prefixed(group: string, values: Readonly<Record<string, unknown>> = {}): EntityFields {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${group}.${name}`, value]))
}

/** Whether two values of a field are one to LiteLLM. What is empty or false counts as not set; another order of names is no difference. */
export function sameField(kind: Entity, path: string, one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(comparable(kind, path, one), comparable(kind, path, other))
}

function comparable(kind: Entity, path: string, value: unknown): unknown {
  const [group, name] = partsOf(path)
  if (group === 'metadata') return value
  if (value === null || value === undefined || value === false || value === '') return undefined
  if (Array.isArray(value) || isRecord(value)) if (Object.keys(value).length === 0) return undefined
  const form =
    name === undefined ? entityKind(kind).fields[path]?.form : group === 'members' ? 'text' : 'names'
  if (form === 'names' && Array.isArray(value)) return [...new Set(value)].toSorted()
  if (form === 'period') return canonicalDuration(String(value))
  // Not every layer between us and the database keeps the last digits of a binary fraction.
  return form === 'usd' ? Number(Number(value).toPrecision(12)) : value
}

/** Whether LiteLLM takes that a field is not set any more. */
export function isClearable(kind: Entity, path: string): boolean {
  const [, name] = partsOf(path)
  return name !== undefined || entityKind(kind).fields[path]?.cleared !== undefined
}

import { isRecord } from '../config/record.ts'
import { findSecrets } from '../config/secrets/secrets.ts'
import { ENTITY_NAMES, type Entity, entityKind, PERMISSIONS } from '../contract/entities.ts'
import type { ObservedEntity } from '../contract/programs/observe.ts'

type Document = Readonly<Record<string, unknown>>

/** Rows as LiteLLM's lists answer them. */
export type Rows = Readonly<Partial<Record<Entity, readonly Document[]>>>

/**
 * What LiteLLM's lists say of people, teams and the like. A team's aliases of models and its budget for each member are in no list, and so not
 * here; nor is any value of a key.
 */
export function entitiesIn(rows: Rows): ObservedEntity[] {
  return ENTITY_NAMES.flatMap((kind) => (rows[kind] ?? []).flatMap((row) => entityIn(kind, row)))
}

function entityIn(kind: Entity, row: Document): ObservedEntity[] {
  const { id: name, ownId, fields } = entityKind(kind)
  const id = row[name]
  // A key without an alias cannot be declared; sessions of the UI are keys too.
  if (typeof id !== 'string' || (kind === 'key' && row.team_id === 'litellm-dashboard')) return []
  const metadata = isRecord(row.metadata) ? row.metadata : {}
  const own = Object.entries(fields).flatMap(([field, { place }]) => {
    const value = place === 'metadata' ? metadata[field] : row[field]
    return value === null || value === undefined ? [] : [[field, value] as const]
  })
  const others = Object.entries(metadata).filter(
    ([key]) => fields[key]?.place !== 'metadata' && !/^managed_|^team_member_budget_id$/.test(key),
  )
  const permission = permissionIn(row.object_permission)
  const ownIdValue = ownId === undefined ? undefined : row[ownId]
  return [
    {
      kind,
      id,
      ...(typeof ownIdValue === 'string' ? { own_id: ownIdValue } : {}),
      fields: Object.fromEntries(own),
      metadata: withoutSecrets(Object.fromEntries(others)),
      members: membersIn(row.members_with_roles),
      ...(permission === undefined ? {} : { permission }),
    },
  ]
}

/** Anyone may have written a secret into metadata: it goes nowhere. */
function withoutSecrets(metadata: Document): Document {
  const secret = new Set(findSecrets(metadata).literals.map(({ path: [name] }) => name))
  return Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [name, secret.has(name) ? { fingerprint: '' } : value]),
  )
}

function membersIn(roster: unknown): Record<string, string> {
  const members = (Array.isArray(roster) ? roster : []).filter(isRecord)
  return Object.fromEntries(
    members.flatMap(({ user_id: user, role }) =>
      typeof user === 'string' ? [[user, typeof role === 'string' ? role : 'user']] : [],
    ),
  )
}

function permissionIn(row: unknown): Record<string, string[]> | undefined {
  if (!isRecord(row)) return undefined
  return Object.fromEntries(
    PERMISSIONS.flatMap((name) => {
      const names: unknown = row[name]
      return Array.isArray(names) && names.length > 0 ? [[name, names.map(String)]] : []
    }),
  )
}

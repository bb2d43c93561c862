import { partsOf } from '../../config/entities/desired.ts'
import { parsePeriod } from '../../config/period.ts'
import { entityKind } from '../../contract/entities.ts'
import { MARK_FIELDS } from '../../contract/names.ts'
import type { EntityChange, FieldChange } from '../../plan/change.ts'
import { isEmail } from '../../plan/people.ts'
import type { Metadata } from '../budget-fields.ts'
import { ENDPOINTS } from './endpoints.ts'

type Body = Readonly<Record<string, unknown>>

/** The call that changes a team does not take it; there is one for it alone. */
const APART = new Set(['team team_member_permissions'])

/**
 * What is sent to make or change an object: its fields that differ, what is cleared in the form that LiteLLM takes for that, and its metadata,
 * which LiteLLM replaces as a whole. Members are not in it. Pure.
 * @param id what the call knows it by
 * @param stored its metadata as it is
 */
export function bodyOf(change: EntityChange, id: string, stored: Metadata): Body {
  const { action, entity, fields } = change
  const named = action === 'create' ? nameOf(change) : idBody(change, id)
  const plain = fields.filter(({ path }) => isPlain(path) && (action === 'create' || !isApart(change, path)))
  return {
    ...named,
    ...Object.fromEntries(plain.map((field) => [field.path, valueFor(change, field)])),
    ...permissionOf(fields),
    ...(needsMetadata(change) ? { metadata: metadataOf(change, stored) } : {}),
    // Without it every new user would get an unwanted key.
    ...(entity === 'user' && action === 'create' ? { auto_create_key: false } : {}),
  }
}

/** Whether there is anything to send to the call that changes the object itself. */
export function changesObject(change: EntityChange): boolean {
  return (
    needsMetadata(change) ||
    change.fields.some(
      ({ path }) =>
        path === 'name' ||
        partsOf(path)[0] === 'object_permission' ||
        (isPlain(path) && !isApart(change, path)),
    )
  )
}

/** The fields that want a call of their own. */
export function apart(change: EntityChange): Body {
  if (change.action === 'create') return {}
  const found = change.fields.filter(({ path }) => isApart(change, path))
  return Object.fromEntries(found.map((field) => [field.path, valueFor(change, field)]))
}

/** Whether metadata is written, and so must be read first. */
export function needsMetadata({ entity, fields, managed, action }: EntityChange): boolean {
  if (entityKind(entity).mark !== 'metadata' || action === 'delete') return false
  return (
    fields.some(({ path }) => partsOf(path)[0] === 'metadata') ||
    managed.before?.toSorted().join('\n') !== managed.after?.toSorted().join('\n')
  )
}

/** Members to add or whose role changes, and those to remove. */
export function membersOf({ fields }: EntityChange): {
  added: Member[]
  changed: Member[]
  removed: string[]
} {
  const members = fields.flatMap(({ path, before, after }) => {
    const [group, user] = partsOf(path)
    return group === 'members' && user !== undefined ? [{ user, before, after }] : []
  })
  const withRole = (some: typeof members) =>
    some.map(({ user, after }) => ({ user_id: user, role: String(after) }))
  return {
    added: withRole(members.filter(({ before, after }) => before === undefined && after !== undefined)),
    changed: withRole(members.filter(({ before, after }) => before !== undefined && after !== undefined)),
    removed: members.filter(({ after }) => after === undefined).map(({ user }) => user),
  }
}

export interface Member {
  readonly user_id: string
  readonly role: string
}

function nameOf({ entity, id }: EntityChange): Body {
  switch (entity) {
    case 'access_group':
      return { access_group_name: id }
    case 'team':
      return { team_id: id, team_alias: id }
    case 'organization':
      return { organization_id: id, organization_alias: id }
    case 'user':
      // Whom LiteLLM is to know them by: who logs in by SSO is found by the e-mail address, and made once more without it.
      return { user_id: id, ...(isEmail(id) ? { user_email: id } : {}) }
    default:
      return { [ENDPOINTS[entity].idIn]: id }
  }
}

function idBody({ entity, id: name, fields }: EntityChange, id: string): Body {
  if (entity !== 'access_group') return { [ENDPOINTS[entity].idIn]: id }
  return fields.some(({ path }) => path === 'name') ? { access_group_name: name } : {}
}

function isPlain(path: string): boolean {
  return partsOf(path)[1] === undefined && path !== 'name'
}

function isApart({ entity }: EntityChange, path: string): boolean {
  return APART.has(`${entity} ${path}`)
}

function valueFor({ entity }: EntityChange, { path, after }: FieldChange): unknown {
  const field = entityKind(entity).fields[path]
  if (after === undefined) return field?.cleared
  if (field?.form !== 'period') return after
  const parsed = parsePeriod(String(after))
  return 'duration' in parsed ? parsed.duration : after
}

function permissionOf(fields: readonly FieldChange[]): Body {
  const found = fields.flatMap(({ path, after }) => {
    const [group, name] = partsOf(path)
    return group === 'object_permission' && name !== undefined ? [[name, after ?? []] as const] : []
  })
  return found.length === 0 ? {} : { object_permission: Object.fromEntries(found) }
}

function metadataOf({ entity, fields, managed }: EntityChange, stored: Metadata): Metadata {
  const metadata: Record<string, unknown> = { ...stored }
  for (const { path, after } of fields) {
    const [group, name] = partsOf(path)
    if (group !== 'metadata' || name === undefined) continue
    if (after !== undefined) metadata[name] = after
    // An organization's metadata is added to, never replaced.
    else if (entity === 'organization') metadata[name] = null
    else delete metadata[name]
  }
  return { ...metadata, [MARK_FIELDS]: managed.after ?? [] }
}

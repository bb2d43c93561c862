import type { EntityChange } from '../../plan/change.ts'
import type { AdminApi } from '../admin-api.ts'
import { answeredWith } from '../attempt.ts'
import { makeMember } from '../users.ts'
import type { Member, membersOf } from './bodies.ts'
import { ENDPOINTS } from './endpoints.ts'

/** Members in one call; LiteLLM writes the roster as a whole, so several calls for one team would undo each other. */
const ADDED = 500

/**
 * Adds, changes and removes the members of one team or organization, one call after the other.
 * @param users who exist: LiteLLM makes the others when they join, those of an e-mail address without it
 */
export async function applyMembers(
  api: AdminApi,
  change: EntityChange,
  { added, changed, removed }: ReturnType<typeof membersOf>,
  users: ReadonlySet<string>,
): Promise<void> {
  const { members: calls, idIn } = ENDPOINTS[change.entity]
  if (calls === undefined) return
  const of = { [idIn]: change.id }
  for (const user_id of removed) await api.send(...calls.remove, { ...of, user_id })
  const fresh = added.filter(({ user_id }) => !users.has(user_id))
  await Promise.all(fresh.map(({ user_id }) => makeMember(api, user_id)))
  for (let from = 0; from < added.length; from += ADDED)
    await add(api, change, added.slice(from, from + ADDED))
  for (const member of changed) await api.send(...calls.update, { ...of, ...member })
}

async function add(api: AdminApi, change: EntityChange, members: readonly Member[]): Promise<void> {
  const { members: calls, idIn } = ENDPOINTS[change.entity]
  if (calls === undefined) return
  const of = { [idIn]: change.id }
  try {
    await api.send(...calls.add, { ...of, member: members })
  } catch (error) {
    if (!isMemberAlready(error)) throw error
    // LiteLLM refuses all of them when one is on the roster: added meanwhile, or left there when the user was deleted.
    for (const member of members) {
      await api.send(...calls.add, { ...of, member }).catch(async (refusal) => {
        if (!isMemberAlready(refusal)) throw refusal
        await api.send(...calls.remove, { ...of, user_id: member.user_id })
        await api.send(...calls.add, { ...of, member })
      })
    }
  }
}

function isMemberAlready(error: unknown): boolean {
  return answeredWith(error, /already (in|a member|exists)/i)
}

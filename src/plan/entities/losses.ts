import { partsOf } from '../../config/entities/desired.ts'
import type { ObservedEntity } from '../../contract/programs/observe.ts'
import { counted } from '../../text/units.ts'

/** What goes with an object, or stops without it, in words. LiteLLM deletes more than what it is asked to. */
export function losesWhole({
  kind,
  holds = {},
  members = {},
  fields,
  shown,
  used,
}: ObservedEntity): string[] {
  const { keys = 0, teams = 0 } = holds
  const people = Object.keys(members).length
  const when = (number: number, text: string) => (number === 0 ? [] : [text])
  switch (kind) {
    case 'organization':
      return [
        ...when(teams, `LiteLLM deletes its ${counted(teams, 'team')} with it`),
        ...when(
          keys,
          `LiteLLM deletes its ${counted(keys, 'key')} with it: requests with them are refused from then on`,
        ),
        ...when(people, `${counted(people, 'member')} leave it`),
      ]
    case 'team':
      return [
        ...when(
          keys,
          `LiteLLM deletes its ${counted(keys, 'key')} with it: requests with them are refused from then on`,
        ),
        ...when(people, `${counted(people, 'member')} can use nothing of it any more`),
      ]
    case 'user':
      return [
        ...when(
          keys,
          `LiteLLM deletes their ${counted(keys, 'key')}: requests with them are refused from then on`,
        ),
        ...when(teams, `they leave ${counted(teams, 'team')}`),
      ]
    case 'key':
      return [
        `requests with ${shown ?? 'it'} are refused from then on; ${used === undefined ? 'LiteLLM knows of no use' : `last used on ${used.slice(0, 10)}`}`,
      ]
    case 'access_group': {
      const number = Array.isArray(fields.assigned_team_ids) ? fields.assigned_team_ids.length : 0
      return when(number, `${counted(number, 'team')} can use nothing of it any more`)
    }
    case 'tag':
      return ['requests with it go on, without its deployments and its budget']
    case 'customer':
      return ['their requests go on, without limits']
  }
}

/** A member who is removed. */
export function losesMember(path: string): string {
  return `${partsOf(path)[1]} can use nothing of it any more, and what they spent within it is forgotten`
}

import type { Entity } from '../../contract/entities.ts'
import type { Method } from '../admin-api.ts'

type Call = readonly [method: Method, path: string]

/** How LiteLLM's API makes, changes and deletes one kind, and under which name it takes the id (1.106.2: `management_endpoints/*.py`). */
interface Endpoints {
  readonly create: Call | undefined
  /** `{id}` in a path is the id. */
  readonly update: Call
  readonly remove: Call
  readonly idIn: string
  /** What the call that deletes wants. */
  readonly removed: (id: string) => object
  readonly members?: { readonly add: Call; readonly update: Call; readonly remove: Call }
}

export const ENDPOINTS: Readonly<Record<Entity, Endpoints>> = {
  organization: {
    create: ['POST', '/organization/new'],
    update: ['PATCH', '/organization/update'],
    remove: ['DELETE', '/organization/delete'],
    idIn: 'organization_id',
    removed: (id) => ({ organization_ids: [id] }),
    members: {
      add: ['POST', '/organization/member_add'],
      update: ['PATCH', '/organization/member_update'],
      remove: ['DELETE', '/organization/member_delete'],
    },
  },
  team: {
    create: ['POST', '/team/new'],
    update: ['POST', '/team/update'],
    remove: ['POST', '/team/delete'],
    idIn: 'team_id',
    removed: (id) => ({ team_ids: [id] }),
    members: {
      add: ['POST', '/team/member_add'],
      update: ['POST', '/team/member_update'],
      remove: ['POST', '/team/member_delete'],
    },
  },
  user: {
    create: ['POST', '/user/new'],
    update: ['POST', '/user/update'],
    remove: ['POST', '/user/delete'],
    idIn: 'user_id',
    removed: (id) => ({ user_ids: [id] }),
  },
  key: {
    create: undefined,
    update: ['POST', '/key/update'],
    remove: ['POST', '/key/delete'],
    idIn: 'key',
    removed: (id) => ({ keys: [id] }),
  },
  access_group: {
    create: ['POST', '/v1/access_group'],
    update: ['PUT', '/v1/access_group/{id}'],
    remove: ['DELETE', '/v1/access_group/{id}'],
    idIn: 'access_group_id',
    removed: () => ({}),
  },
  tag: {
    create: ['POST', '/tag/new'],
    update: ['POST', '/tag/update'],
    remove: ['POST', '/tag/delete'],
    idIn: 'name',
    removed: (id) => ({ name: id }),
  },
  customer: {
    create: ['POST', '/customer/new'],
    update: ['POST', '/customer/update'],
    remove: ['POST', '/customer/delete'],
    idIn: 'user_id',
    removed: (id) => ({ user_ids: [id] }),
  },
}

import { describe, expect, test } from 'vitest'
import { bodyOf, changesObject, membersOf } from '../../../src/gateway/entities/bodies.ts'
import { entitiesIn } from '../../../src/gateway/read-entities.ts'
import type { EntityChange } from '../../../src/plan/change.ts'

const change = (more: Partial<EntityChange>): EntityChange => ({
  kind: 'entity',
  action: 'update',
  entity: 'team',
  id: 'data',
  fields: [],
  managed: { before: [], after: [] },
  loses: [],
  ...more,
})

describe('what is sent', () => {
  test('to make a team has its name, its fields, metadata with the mark, and no members', () => {
    const made = change({
      action: 'create',
      fields: [
        { path: 'team_member_budget_duration', before: undefined, after: 'monthly' },
        { path: 'metadata.cost', before: undefined, after: 7 },
        { path: 'members.alice', before: undefined, after: 'user' },
        { path: 'object_permission.agents', before: undefined, after: ['a'] },
      ],
      managed: { before: undefined, after: ['metadata.cost'] },
    })
    expect(bodyOf(made, 'data', {})).toEqual({
      team_id: 'data',
      team_alias: 'data',
      team_member_budget_duration: '1mo',
      object_permission: { agents: ['a'] },
      metadata: { cost: 7, managed_fields: ['metadata.cost'] },
    })
    expect(membersOf(made).added).toEqual([{ user_id: 'alice', role: 'user' }])
  })

  test('to change one keeps what others wrote, and clears in the form that LiteLLM takes', () => {
    const changed = change({
      fields: [
        { path: 'metadata.cost', before: 7, after: undefined },
        { path: 'model_aliases', before: { a: 'b' }, after: undefined },
        { path: 'organization_id', before: 'o', after: undefined },
      ],
      managed: { before: ['metadata.cost'], after: [] },
    })
    expect(bodyOf(changed, 'data', { cost: 7, theirs: 1, managed_fields: ['metadata.cost'] })).toEqual({
      team_id: 'data',
      model_aliases: {},
      organization_id: '',
      metadata: { theirs: 1, managed_fields: [] },
    })
  })

  test('is nothing when only members change', () => {
    const fields = [{ path: 'members.a.b@example.com', before: 'user', after: undefined }]
    const one = change({ fields })
    expect(changesObject(one)).toBe(false)
    expect(membersOf(one).removed).toEqual(['a.b@example.com'])
  })

  test('never makes a user a key', () => {
    const made = change({
      action: 'create',
      entity: 'user',
      id: 'a@example.com',
      managed: { before: undefined, after: [] },
    })
    expect(bodyOf(made, 'a@example.com', {})).toEqual({
      user_id: 'a@example.com',
      user_email: 'a@example.com',
      auto_create_key: false,
      metadata: { managed_fields: [] },
    })
  })
})

test('lists of the API give objects without marks and without secrets', () => {
  const rows = {
    team: [
      {
        team_id: 't',
        team_alias: 'T',
        members_with_roles: [{ user_id: 'alice', role: 'admin' }, { user_email: 'x' }],
        metadata: {
          cost: 7,
          api_key: 'sk-abcdefghijklmnop1234',
          managed_by: 'x',
          model_rpm_limit: { m: 1 },
          team_member_budget_id: 'b',
        },
        object_permission: { agents: ['a'], vector_stores: [] },
      },
    ],
    key: [{ key_alias: null }, { key_alias: 'ui', team_id: 'litellm-dashboard' }],
  }
  expect(entitiesIn(rows)).toEqual([
    {
      kind: 'team',
      id: 't',
      fields: { team_alias: 'T', model_rpm_limit: { m: 1 } },
      metadata: { cost: 7, api_key: { fingerprint: '' } },
      members: { alice: 'admin' },
      permission: { agents: ['a'] },
    },
  ])
})

import { expect, test } from 'vitest'
import { copyOf } from '../../../src/gateway/virtual-keys.ts'

test('a key that replaces another one has its owner, limits, rights and spend, and not its dates', () => {
  const row = {
    key_alias: 'ci',
    key_name: 'sk-...ab',
    team_id: 'data',
    user_id: null,
    models: ['gpt-4'],
    aliases: {},
    spend: 3.5,
    max_budget: 40,
    budget_duration: '1d',
    budget_reset_at: '2026-12-01T00:00:00Z',
    budget_limits: [{ max_budget: 1, budget_duration: '1h', reset_at: '2026-12-01T00:00:00Z' }],
    blocked: false,
    expires: '2027-01-01T00:00:00Z',
    object_permission: {
      object_permission_id: 'x',
      vector_stores: ['manuals'],
      mcp_servers: [],
      teams: ['data'],
    },
    metadata: { shown: 'otherwise' },
  }
  expect(copyOf(row, { use: 'tests' })).toEqual({
    team_id: 'data',
    models: ['gpt-4'],
    spend: 3.5,
    max_budget: 40,
    budget_duration: '1d',
    budget_limits: [{ max_budget: 1, budget_duration: '1h' }],
    blocked: false,
    object_permission: { vector_stores: ['manuals'] },
    metadata: { use: 'tests' },
  })
})

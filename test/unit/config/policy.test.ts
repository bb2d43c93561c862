import { describe, expect, test } from 'vitest'
import { base, load } from '../plan/applied.ts'

const { budget_config: _, ...bare } = base
const deliver = [{ repository: 'acme/app', name: 'KEY' }]
const policy = {
  keys: {
    require: ['owner', 'max_budget', 'models', 'budget_duration', 'rotate'],
    max_budget: 50,
    rotate: '90d',
  },
}
const fine = {
  key_alias: 'ci',
  team_id: 'data',
  models: ['gpt-4'],
  max_budget: 40,
  budget_duration: 'daily',
  deliver,
  rotate: '30d',
}
const declared = (key: object, more: object = {}) => load({ ...bare, policy, keys: [key], ...more })

describe('a policy for keys', () => {
  test('lets by what keeps to it, and LiteLLM never sees it', () => {
    const { litellm } = declared(fine)
    expect(JSON.stringify(litellm)).not.toContain('policy')
  })

  test('counts limits of budget_config', () => {
    const { max_budget: _, budget_duration: __, models: ___, ...key } = fine
    const budget_config = [{ key_alias: 'ci', max_budget: 40, time_period: 'daily', models: ['gpt-4'] }]
    expect(declared(key, { budget_config }).budgets).toHaveLength(1)
    expect(() => declared(key)).toThrow(/key ci has no max_budget/)
  })

  test.each([
    [
      { team_id: undefined },
      /:\d+:\d+: key ci has no owner, which policy\.keys\.require \(line \d+\) does not allow\. Fix: write team_id or user_id/,
    ],
    [{ models: undefined }, /key ci has no models/],
    [{ rotate: undefined }, /key ci has no rotate[\s\S]*key ci is never replaced/],
    [
      { max_budget: 51 },
      /key ci has a max_budget of 51 USD, which policy\.keys\.max_budget .* Fix: write 50 at most/,
    ],
    [{ rotate: '91d' }, /key ci is replaced every 91d, which policy\.keys\.rotate/],
  ])('refuses %j', (broken, said) => {
    expect(() => declared({ ...fine, ...broken })).toThrow(said)
  })
})

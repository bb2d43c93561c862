import { describe, expect, test } from 'vitest'
import { isOlder } from '../../../src/config/litellm/versions.ts'
import type { HostDifferences, ObservedGateway } from '../../../src/contract/programs/observe.ts'
import { refusals } from '../../../src/plan/refusals.ts'
import { applied, base, load } from './applied.ts'

const desired = load(base)

describe('the oldest LiteLLM that is deployed', () => {
  const seen = (gateway: Partial<ObservedGateway>, image: HostDifferences['image'] = null) => {
    const observed = applied(desired, gateway)
    return refusals(desired, { ...observed, differs: { ...observed.differs, image } })
  }
  const wanted = (version: string | null | undefined) => ({
    running: 'a',
    wanted: 'b',
    ...(version === undefined ? {} : { version }),
  })

  test('is asked of the image that runs and stays', () => {
    expect(seen({ version: '1.90.7' })).toMatchObject([
      {
        severity: 'error',
        code: 'too-old',
        message: 'litellm.image is LiteLLM 1.90.7, and 1.104.0 is the oldest that is supported.',
        at: { file: 'gateway.yaml' },
      },
    ])
    expect(seen({ version: '1.104.0' })).toEqual([])
  })

  test('is asked of the image that is to come, where the host knows it', () => {
    expect(seen({ version: '1.106.2' }, wanted('1.103.0'))).toMatchObject([{ code: 'too-old' }])
    expect(seen({ version: '1.90.7' }, wanted('1.106.2'))).toEqual([])
    expect(seen({ version: '1.90.7' }, wanted(null))).toEqual([])
    expect(seen({ version: '1.90.7' }, wanted(undefined))).toEqual([])
  })

  test('comes after what is known against a version', () => {
    const [problem] = seen({ version: '1.106.2' }, wanted('1.82.7'))
    expect(problem).toMatchObject({ severity: 'error', code: 'known-bad' })
    expect(problem?.message).toMatch(
      /^litellm\.image is LiteLLM 1\.82\.7, which is known to be bad: .*stole credentials/,
    )
  })

  test('is not asked where nobody knows the version, or nothing is deployed', () => {
    expect(seen({ version: null })).toEqual([])
    expect(refusals(desired, undefined)).toEqual([])
    expect(refusals(desired, { ...applied(desired), gateway: null })).toEqual([])
  })
})

describe('budgets by model of a member', () => {
  const licensed = load({
    ...base,
    environment_variables: { LITELLM_LICENSE: 'os.environ/LITELLM_LICENSE' },
    budget_config: [
      {
        team_id: 'data',
        user_id: 'ann',
        model_max_budget: { 'gpt-4': { max_budget: 1, time_period: 'daily' } },
      },
    ],
  })

  test('are taken by a LiteLLM that keeps them, and an error for an older one, which would forget them', () => {
    expect(refusals(licensed, applied(licensed, { version: '1.110.2' }))).toEqual([])
    expect(refusals(licensed, applied(licensed, { version: '1.106.2' }))).toMatchObject([
      {
        code: 'budget',
        message: expect.stringContaining('LiteLLM 1.106.2 keeps no model_max_budget of a member'),
      },
    ])
  })

  test('need a licence', () => {
    const { environment_variables: _, ...rest } = {
      ...base,
      budget_config: licensed.gateway.budget_config,
      environment_variables: {},
    }
    expect(() => load(rest)).toThrow(/model_max_budget for a member with a licence only/)
  })
})

test.each([
  ['1.103.9', '1.104.0', true],
  ['1.104.0', '1.104.0', false],
  ['1.104', '1.104.0', false],
  ['1.104.0rc1', '1.104.0', false],
  ['1.80.5-stable', '1.104.0', true],
  ['2.0.0', '1.104.0', false],
  ['0.9.200', '1.0.0', true],
])('%s is older than %s: %s', (version, than, older) => {
  expect(isOlder(version, than)).toBe(older)
})

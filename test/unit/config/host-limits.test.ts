import { describe, expect, test } from 'vitest'
import { secondsOfDuration } from '../../../src/config/period.ts'
import { ConfigError } from '../../../src/config/problem.ts'
import { callAgent } from '../host/agent.ts'
import { base, load } from '../plan/applied.ts'

/** LiteLLM's settings that the host or a rotation cannot go along with: errors of the file, not of the night. */
function problemsOf(more: object) {
  try {
    return load({ ...base, ...more }).warnings.map(({ code, message, fix }) => ({ code, message, fix }))
  } catch (error) {
    if (error instanceof ConfigError)
      return error.problems.map(({ code, message, fix }) => ({ code, message, fix }))
    throw error
  }
}

describe('connections to PostgreSQL', () => {
  const pool = (limit: number, workers?: number) =>
    problemsOf({
      litellm: { ...base.litellm, ...(workers === undefined ? {} : { workers }) },
      general_settings: { database_connection_pool_limit: limit },
    })

  test('more than a server is given are an error that says what fits', () => {
    expect(pool(100, 8)).toEqual([
      {
        code: 'connections',
        message:
          '100 connections for each of 8 workers, in two slots while a release is rolled out, are 1640 with those of backups and people; PostgreSQL is given at most 1500.',
        fix: 'write database_connection_pool_limit: 91 or less, or fewer workers.',
      },
    ])
    expect(pool(91, 8)).toEqual([])
    expect(pool(100)).toEqual([])
  })

  test('any number of workers has those of a pool that is not declared', () => {
    expect(problemsOf({ litellm: { ...base.litellm, workers: 64 } })).toEqual([])
  })
})

describe('a rotation', () => {
  const bound = (duration: unknown, grace?: string) =>
    problemsOf({
      rotate: { targets: [{ repository: 'a/b', name: 'KEY' }], ...(grace === undefined ? {} : { grace }) },
      litellm_settings: { upperbound_key_generate_params: { duration } },
    }).map(({ code }) => code)

  test('whose old key is to work longer than any key may is a warning of the plan', () => {
    expect(bound('12h')).toEqual(['rotation-grace'])
    expect(bound('7d', '8d')).toEqual(['rotation-grace'])
    expect(bound('24h')).toEqual([])
    expect(bound('30d', '8d')).toEqual([])
  })

  test('is nothing to check where nothing is rotated, or nothing bounds keys', () => {
    expect(problemsOf({ litellm_settings: { upperbound_key_generate_params: { duration: '1h' } } })).toEqual(
      [],
    )
    expect(bound(null)).toEqual([])
    expect(bound('soon')).toEqual([])
  })

  test('that registers keys which nobody may choose is one of them too', () => {
    const targets = [{ repository: 'a/b', name: 'KEY' }]
    const found = problemsOf({ rotate: { targets }, general_settings: { disable_custom_api_keys: true } })
    expect(found.map(({ code }) => code)).toEqual(['rotation-keys'])
  })

  test.each(['30d', ' 12 h ', '1mo', '5', 'x', '', '2w', '90m'])('reads %j as the host does', (text) => {
    const [onHost] = callAgent(['litellm.key_rules.seconds_of', text])
    expect(onHost).toEqual({ value: secondsOfDuration(text) ?? null })
  })
})

describe('a LiteLLM that is too old', () => {
  const tagged = (tag: string) => base.litellm.image.replace('@', `:${tag}@`)

  test.each([
    ['by its tag', { image: tagged('v1.90.7') }],
    ['by its version', { ...base.litellm, version: '1.90.7' }],
  ])('is an error without any host, %s', (_, litellm) => {
    expect(problemsOf({ litellm })).toEqual([
      {
        code: 'too-old',
        message: 'litellm.image is LiteLLM 1.90.7, and 1.104.0 is the oldest that is supported.',
        fix: expect.stringContaining('newer image'),
      },
    ])
  })

  test('and one that is known to be bad says why', () => {
    expect(problemsOf({ litellm: { image: tagged('v1.82.8') } })).toMatchObject([
      { code: 'known-bad', message: expect.stringContaining('stole credentials') },
    ])
  })

  test('is none by a tag that says no version, or one that is new enough', () => {
    expect(problemsOf({ litellm: { image: tagged('main-stable') } })).toEqual([])
    expect(problemsOf({ litellm: { image: tagged('v1.104.0') } })).toEqual([])
  })
})

import { describe, expect, test } from 'vitest'
import { newerThan, refusedFor, releaseOf, tooYoung } from '../../../src/upgrade/releases.ts'

describe('which tags are stable releases', () => {
  test.each([
    ['v1.108.14', { version: '1.108.14', patch: 0 }],
    ['1.99.1', { version: '1.99.1', patch: 0 }],
    ['v1.83.10-stable', { version: '1.83.10', patch: 0 }],
    ['v1.80.11-stable.1', { version: '1.80.11', patch: 1 }],
    ['main-v1.74.0-stable.patch.2', { version: '1.74.0', patch: 2 }],
    ['main-v1.108.14', { version: '1.108.14', patch: 0 }],
  ])('%s', (tag, found) => expect(releaseOf(tag)).toEqual({ tag, ...found }))

  test.each([
    ['v1.111.0-rc.2'],
    ['v1.83.10-nightly'],
    // Before 1.84 a stable release said so.
    ['v1.83.10'],
    ['main-latest'],
    ['main-stable'],
    ['lts'],
    ['latest'],
    ['sha256-abc.sig'],
    ['litellm_rate_limit_fixes_priority-dev'],
    ['v1.108.14-dev'],
    ['v1.108.14.1'],
    ['v1.108.14\n'],
    [`v1.${'9'.repeat(400)}.1`],
  ])('not %s', (tag) => expect(releaseOf(tag)).toBeUndefined())
})

describe('what is newer', () => {
  const TAGS = ['v1.109.3', '1.109.3', 'v1.108.14', 'v1.110.0', 'v1.111.0-rc.1', 'v1.106.2', 'lts', 'v1.99.9']

  test('the newest first, each once, and nothing that is not newer', () => {
    expect(newerThan(TAGS, '1.106.2', 'v1.106.2').map(({ tag }) => tag)).toEqual([
      'v1.110.0',
      'v1.109.3',
      'v1.108.14',
    ])
  })

  test('by the tag that is written as the declared one is', () => {
    expect(newerThan(TAGS, '1.109.0', '1.106.2')[1]?.tag).toBe('1.109.3')
    expect(newerThan(['main-v1.109.3', 'v1.109.3'], '1.106.2', 'main-v1.106.2-stable')[0]?.tag).toBe(
      'main-v1.109.3',
    )
    expect(newerThan(['main-v1.109.3', 'v1.109.3'], '1.106.2')[0]?.tag).toBe('v1.109.3')
  })

  test('with the newest patch of a release that was built again', () => {
    const tags = ['v1.190.0-stable', 'v1.190.0-stable.2', 'v1.190.0-stable.10']
    expect(newerThan(tags, '1.106.2').map(({ tag }) => tag)).toEqual(['v1.190.0-stable.10'])
  })

  test('nothing, where there is nothing', () => expect(newerThan(['v1.106.2'], '1.106.2')).toEqual([]))
})

describe('what is not taken', () => {
  test('versions that are known to be bad, or too old', () => {
    expect(refusedFor('1.94.0')).toMatch(/known to be bad: .*budget/)
    expect(refusedFor('1.99.0')).toMatch(/oldest that is supported/)
    expect(refusedFor('1.108.14')).toBeUndefined()
  })

  const NOW = new Date('2026-11-30T12:00:00Z')
  test.each([
    ['2026-11-29T12:00:00Z', 7, /1 days old, and 7 are wanted/],
    ['2026-11-23T12:00:01Z', 7, /6 days old/],
    ['2026-11-23T12:00:00Z', 7, undefined],
    ['2026-11-30T11:00:00Z', 0, undefined],
    ['2026-12-30T11:00:00Z', 7, /0 days old/],
    // What reproducible builds write.
    ['1970-01-01T00:00:00Z', 7, /does not say when it was made/],
  ])('made at %s, of which %d days are wanted', (created, days, why) => {
    const said = tooYoung(new Date(created), NOW, days)
    if (why === undefined) expect(said).toBeUndefined()
    else expect(said).toMatch(why)
  })

  test('an image without a date, unless any age will do', () => {
    expect(tooYoung(undefined, NOW, 7)).toMatch(/age: 0/)
    expect(tooYoung(undefined, NOW, 0)).toBeUndefined()
  })
})

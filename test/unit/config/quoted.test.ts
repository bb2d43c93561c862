import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { loadDesired } from '../../../src/config/desired.ts'
import { ConfigError, formatProblem } from '../../../src/config/problem.ts'
import { base, loadText } from '../plan/applied.ts'

/** What is said of the declaration with more at its end. */
function said(more: string): string {
  try {
    loadText(`${stringify(base)}${more}\n`)
    return ''
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map(formatProblem).join('\n')
  }
}

describe('a password that is YAML to the reader is an error, and printed nowhere', () => {
  test.each([
    ['an alias', 'router_settings: {redis_password: *Sup3rS3cretPw}'],
    ['an alias in a list', 'litellm_settings:\n  success_callback:\n    - *Sup3rS3cretPw'],
    ['an alias in a block', 'router_settings:\n  redis_password: *Sup3rS3cretPw'],
    ['an alias that is a key', 'router_settings:\n  *Sup3rS3cretPw : 1'],
    ['an alias with a colon', 'router_settings: {redis_password: *Sup3rS3cretPw:}'],
    ['an anchor', 'router_settings: {redis_password: &Sup3rS3cretPw}'],
    ['an anchor in a block', 'router_settings:\n  redis_password: &Sup3rS3cretPw'],
    ['an anchor in a list', 'litellm_settings:\n  success_callback:\n    - &Sup3rS3cretPw'],
    ['two anchors', 'router_settings:\n  redis_password: &Sup3rS3cretPw &Sup3rS3cretPw'],
    ['a tag', 'router_settings: {redis_password: !Sup3rS3cretPw}'],
    ['a tag of two marks', 'router_settings: {redis_password: !Sup3rS3cretPw!x}'],
    ['a tag without an end', 'router_settings:\n  redis_password: !<Sup3rS3cretPw'],
    ['a tag with a handle alone', 'router_settings:\n  redis_password: !Sup3rS3cretPw!'],
    ['a directive', '%Sup3rS3cretPw'],
    ['a directive that stands first', '...\n%TAG Sup3rS3cretPw\n---\na: 1'],
    ['a block that is none', 'router_settings:\n  redis_password: |Sup3rS3cretPw'],
    ['a folded one', 'router_settings:\n  redis_password: >Sup3rS3cretPw'],
    ['an escape', 'router_settings: {redis_password: "\\USup3rS3c"}'],
    ['a mark that is kept free', 'router_settings:\n  redis_password: @Sup3rS3cretPw'],
    ['a percent sign', 'router_settings:\n  redis_password: %Sup3rS3cretPw'],
    ['a quote that does not end', 'router_settings:\n  redis_password: "Sup3rS3cretPw'],
    ['a brace', 'router_settings:\n  redis_password: {Sup3rS3cretPw'],
    ['a quote with more behind it', 'router_settings:\n  redis_password: "a"Sup3rS3cretPw'],
    ['a reference that is none', 'router_settings: {redis_password: os.environ/Sup3rS3cretPw!}'],
  ])('%s', (_, more) => {
    expect(said(more)).toMatch(/^gateway\.yaml:\d+:\d+: .* Fix: ./)
    expect(said(more)).not.toMatch(/Sup3rS3c/i)
  })

  test.each([
    'router_settings: {redis_password: *Sup3rS3cretPw}',
    'router_settings: {redis_password: &Sup3rS3cretPw}',
    'router_settings: {redis_password: !Sup3rS3cretPw}',
    'router_settings: {redis_password: @Sup3rS3cretPw}',
  ])('%s: says what to write', (more) => expect(said(more)).toContain('write os.environ/NAME'))

  test('anchors with values are none', () => {
    expect(said('router_settings: &all {timeout: &t 5}\nlitellm_settings: {request_timeout: *t}')).toBe('')
  })
})

test('a file that is one text is not quoted', () => {
  const files = { read: () => 'domain llm.example.com\napi_key = hunter2-hunter2\n', list: () => [] }
  expect(() => loadDesired('gateway.yaml', files)).toThrow('the file holds a text where keys and values are')
})

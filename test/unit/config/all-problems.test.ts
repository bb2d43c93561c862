import { describe, expect, test } from 'vitest'
import { ConfigError, formatProblem } from '../../../src/config/problem.ts'
import { loadText } from '../plan/applied.ts'

const VM = 'vm: {ssh: {host: 192.0.2.10, user: debian, host_key: "ssh-ed25519 AAAA"}}'
const IMAGE = `litellm: {image: "ghcr.io/berriai/litellm@sha256:${'a'.repeat(64)}"}`

function said(...lines: readonly string[]): string[] {
  try {
    loadText(`${lines.join('\n')}\n`)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map(formatProblem)
  }
}

describe('one run tells all that is wrong', () => {
  test('when a key is missing', () => {
    const found = said(
      VM,
      IMAGE,
      'users: 100',
      'size: {vcpu: 4, memory: 4GiB, disk: 20GiB}',
      'model_list: []',
      'budget_config:',
      '- {team_id: a, max_budget: 5, soft_budget: 6}',
      '- {max_budget: 5}',
    )
    expect(found).toEqual([
      expect.stringMatching(/^gateway\.yaml:1:1: domain is missing\. /),
      expect.stringMatching(/^gateway\.yaml:4:1: both users and size are given\. /),
      expect.stringMatching(/^gateway\.yaml:7:44: soft_budget is 6, /),
      expect.stringMatching(/^gateway\.yaml:8:3: the budget does not say whose it is\. /),
    ])
  })

  test('when an item of a list is wrong, with the places of the others', () => {
    const found = said(
      'domain: llm.example.com',
      VM,
      IMAGE,
      'model_list:',
      '- {model_name: a, litellm_params: {model: 5}}',
      '- {model_name: b, litellm_params: {model: openai/b}, model_info: {id: x}}',
      '- {model_name: c, litellm_params: {model: openai/c}, model_info: {id: x}}',
      'budget_config:',
      '- {user_id: a, max_budget: lots}',
      '- {user_id: b, max_budget: 1}',
      '- {user_id: b, max_budget: 2}',
    )
    expect(found).toEqual([
      expect.stringMatching(/^gateway\.yaml:5:43: model_list\[0\]\.litellm_params\.model is 5\. /),
      expect.stringMatching(/^gateway\.yaml:9:28: budget_config\[0\]\.max_budget is "lots"\. /),
      expect.stringMatching(/^gateway\.yaml:11:3: user b has a budget already, at line 10\. /),
      expect.stringMatching(/^gateway\.yaml:7:71: the model id "x" is also that of the model at line 6: /),
    ])
  })

  test('when a key is given twice, or an included file is missing', () => {
    const found = said(
      'domain: a.example',
      'domain: b.example',
      VM,
      IMAGE,
      'include: [nothing.yaml]',
      'tsl: internal',
    )
    expect(found.map((line) => line.split('. ')[0])).toEqual([
      'gateway.yaml:2:1: not valid YAML: this key is given twice',
      'gateway.yaml:5:11: no file matches the include "nothing.yaml"',
      'gateway.yaml:6:1: "tsl" is not a key of gateway.yaml',
      'gateway.yaml:1:1: model_list is missing: LiteLLM serves the models that are in its database, and no others',
    ])
  })

  test('when a character stands somewhere that nobody sees, but for what would quote it', () => {
    const found = said(VM, IMAGE, 'domain: "a\\u200bb.example"', 'tsl: internal', 'model_list: []')
    expect(found).toHaveLength(2)
    expect(found[0]).toMatch(/^gateway\.yaml:3:9: domain holds the character U\+200B/)
    expect(found[1]).toMatch(/^gateway\.yaml:4:1: "tsl" is not a key/)
  })
})

describe('each problem has its place', () => {
  const OWN = ['domain: llm.example.com', VM, IMAGE, 'model_list: []']
  test.each([
    ['an alias of nothing', 'router_settings: {a: 1, b: *c}', '5:28'],
    ['an alias inside of what it repeats', 'router_settings: &a {b: *a}', '5:25'],
    ['an anchor without a value', 'router_settings: {b: &a }', '5:22'],
    ['a tag', 'router_settings: {b: !secret x}', '5:30'],
    ['a list as a key', 'router_settings: {[a]: x}', '5:19'],
    ['an open quote', 'router_settings: {b: "x}', '6:1'],
    ['a tab', 'router_settings:\n\tb: x', '6:1'],
    ['a merge of a text', 'router_settings: {<<: x}', '5:23'],
    ['a second document', '---\na: b', '5:1'],
    ['nesting', `router_settings: ${'['.repeat(100)}${']'.repeat(100)}`, '5:82'],
    ['an unknown key in what an alias repeats', 'rotate: {targets: []}\nbackup: {x: &x 1}', '6:10'],
  ])('%s', (_, more, place) => {
    const [first = ''] = said(...OWN, more)
    expect(first).toContain(`gateway.yaml:${place}: `)
    expect(first).toMatch(/ Fix: [a-z`].*[.?]$/)
  })
})

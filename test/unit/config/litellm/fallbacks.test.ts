import { describe, expect, test } from 'vitest'
import { found, model } from './findings.ts'

const two = [model('a'), model('b', { model: 'anthropic/claude-sonnet-4-5' })]
const SECTIONS = ['router_settings', 'litellm_settings'] as const
const form = (section: string, settings: object) =>
  found('fallback-form', { model_list: two, [section]: settings })
const unknown = (parts: object) => found('unknown-model', { model_list: two, ...parts })

describe.each(SECTIONS)('%s', (section) => {
  test.each([
    ['a text', ['b'], 'is "b", not a mapping'],
    ['nothing', [null], 'is nothing, not a mapping'],
    ['a list', [['b']], 'is a list, not a mapping'],
    ['two models in one', [{ a: ['b'], b: ['a'] }], 'is a mapping of 2 models'],
    ['an empty mapping', [{}], 'is empty'],
  ])('%s stops LiteLLM', (_, list, what) => {
    for (const kind of ['fallbacks', 'content_policy_fallbacks']) {
      const [only, ...more] = form(section, { [kind]: list })
      expect(more).toEqual([])
      expect(only).toMatch(/^error: gateway\.yaml:\d+:\d+: /)
      expect(only).toContain(`${section}.${kind}[0] ${what}; LiteLLM does not start with it.`)
      expect(only).toContain('write each as a mapping of one model to a list: - {model: [other, another]}.')
    }
    expect(form(section, { context_window_fallbacks: list })[0]).toMatch(/^warning: /)
  })

  test('a mapping instead of a list is an error too', () =>
    expect(found('wrong-type', { model_list: two, [section]: { fallbacks: { a: ['b'] } } }).join()).toContain(
      'fallbacks',
    ))

  test.each([
    ['a target', { fallbacks: [{ a: ['nobody'] }] }, 'fallbacks[0].a[0] leads to the model "nobody"'],
    [
      'a target with parameters',
      { fallbacks: [{ a: [{ model: 'nobody' }] }] },
      'leads to the model "nobody"',
    ],
    ['a source', { fallbacks: [{ nobody: ['a'] }] }, 'fallbacks[0] is for the model "nobody"'],
    ['of long prompts', { context_window_fallbacks: [{ a: ['nobody'] }] }, 'leads to the model "nobody"'],
    ['of refusals', { content_policy_fallbacks: [{ a: ['nobody'] }] }, 'leads to the model "nobody"'],
    ['of all', { default_fallbacks: ['nobody'] }, 'default_fallbacks[0] leads to the model "nobody"'],
    ['under *', { fallbacks: [{ '*': ['nobody'] }] }, 'fallbacks[0].*[0] leads to the model "nobody"'],
    ['an alias', { model_group_alias: { x: 'nobody' } }, 'model_group_alias.x leads to the model "nobody"'],
  ])('a model that does not exist: %s', (_, settings, what) => {
    const [only, ...more] = unknown({ [section]: settings })
    expect(more).toEqual([])
    expect(only).toMatch(/^warning: /)
    expect(only).toContain(what)
  })
})

test('a text in place of a list of targets is named, and its model looked for', () => {
  const settings = { fallbacks: [{ a: 'bb' }], default_fallbacks: 'b' }
  expect(form('router_settings', settings)).toHaveLength(2)
  expect(form('router_settings', settings)[0]).toContain('write a list: [bb].')
  expect(unknown({ router_settings: settings })).toHaveLength(1)
})

test('a likely name is offered', () =>
  expect(
    unknown({ model_list: [model('gpt-4o')], router_settings: { default_fallbacks: ['gpt-4'] } })[0],
  ).toContain('did you mean "gpt-4o"?'))

test('what LiteLLM takes instead is the one that counts', () => {
  const litellm_settings = { fallbacks: ['b'] }
  expect(
    found('fallback-form', {
      model_list: two,
      litellm_settings,
      router_settings: { fallbacks: [{ a: ['b'] }] },
    })[0],
  ).toMatch(/^warning/)
  expect(
    found('fallback-form', { model_list: two, litellm_settings, router_settings: { fallbacks: [] } })[0],
  ).toMatch(/^error/)
})

test.each([
  ['a model', {}, 'a'],
  ['a pattern', { model_list: [model('a'), model('openai/*', { model: 'openai/*' })] }, 'openai/gpt-4.1'],
  ['all', { model_list: [model('a'), model('*', { model: '*' })] }, 'anything'],
  ['an alias', { router_settings: { model_group_alias: { alias: 'a' } } }, 'alias'],
  [
    'an alias with more',
    { router_settings: { model_group_alias: { alias: { model: 'a', hidden: true } } } },
    'alias',
  ],
  ['an access group', { model_list: [model('a', {}, { access_groups: ['beta'] })] }, 'beta'],
  ['an id', { model_list: [model('a', {}, { id: 'mine' })] }, 'mine'],
  ["the deployment's own model", {}, 'openai/gpt-4o'],
])('%s exists', (_, parts: Record<string, object>, name) => {
  const { router_settings = {} } = parts
  expect(unknown({ ...parts, router_settings: { ...router_settings, fallbacks: [{ a: [name] }] } })).toEqual(
    [],
  )
})

test('the database may have it', () => {
  const parts = {
    general_settings: { store_model_in_db: true },
    router_settings: { fallbacks: [{ a: ['ui'] }] },
  }
  expect(unknown(parts)[0]).toMatch(/^info: .*works only while the database has one/)
})

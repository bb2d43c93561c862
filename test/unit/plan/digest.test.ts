import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { NO_LIMITS } from '../../../src/config/budgets.ts'
import type { BudgetChange, Change, Note } from '../../../src/plan/change.ts'
import { readReviewedMark, reviewedMark, unreviewed } from '../../../src/plan/digest.ts'

const sha = '0123456789abcdef0123456789abcdef01234567'
const model = (before: unknown, after: unknown, line = 3): Change => ({
  kind: 'model',
  action: 'update',
  id: 'gpt-4',
  name: 'gpt-4',
  fields: [{ path: 'litellm_params.rpm', before, after }],
  at: { file: 'gateway.yaml', line, column: 1 },
})
const budget = (before: number, after: number, spend = 1): BudgetChange => ({
  kind: 'budget',
  action: 'update',
  subject: 'user',
  id: 'team-dev',
  before: {
    ...NO_LIMITS,
    maxBudget: before,
    managed: ['maxBudget'],
    spend,
    resetsAt: '2026-12-01T00:00:00Z',
  },
  after: { ...NO_LIMITS, maxBudget: after, managed: ['maxBudget'], spend, resetsAt: null },
})
const planOf = (changes: readonly Change[], notes: readonly Note[] = []) => ({ changes, notes })
const seen = (...changes: Change[]) => {
  const mark = readReviewedMark(
    `<!-- litellm-gitops plan -->\n${reviewedMark(planOf(changes), sha)}\n### Plan\n`,
  )
  if (mark === undefined) throw new Error('The mark cannot be read back.')
  return mark
}

describe('a later plan', () => {
  test('with the same changes is as reviewed, whatever was spent and wherever they stand since', () => {
    const mark = seen(model(1, 2), budget(100, 250))
    expect(mark.sha).toBe(sha)
    expect(unreviewed(planOf([budget(100, 250, 80), model(1, 2, 9)]), mark)).toEqual([])
  })

  test('with fewer is, too: somebody made them already', () => {
    expect(unreviewed(planOf([]), seen(model(1, 2)))).toEqual([])
  })

  test.each([
    ['another value before', model(7, 2), 'model gpt-4 (gpt-4)'],
    ['another value after', model(1, 3), 'model gpt-4 (gpt-4)'],
    ['a budget that was changed since', budget(99, 250), 'budget of user team-dev'],
    ['one that goes', { ...budget(100, 250), action: 'delete' } as Change, 'budget of user team-dev'],
  ])('with %s is not', (_, change, named) => {
    expect(unreviewed(planOf([change]), seen(model(1, 2), budget(100, 250)))).toEqual([named])
  })

  test('is not held to values of secrets and to the machine, which a pull request does not see or sync not change', () => {
    const changes: Change[] = [
      { kind: 'secret', action: 'update', name: 'OPENAI_API_KEY' },
      { kind: 'host', action: 'update', part: 'file', name: '/etc/x', detail: 'is not as rendered' },
    ]
    expect(unreviewed(planOf(changes), seen())).toEqual([])
  })
})

test('a plan of very many changes is known as a whole, so that the comment keeps its room', () => {
  const many = Array.from({ length: 3000 }, (_, index) => model(index, index + 1))
  const mark = seen(...many)
  expect(mark.digests.size).toBe(1)
  expect(unreviewed(planOf(many.toReversed()), mark)).toEqual([])
  expect(unreviewed(planOf(many.slice(1)), mark)).toEqual(['2999 changes, other ones than planned'])
})

test('a line further down, where a log may say anything, is no mark', () => {
  const mark = reviewedMark(planOf([model(1, 2)]), sha)
  expect(readReviewedMark(`<!-- litellm-gitops plan -->\n### It failed\n\n${mark}\n`)).toBeUndefined()
})

test.each(['### Plan', '<!-- planned for main: 0 -->', ''])(
  'a comment without a mark has none: %o',
  (comment) => {
    expect(readReviewedMark(comment)).toBeUndefined()
  },
)

test('a digest is a whole SHA-256: of a short one somebody could make a second change with the same', () => {
  const [digest = ''] = seen(model(1, 2)).digests
  expect(Buffer.from(digest, 'base64url')).toHaveLength(32)
  expect(readReviewedMark(`<!-- planned for ${sha}: ${digest.slice(0, 12)} -->`)).toBeUndefined()
})

describe('several plans together', () => {
  const together = (...plans: ReturnType<typeof planOf>[]) => ({
    digests: new Set(
      plans.flatMap((one) => [
        ...(readReviewedMark(`<!-- litellm-gitops plan -->\n${reviewedMark(one, sha)}`)?.digests ?? []),
      ]),
    ),
  })
  const updated = (...paths: string[]): Change => ({
    kind: 'model',
    action: 'update',
    id: 'gpt-4',
    name: 'gpt-4',
    fields: paths.map((path) => ({ path, before: 1, after: 2 })),
  })
  const set = (action: 'create' | 'update', ...paths: string[]): Change => ({
    kind: 'setting',
    action,
    section: 'router_settings',
    fields: paths.map((path) => ({ path, before: undefined, after: 3 })),
  })
  const sent = (what: string, to: string, also = ''): Note => ({
    severity: 'warning',
    about: 'destination',
    sent: { what, to },
    text: `${what} will from now on ${also}be sent to ${to}.`,
  })

  test('show what each of them shows, also of one model or one section', () => {
    const marks = together(
      planOf([updated('litellm_params.rpm'), set('create', 'num_retries')]),
      planOf([updated('litellm_params.tpm'), set('create', 'timeout', 'allowed_fails')]),
    )
    const plan = planOf([
      updated('litellm_params.rpm', 'litellm_params.tpm'),
      set('create', 'num_retries', 'timeout', 'allowed_fails'),
    ])
    expect(unreviewed(plan, marks)).toEqual([])
    expect(unreviewed(planOf([set('update', 'timeout')]), marks)).toEqual([])
    expect(unreviewed(planOf([updated('litellm_params.rpm', 'litellm_params.weight')]), marks)).toEqual([
      'model gpt-4 (gpt-4)',
    ])
  })

  test('do not show a model that comes with values of both', () => {
    const made = (...paths: string[]): Change => ({ ...updated(...paths), action: 'create' }) as Change
    const marks = together(planOf([made('a')]), planOf([made('b')]))
    expect(unreviewed(planOf([made('a', 'b')]), marks)).toEqual(['model gpt-4 (gpt-4)'])
  })

  test('do not show a key that only both of them together send to somebody', () => {
    const address = planOf([updated('litellm_params.api_base')], [sent('Key OLD', 'new.example')])
    const key = planOf([updated('litellm_params.api_key')], [sent('Key NEW', 'old.example')])
    const both = [updated('litellm_params.api_base', 'litellm_params.api_key')]
    const marks = together(address, key)
    expect(unreviewed(planOf(both, [sent('Key NEW', 'new.example')]), marks)).toEqual([
      'Key NEW will from now on be sent to new.example.',
    ])
    expect(unreviewed(planOf(both, [sent('Key OLD', 'new.example', 'also ')]), marks)).toEqual([])
  })

  test('those of an earlier version, which had one digest for a whole change, still count', () => {
    const whole = updated('litellm_params.rpm', 'litellm_params.tpm')
    const digest = createHash('sha256')
      .update(
        JSON.stringify({
          action: 'update',
          fields: [
            { after: 2, before: 1, path: 'litellm_params.rpm' },
            { after: 2, before: 1, path: 'litellm_params.tpm' },
          ],
          id: 'gpt-4',
          kind: 'model',
          name: 'gpt-4',
        }),
      )
      .digest('base64url')
    expect(unreviewed(planOf([whole]), { digests: new Set([digest]) })).toEqual([])
  })
})

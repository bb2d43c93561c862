import { describe, expect, test } from 'vitest'
import type { EnvironmentFacts } from '../../../src/doctor/guards.ts'
import { templates } from '../../../src/init/templates.ts'
import { findingsOf } from './healthy.ts'

const files = (all: Readonly<Record<string, string>>) =>
  Object.entries(all).map(([name, text]) => ({ path: `.github/workflows/${name}`, text }))
const environment = (name: string, more: Partial<EnvironmentFacts> = {}): EnvironmentFacts => ({
  ...{ name, waits: false, restricted: true },
  ...more,
})
const ASKED = [
  environment('gateway', { waits: true }),
  environment('gateway-restore', { waits: true }),
  environment('gateway-watch'),
]
const found = (environments: readonly EnvironmentFacts[], workflows = files(templates())) =>
  findingsOf({ guards: { environments, workflows } })

test('the templates, with reviewers where the manual has them, have no fault', () => {
  expect(found(ASKED)).toEqual([])
})

describe('an environment', () => {
  test('that is missing is told by what makes it', () => {
    const [first, ...more] = found(ASKED.slice(0, 2))
    expect(more).toEqual([])
    expect(first).toMatchObject({
      id: 'environment-missing',
      what: expect.stringContaining('gateway-watch'),
      remedy: { text: expect.stringContaining('environments/gateway-watch') },
    })
  })

  test('of an odd name cannot run anything in the command that is pasted', () => {
    const odd = "a b$(id)'; id #"
    const workflows = files({
      'odd.yml': `jobs: {one: {environment: ${JSON.stringify(odd)}, steps: [{uses: litellm-gitops/litellm-gitops@v1, with: {command: sync}}]}}`,
    })
    const texts = found([], workflows).map(({ remedy }) => remedy.text)
    expect(texts.filter((text) => text.includes('environments/'))).toEqual([
      expect.stringContaining("'repos/{owner}/{repo}/environments/a%20b%24(id)%27%3B%20id%20%23' -F"),
    ])
  })

  test('that every branch may use is told', () => {
    const open = [...ASKED.slice(1), environment('gateway', { waits: true, restricted: false })]
    expect(found(open).map(({ id, what }) => [id, what])).toEqual([
      ['environment-open', 'Every branch may use the environment gateway.'],
    ])
  })

  test('of what runs on a schedule that has reviewers is told, of each of them', () => {
    const waiting = [...ASKED.slice(0, 2), environment('gateway-watch', { waits: true })]
    expect(found(waiting).map(({ id, what }) => `${id}: ${what}`)).toEqual([
      expect.stringMatching(/schedule-waits: .*backup-verify\.yml runs backup and verify/),
      expect.stringMatching(/schedule-waits: .*drill\.yml runs drill/),
      expect.stringMatching(/schedule-waits: .*rotate-keys\.yml runs rotate finish/),
      expect.stringMatching(/schedule-waits: .*rotate\.yml runs rotate finish/),
      expect.stringMatching(/run-blocks-others: .*backup-verify\.yml .*litellm-gitops-verify/),
      expect.stringMatching(/run-blocks-others: .*drill\.yml .*litellm-gitops-drill/),
    ])
  })
})

test('files of an earlier version, whose runs hold each other up, are told', () => {
  const earlier = Object.fromEntries(
    Object.entries(templates()).map(([name, text]) => [
      name,
      text.replace(/group: litellm-gitops-\w+-\$\{\{ github\.run_id \}\}/, 'group: litellm-gitops'),
    ]),
  )
  expect(found(ASKED, files(earlier))).toMatchObject([
    {
      id: 'run-blocks-others',
      what: 'Runs of .github/workflows/certificate.yml, .github/workflows/deploy.yml, .github/workflows/restore.yml, .github/workflows/rollback.yml, .github/workflows/rotate.yml, .github/workflows/sync.yml share the concurrency group litellm-gitops, and some of them wait for a reviewer.',
    },
  ])
})

test('a caller of the workflow in place of a copy is known too', () => {
  const text = `on: {schedule: [{cron: '1 1 * * *'}]}
jobs:
  verify:
    uses: litellm-gitops/litellm-gitops/.github/workflows/gateway.yml@v1
    with: {command: verify, environment: gateway}
`
  expect(found(ASKED, files({ 'mine.yml': text })).map(({ id }) => id)).toEqual(['schedule-waits'])
})

test.each(['a: [', '- a', 'jobs: {a: 1}', 'on: push', ''])(
  'a file that is no workflow has no fault: %j',
  (text) => {
    expect(found([], files({ 'x.yml': text }))).toEqual([])
  },
)
